/** How raw bytes become text. */
export interface DecodeOptions {
  /** How errors name the input: a file's path. Default 'the input'. */
  name?: string;
  /** 'lf' (default) turns CR LF and a lone CR into LF; 'keep' leaves them. */
  lineEndings?: 'lf' | 'keep';
}

const MARKS: readonly { readonly encoding: string; readonly bytes: readonly number[] }[] = [
  { encoding: 'utf-32', bytes: [0xff, 0xfe, 0, 0] },
  { encoding: 'utf-16', bytes: [0xff, 0xfe] },
  { encoding: 'utf-16', bytes: [0xfe, 0xff] },
];

const startsWith = (bytes: Uint8Array, mark: readonly number[]): boolean => mark.every((byte, i) => bytes[i] === byte);

const hex = (byte: number | undefined): string => `0x${(byte ?? 0).toString(16).toUpperCase().padStart(2, '0')}`;

/** The text, or where the first byte sequence that is not UTF-8 begins. */
function decodeStrictly(bytes: Uint8Array): string | number {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return firstInvalidByte(bytes);
  }
}

function firstInvalidByte(bytes: Uint8Array): number {
  const lossy = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  let offset = 0;
  let from = 0;
  for (let at = lossy.indexOf('\uFFFD'); at >= 0; at = lossy.indexOf('\uFFFD', from)) {
    offset += Buffer.byteLength(lossy.slice(from, at));
    // A replacement character may stand in the text itself; then it is spelled out in bytes.
    if (!startsWith(bytes.subarray(offset), [0xef, 0xbf, 0xbd])) return offset;
    offset += 3;
    from = at + 1;
  }
  return offset;
}

/**
 * Bytes to text: strict UTF-8, without a byte order mark, line ends as LF.
 *
 * @throws RangeError when there are no bytes, they are not UTF-8 (naming the position of the first that is not), or they
 * hold a NUL, which no text has.
 */
export function decodeUtf8(bytes: Uint8Array, { name = 'the input', lineEndings = 'lf' }: DecodeOptions = {}): string {
  const mark = MARKS.find((candidate) => startsWith(bytes, candidate.bytes));
  if (mark !== undefined) {
    throw new RangeError(
      `${name} begins with the byte order mark of ${mark.encoding.toUpperCase()} at byte 0; expected UTF-8: ` +
        `save it as UTF-8, for example with: iconv -f ${mark.encoding} -t utf-8.`,
    );
  }
  const text = decodeStrictly(bytes);
  if (typeof text === 'number') {
    throw new RangeError(
      `${name} is not UTF-8: byte ${text} is ${hex(bytes[text])}, which no character has there; ` +
        'save it as UTF-8, from an old Windows encoding with: iconv -f windows-1252 -t utf-8, from a Chinese one with: iconv -f gb18030 -t utf-8.',
    );
  }
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    throw new RangeError(
      `${name} has a NUL at byte ${nul}; expected text: it is a binary file, or UTF-16, which iconv -f utf-16le -t utf-8 turns into UTF-8.`,
    );
  }
  if (text === '') throw new RangeError(`${name} is empty; expected at least one character: check what was saved.`);
  return lineEndings === 'keep' ? text : text.replace(/\r\n?/g, '\n');
}
