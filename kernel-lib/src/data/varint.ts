/**
 * Natural numbers in as few bytes as each needs, seven bits a byte, the lowest first; a set top bit says that more follow
 * (LEB128). Of the words of a text, half are among the 127 most frequent: a byte each.
 */
export function packNumbers(values: Uint8Array | Int32Array): Uint8Array {
  const bytes = new Uint8Array(5 * values.length);
  let at = 0;
  for (const number of values) {
    let value = number;
    while (value > 127) {
      bytes[at++] = (value & 127) | 128;
      value >>>= 7;
    }
    bytes[at++] = value;
  }
  return bytes.slice(0, at);
}

/** What {@link packNumbers} packed. */
export function unpackNumbers(bytes: Uint8Array, count: number): Int32Array {
  const values = new Int32Array(count);
  let at = 0;
  for (let i = 0; i < count; i++) {
    let byte = bytes[at++] ?? 0;
    let value = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      byte = bytes[at++] ?? 0;
      value |= (byte & 127) << shift;
    }
    values[i] = value;
  }
  return values;
}
