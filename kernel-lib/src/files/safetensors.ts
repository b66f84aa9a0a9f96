import { endianness } from 'node:os';
import { fromBfloat16, fromFloat16, fromFloat64, toFloat16, wordsOf } from './float32';
import { isStoredType, readHeader, STORED_TYPES, type Entry } from './safetensors-header';

/**
 * The safetensors layout, as its public specification gives it (github.com/huggingface/safetensors, README, "Format"):
 *   8 bytes   N, the length of the header, unsigned little-endian
 *   N bytes   JSON: { name: { dtype, shape, data_offsets: [begin, end] }, ..., "__metadata__": { string: string } }
 *   the rest  the tensors' bytes, row-major and little-endian, without gaps; offsets count from here
 * PyTorch, NumPy and Keras read such files. Of its types, tfjs has F32, I32 and BOOL; F64, F16 and BF16 are read as float32.
 */
export interface StoredTensor {
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/** What such a file holds. */
export interface SafeTensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const CODES = { float32: 'F32', int32: 'I32', bool: 'BOOL' } as const;

/**
 * The file in pieces, to be written one after another.
 *
 * @param options.float16 writes float32 as F16, in half the bytes, each number rounded to the nearest
 * @throws Error for a number that is too large for float16
 */
export function encodeSafetensors(
  { tensors, metadata }: SafeTensors,
  { float16 = false }: { readonly float16?: boolean } = {},
): Uint8Array[] {
  const header: [string, unknown][] = [['__metadata__', metadata]];
  const data: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { dtype, shape, values }] of tensors) {
    const half = float16 && values instanceof Float32Array;
    const bytes = half ? toFloat16(values, name) : littleEndian(values);
    header.push([name, { dtype: half ? 'F16' : CODES[dtype], shape, data_offsets: [offset, offset + bytes.length] }]);
    offset += bytes.length;
    data.push(bytes);
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  // Spaces after the JSON align the data to 8 bytes, so that a reader may map the file.
  const padded = Buffer.alloc(Math.ceil(json.length / 8) * 8, ' ');
  json.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return [length, padded, ...data];
}

/**
 * @param file what the file is called in messages
 * @param wanted which of the tensors to read; all unless given
 * @throws Error, one sentence, for a file that is cut off or damaged, is no safetensors file, or holds what tfjs cannot
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  file: string,
  wanted: (name: string) => boolean = () => true,
): SafeTensors {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { entries, metadata, start } = readHeader(buffer, file);
  const read = entries.filter(({ name }) => wanted(name));
  const tensors = read.map((entry): [string, StoredTensor] => {
    return [entry.name, stored(entry, buffer.subarray(start + entry.from, start + entry.to), file)];
  });
  return { tensors: new Map(tensors), metadata };
}

function stored({ name, type, shape }: Entry, bytes: Uint8Array, file: string): StoredTensor {
  if (!isStoredType(type)) {
    const known = Object.keys(STORED_TYPES);
    throw new Error(
      `${file}: ${name} is of type ${type}, expected ${known.slice(0, -1).join(', ')} or ${known.at(-1) ?? ''}; convert it before saving.`,
    );
  }
  const { dtype } = STORED_TYPES[type];
  if (type === 'F64') return { dtype, shape, values: fromFloat64(bytes, `${file}: ${name}`) };
  if (type === 'F16') return { dtype, shape, values: fromFloat16(bytes) };
  if (type === 'BF16') return { dtype, shape, values: fromBfloat16(bytes) };
  if (type === 'BOOL') return { dtype, shape, values: Uint8Array.from(bytes) };
  const words = wordsOf(bytes);
  return { dtype, shape, values: type === 'I32' ? new Int32Array(words) : new Float32Array(words) };
}

function littleEndian(values: StoredTensor['values']): Uint8Array {
  const view = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (values.BYTES_PER_ELEMENT === 1 || endianness() === 'LE') return view;
  return new Uint8Array(Buffer.from(view).swap32());
}
