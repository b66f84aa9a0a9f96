import { endianness } from 'node:os';

/**
 * The safetensors layout, as its public specification gives it (github.com/huggingface/safetensors, README, "Format"):
 *   8 bytes   N, the length of the header, unsigned little-endian
 *   N bytes   JSON: { name: { dtype, shape, data_offsets: [begin, end] }, ..., "__metadata__": { string: string } }
 *   the rest  the tensors' bytes, row-major and little-endian, without gaps; offsets count from here
 * PyTorch, NumPy and Keras read such files. Of its types, those that tfjs has: F32, I32 and BOOL.
 */
export interface StoredTensor {
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | Uint8Array;
}

export interface SafeTensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const TYPES = {
  F32: { dtype: 'float32', bytes: 4 },
  I32: { dtype: 'int32', bytes: 4 },
  BOOL: { dtype: 'bool', bytes: 1 },
} as const;
const CODES = { float32: 'F32', int32: 'I32', bool: 'BOOL' } as const;

/** The specification's own limit on the header. */
const MAX_HEADER = 100_000_000;

/** The file in pieces, to be written one after another. */
export function encodeSafetensors({ tensors, metadata }: SafeTensors): Uint8Array[] {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const data: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { dtype, shape, values }] of tensors) {
    header[name] = { dtype: CODES[dtype], shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
    data.push(littleEndian(values));
  }
  const json = Buffer.from(JSON.stringify(header));
  // Spaces after the JSON align the data to 8 bytes, so that a reader may map the file.
  const padded = Buffer.alloc(Math.ceil(json.length / 8) * 8, ' ');
  json.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return [length, padded, ...data];
}

/**
 * @param file what the file is called in messages
 * @throws Error, one sentence, for a file that is cut off, is no safetensors file, or holds what tfjs cannot
 */
export function decodeSafetensors(bytes: Uint8Array, file: string): SafeTensors {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { header, start } = readHeader(buffer, file);
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors = new Map<string, StoredTensor>();
  let end = 0;
  for (const [name, entry] of Object.entries(entries)) {
    const { type, shape, from, to } = checkedEntry(entry, name, file);
    const wanted = shape.reduce((product, axis) => product * axis, TYPES[type].bytes);
    if (to - from !== wanted) {
      throw new Error(
        `${file}: ${name} has ${to - from} bytes where ${type} [${shape.join(', ')}] needs ${wanted}; the file is damaged.`,
      );
    }
    if (start + to > buffer.length) {
      throw new Error(
        `${file}: the file ends after ${buffer.length} bytes, ${name} needs ${start + to}; it was cut off, copy it again.`,
      );
    }
    end = Math.max(end, to);
    tensors.set(name, {
      dtype: TYPES[type].dtype,
      shape,
      values: valuesOf(type, buffer.subarray(start + from, start + to)),
    });
  }
  if (start + end !== buffer.length) {
    throw new Error(
      `${file}: the file has ${buffer.length} bytes where its header describes ${start + end}; it is damaged.`,
    );
  }
  return { tensors, metadata: checkedMetadata(metadata, file) };
}

function readHeader(buffer: Buffer, file: string): { header: Record<string, unknown>; start: number } {
  if (buffer.length < 8) {
    throw new Error(
      `${file}: got ${buffer.length} bytes, expected a safetensors file, which begins with the 8 bytes of its header's length.`,
    );
  }
  const length = buffer.readBigUInt64LE();
  if (length > MAX_HEADER || buffer[8] !== '{'.charCodeAt(0)) {
    throw new Error(
      `${file}: this is no safetensors file, which begins with the length of its header and '{'; give the path of a checkpoint.`,
    );
  }
  const start = 8 + Number(length);
  if (start > buffer.length) {
    throw new Error(
      `${file}: the file ends after ${buffer.length} bytes, its header needs ${start}; it was cut off, copy it again.`,
    );
  }
  try {
    return { header: JSON.parse(buffer.toString('utf8', 8, start)) as Record<string, unknown>, start };
  } catch (cause) {
    throw new Error(`${file}: its header is not JSON; the file is damaged.`, { cause });
  }
}

function checkedEntry(
  entry: unknown,
  name: string,
  file: string,
): { type: keyof typeof TYPES; shape: number[]; from: number; to: number } {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  if (typeof dtype !== 'string' || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw new Error(`${file}: its header does not give dtype, shape and data_offsets of ${name}; the file is damaged.`);
  }
  if (!(dtype in TYPES)) {
    throw new Error(`${file}: ${name} is of type ${dtype}, expected F32, I32 or BOOL; convert it before saving.`);
  }
  return { type: dtype as keyof typeof TYPES, shape, from: offsets[0] ?? 0, to: offsets[1] ?? 0 };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function checkedMetadata(metadata: unknown, file: string): Record<string, string> {
  const valid =
    typeof metadata === 'object' &&
    metadata !== null &&
    Object.values(metadata).every((value) => typeof value === 'string');
  if (!valid) throw new Error(`${file}: its __metadata__ is not a record of strings; the file is damaged.`);
  return metadata as Record<string, string>;
}

/** A copy of its own, so that the file's buffer can go and the alignment is right. */
function valuesOf(type: keyof typeof TYPES, bytes: Uint8Array): StoredTensor['values'] {
  const copy = littleEndian(bytes, TYPES[type].bytes).slice();
  if (type === 'F32') return new Float32Array(copy.buffer);
  return type === 'I32' ? new Int32Array(copy.buffer) : copy;
}

function littleEndian(values: Float32Array | Int32Array | Uint8Array, bytes = values.BYTES_PER_ELEMENT): Uint8Array {
  const view = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (bytes === 1 || endianness() === 'LE') return view;
  return new Uint8Array(Buffer.from(view).swap32());
}
