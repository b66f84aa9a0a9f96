import * as tf from '@tensorflow/tfjs-node';
import { checkFloat32 } from '../files/float32';
import type { NumpyArray } from '../files/npy';
import { checkDtype, checkShape, type Axis, type NamedSizes } from '../tensor';

/** Numbers in row-major order, flat or one list an axis. */
export type Numbers = Float32Array | Float64Array | Int32Array | NestedNumbers;

/** Lists of numbers, of lists of numbers, and so on. */
export type NestedNumbers = readonly (number | NestedNumbers)[];

/** An array as values from anywhere can be written down: no TensorFlow memory is behind it. */
export interface StoredArray {
  readonly shape: readonly number[];
  readonly data: Numbers;
}

/** What weights come as: a tensor, or its shape and its numbers. */
export type WeightArray = tf.Tensor | StoredArray;

/** Weights by the names that another library gives them. */
export type WeightRecord = Readonly<Record<string, WeightArray>>;

/**
 * The array as a float32 tensor of a checked shape: a new one, unless it was one.
 *
 * @throws Error for another shape, a dtype other than float32, numbers that are not as many as the shape says, and what are no
 *   numbers that float32 holds
 */
export function tensorOf<const Spec extends readonly Axis[]>(
  name: string,
  array: WeightArray,
  spec: Spec,
  reason?: string,
): { readonly tensor: tf.Tensor; readonly sizes: NamedSizes<Spec> } {
  const tensor = array instanceof tf.Tensor ? array : tf.tensor(float32Of(name, array), [...array.shape], 'float32');
  const sizes = checkShape(name, tensor, spec, reason);
  checkDtype(name, tensor, 'float32');
  return { tensor, sizes };
}

/**
 * @throws Error for what has neither a tensor's shape nor an array's
 */
export function shapeOf(name: string, array: unknown): readonly number[] {
  const { shape } = (array ?? {}) as { shape?: unknown };
  if (isShape(shape)) return shape;
  const got = typeof array === 'object' && array !== null ? `{ ${Object.keys(array).join(', ')} }` : String(array);
  throw new Error(`${name}: got ${got}, expected a tensor or { shape, data } with a shape of whole numbers.`);
}

/**
 * The numbers as float32, flat.
 *
 * @throws Error as {@link tensorOf}
 */
export function float32Of(name: string, array: StoredArray): Float32Array {
  const shape = shapeOf(name, array);
  const flat = flatten(name, array.data, shape);
  const wanted = shape.reduce((product, size) => product * size, 1);
  if (flat.length !== wanted) {
    throw new Error(
      `${name}: got ${flat.length} numbers, expected ${wanted}, as many as its shape [${shape.join(', ')}] says.`,
    );
  }
  if (flat instanceof Float32Array) return flat;
  return Float32Array.from(flat, (value: unknown, i) => {
    if (typeof value !== 'number') throw new Error(`${name}: got ${kindOf(value)} at ${i}, expected numbers only.`);
    checkFloat32(value, name);
    return value;
  });
}

/**
 * The array's shape and numbers, read back where it is a tensor.
 *
 * @throws Error as {@link tensorOf}
 */
export function numbersOf(name: string, array: WeightArray): NumpyArray {
  if (!(array instanceof tf.Tensor)) return { shape: array.shape, data: float32Of(name, array) };
  checkDtype(name, array, 'float32');
  return { shape: array.shape, data: array.dataSync<'float32'>() };
}

function flatten(name: string, data: unknown, shape: readonly number[]): ArrayLike<number> {
  if (isTyped(data)) return data;
  if (!Array.isArray(data)) {
    throw new Error(
      `${name}.data: got ${kindOf(data)}, expected a list of numbers, nested or flat, or a Float32Array.`,
    );
  }
  return data.some(Array.isArray) ? unnest(name, data, shape) : (data as number[]);
}

function unnest(name: string, list: unknown, shape: readonly number[]): number[] {
  const [size, ...inner] = shape;
  if (size === undefined) return [list as number];
  if (!Array.isArray(list) || list.length !== size) {
    const got = Array.isArray(list) ? `a list of ${list.length}` : kindOf(list);
    throw new Error(`${name}.data: got ${got}, expected a list of ${size}, as its shape says.`);
  }
  return list.flatMap((item) => unnest(name, item, inner));
}

function isShape(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function isTyped(value: unknown): value is Float32Array | Float64Array | Int32Array {
  return value instanceof Float32Array || value instanceof Float64Array || value instanceof Int32Array;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? `a ${value.constructor.name}` : `a ${typeof value}`;
}
