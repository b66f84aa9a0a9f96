import { endianness } from 'node:os';

/**
 * Numbers of other widths as float32. float16 and bfloat16 fit into it without loss; a float64 is rounded to the nearest one.
 * Bytes are little-endian, as safetensors and NumPy write them.
 */

/** IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits. */
export function fromFloat16(bytes: Uint8Array): Float32Array {
  const view = viewOf(bytes);
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => {
    const bits = view.getUint16(2 * i, true);
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
    return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
  });
}

/** bfloat16: the upper half of a float32. */
export function fromBfloat16(bytes: Uint8Array): Float32Array {
  const view = viewOf(bytes);
  const bits = Uint32Array.from({ length: bytes.length / 2 }, (_, i) => view.getUint16(2 * i, true) << 16);
  return new Float32Array(bits.buffer);
}

/**
 * @param name what the numbers are called in messages
 * @throws Error for a finite number that float32 would make infinite
 */
export function fromFloat64(bytes: Uint8Array, name: string): Float32Array {
  const view = viewOf(bytes);
  return Float32Array.from({ length: bytes.length / 8 }, (_, i) => {
    const value = view.getFloat64(8 * i, true);
    checkFloat32(value, name);
    return value;
  });
}

/**
 * @throws Error for a finite number that float32 would make infinite
 */
export function checkFloat32(value: number, name: string): void {
  if (!Number.isFinite(value) || Number.isFinite(Math.fround(value))) return;
  throw new Error(`${name}: got ${value}, expected numbers up to 3.4e38, the largest that float32 holds.`);
}

/** Words of four bytes, in this machine's order: a copy, so that the file's buffer can go and the alignment is right. */
export function wordsOf(bytes: Uint8Array): ArrayBuffer {
  const copy = new Uint8Array(bytes);
  return endianness() === 'LE' ? copy.buffer : new Uint8Array(Buffer.from(copy).swap32()).buffer;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
