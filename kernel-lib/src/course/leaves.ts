import * as tf from '@tensorflow/tfjs-node';

/** What a value is to a check: numbers under a shape, or a text. `path` is where it lies in the answer, such as `final.h`. */
export type Leaf =
  | {
      readonly kind: 'number' | 'array' | 'tensor';
      readonly path: string;
      readonly shape: readonly number[];
      readonly data: ArrayLike<number>;
    }
  | { readonly kind: 'text'; readonly path: string; readonly text: string | boolean };

type Numbers = Exclude<Leaf, { kind: 'text' }>;

/** A value that cannot be compared. The message says what it is, so that it reads on after the name of the answer. */
export class NotComparable extends Error {}

/**
 * The numbers and texts that a value holds, in order: a number, string or boolean is one leaf, so is a tensor, a typed array or a
 * rectangular nesting of arrays; a plain object gives its fields' leaves. Arrays of tensors are stacked.
 *
 * Throws `NotComparable` for undefined, null, promises, functions, disposed or complex tensors, ragged arrays and class instances.
 */
export function leavesOf(value: unknown, path = ''): Leaf[] {
  if (typeof value === 'number') return [{ kind: 'number', path, shape: [], data: [value] }];
  if (typeof value === 'string' || typeof value === 'boolean') return [{ kind: 'text', path, text: value }];
  if (value === undefined)
    throw new NotComparable(`${subject(path)} is undefined: is a \`return\` or an assignment missing?`);
  if (value === null) throw new NotComparable(`${subject(path)} is null`);
  if (isPromise(value)) {
    throw new NotComparable(
      `${subject(path)} is a Promise: is an \`await\` missing, or an \`async\` there for no reason?`,
    );
  }
  if (value instanceof tf.Tensor) return [tensorLeaf(value as tf.Tensor, path)];
  if (isTypedArray(value)) return [{ kind: 'array', path, shape: [value.length], data: value }];
  if (Array.isArray(value)) return arrayLeaves(value as unknown[], path);
  if (isRecord(value)) {
    return Object.entries(value).flatMap(([key, field]) => leavesOf(field, path === '' ? key : `${path}.${key}`));
  }
  throw new NotComparable(`${subject(path)} is ${describe(value)}`);
}

/** The subject of a sentence about the part of the answer at `path`. */
export function subject(path: string): string {
  return path === '' ? 'the answer' : `\`${path}\` in the answer`;
}

/** What a value is, in words for a message. */
export function describe(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (isPromise(value)) return 'a Promise';
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') {
    const name = (Object.getPrototypeOf(value) as object | null)?.constructor.name ?? 'Object';
    return name === 'Object' ? 'an object' : `an object of the class ${name}`;
  }
  return `a ${typeof value}`;
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** An object literal: the only kind of object whose fields are its value. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  // A notebook's cells may run in another realm, whose Object is not this one: ask by shape, not by identity.
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isTypedArray(value: unknown): value is Float32Array | Float64Array | Int32Array | Uint8Array {
  return (
    ArrayBuffer.isView(value) &&
    'length' in value &&
    !(value instanceof BigInt64Array) &&
    !(value instanceof BigUint64Array)
  );
}

function tensorLeaf(tensor: tf.Tensor, path: string): Leaf {
  if (tensor.isDisposed) {
    throw new NotComparable(
      `${subject(path)} is a tensor that was disposed: return it from \`tf.tidy\`, or dispose of it later`,
    );
  }
  if (tensor.dtype === 'string' || tensor.dtype === 'complex64') {
    throw new NotComparable(`${subject(path)} is a tensor of dtype ${tensor.dtype}`);
  }
  return { kind: 'tensor', path, shape: tensor.shape, data: tensor.dataSync() };
}

function arrayLeaves(items: readonly unknown[], path: string): Leaf[] {
  // By index, not by iteration: a hole in the array must not be skipped.
  const children = Array.from(items, (item, index) => leavesOf(item, `${path}[${index}]`));
  const rows = children.map((leaves) => leaves[0]);
  if (rows.some((row, i) => row === undefined || row.kind === 'text' || children[i]?.length !== 1))
    return children.flat();
  return [stack(rows as Numbers[], path)];
}

function stack(rows: readonly Numbers[], path: string): Leaf {
  const inner = rows[0]?.shape ?? [];
  for (const [i, row] of rows.entries()) {
    if (String(row.shape) !== String(inner)) {
      throw new NotComparable(
        `${subject(path)} is ragged: its element ${i} has shape [${row.shape.join(', ')}], its element 0 has [${inner.join(', ')}]`,
      );
    }
  }
  const size = inner.reduce((product, n) => product * n, 1);
  const data = new Float64Array(rows.length * size);
  rows.forEach((row, i) => {
    data.set(row.data, i * size);
  });
  const kind = rows[0]?.kind === 'tensor' ? 'tensor' : 'array';
  return { kind, path, shape: [rows.length, ...inner], data };
}
