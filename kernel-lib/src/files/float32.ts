import { endianness } from 'node:os';

/**
 * Numbers of other widths as float32, and back to float16. float16 and bfloat16 fit into it without loss; a float64 is rounded to the
 * nearest one.
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

/**
 * The nearest binary16 of each number, the even one of two equally near.
 *
 * @param name what the numbers are called in messages
 * @throws Error for a finite number that binary16 would make infinite
 */
export function toFloat16(values: Float32Array, name: string): Uint8Array {
  const bytes = new Uint8Array(2 * values.length);
  const view = viewOf(bytes);
  values.forEach((value, i) => {
    view.setUint16(2 * i, float16Bits(value, name), true);
  });
  return bytes;
}

function float16Bits(value: number, name: string): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  if (size === Infinity) return sign | 0x7c00;
  // 65504 is the largest; what would be rounded to the next one has no place.
  if (size >= 65520)
    throw new Error(`${name}: got ${value}, expected numbers up to 65504, the largest that float16 holds.`);
  // Below 2⁻¹⁴ all numbers are as far apart as there; the fraction then carries into the exponent by itself.
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  return sign | (((exponent + 14) << 10) + roundHalfToEven(size / 2 ** (exponent - 10)));
}

function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
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
