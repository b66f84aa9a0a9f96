import { refusePickle } from './pickle';

/** What this library makes of the types of the specification. */
export const STORED_TYPES = {
  F64: { dtype: 'float32', bytes: 8 },
  F32: { dtype: 'float32', bytes: 4 },
  F16: { dtype: 'float32', bytes: 2 },
  BF16: { dtype: 'float32', bytes: 2 },
  I32: { dtype: 'int32', bytes: 4 },
  BOOL: { dtype: 'bool', bytes: 1 },
} as const;

/** One of {@link STORED_TYPES}. */
export type StoredType = keyof typeof STORED_TYPES;

/** Where a tensor's bytes lie, counted from the end of the header. */
export interface Entry {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** The header, read and checked. */
export interface Header {
  /** In the order of their bytes. */
  readonly entries: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the tensors' bytes begin. */
  readonly start: number;
}

/** The specification's own limit on the header. */
const MAX_HEADER = 100_000_000;

/**
 * Reads the header, and checks that the tensors' bytes follow one another without gap or overlap up to the end of the file.
 *
 * @throws Error, one sentence, for a file that is cut off, damaged, or no safetensors file
 */
export function readHeader(buffer: Buffer, file: string): Header {
  const { json, start } = headerText(buffer, file);
  const { __metadata__: metadata = {}, ...described } = parsed(json, file);
  const entries = Object.entries(described).map(([name, entry]) => checkedEntry(entry, name, file));
  entries.sort((a, b) => a.from - b.from || a.to - b.to);
  let end = 0;
  for (const { name, from, to } of entries) {
    if (from !== end) {
      const what = from < end ? 'inside of another tensor' : `${from - end} bytes after the one before it ends`;
      throw new Error(`${file}: ${name} begins ${what}; the file is damaged.`);
    }
    if (start + to > buffer.length) throw cutOff(file, buffer.length, `${name} needs ${start + to}`);
    end = to;
  }
  if (start + end !== buffer.length) {
    throw new Error(
      `${file}: the file has ${buffer.length} bytes where its header describes ${start + end}; it is damaged.`,
    );
  }
  return { entries, metadata: checkedMetadata(metadata, file), start };
}

function headerText(buffer: Buffer, file: string): { json: string; start: number } {
  if (buffer.length < 8) {
    throw new Error(
      `${file}: got ${buffer.length} bytes, expected a safetensors file, which begins with the 8 bytes of its header's length.`,
    );
  }
  const length = buffer.readBigUInt64LE();
  if (length > MAX_HEADER || buffer[8] !== '{'.charCodeAt(0)) {
    // Only here: a header of 640 bytes begins as a pickle does.
    refusePickle(buffer, file);
    throw new Error(
      `${file}: this is no safetensors file, which begins with the length of its header and '{'; give the path of one.`,
    );
  }
  const start = 8 + Number(length);
  if (start > buffer.length) throw cutOff(file, buffer.length, `its header needs ${start}`);
  return { json: buffer.toString('utf8', 8, start), start };
}

function cutOff(file: string, length: number, need: string): Error {
  return new Error(`${file}: the file ends after ${length} bytes, ${need}; it was cut off, copy it again.`);
}

function parsed(json: string, file: string): Record<string, unknown> {
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch (cause) {
    throw new Error(`${file}: its header is not JSON; the file is damaged.`, { cause });
  }
}

function checkedEntry(entry: unknown, name: string, file: string): Entry {
  const { dtype: type, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  if (typeof type !== 'string' || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw new Error(`${file}: its header does not give dtype, shape and data_offsets of ${name}; the file is damaged.`);
  }
  const [from = 0, to = 0] = offsets;
  if (isStoredType(type)) {
    const wanted = shape.reduce((product, axis) => product * axis, STORED_TYPES[type].bytes);
    if (to - from !== wanted) {
      throw new Error(
        `${file}: ${name} has ${to - from} bytes where ${type} [${shape.join(', ')}] needs ${wanted}; the file is damaged.`,
      );
    }
  } else if (to < from) {
    throw new Error(`${file}: ${name} ends before it begins; the file is damaged.`);
  }
  return { name, type, shape, from, to };
}

/** Whether tfjs can hold what is stored as this type. */
export function isStoredType(type: string): type is StoredType {
  return Object.hasOwn(STORED_TYPES, type);
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
