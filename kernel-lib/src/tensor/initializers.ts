import * as tf from '@tensorflow/tfjs-node';
import type { Rng } from './rng';

/** Draws a weight matrix [fan in, fan out]. */
export type Initializer = (rng: Rng, shape: readonly [number, number]) => tf.Tensor2D;

/**
 * U(-a, a) with a = √(6 / (fan in + fan out)): keeps the variance of signals and gradients through a layer.
 * Glorot and Bengio 2010, Understanding the difficulty of training deep feedforward neural networks, eq. 16.
 */
export function glorotUniform(rng: Rng, shape: readonly [number, number]): tf.Tensor2D {
  const bound = Math.sqrt(6 / (shape[0] + shape[1]));
  return uniformTensor(rng, shape, -bound, bound);
}

/**
 * N(0, std²), element by element.
 */
export function normalTensor<const R extends readonly number[]>(rng: Rng, shape: R, std = 1): TensorOf<R> {
  if (!(Number.isFinite(std) && std >= 0)) throw new Error(`std: got ${std}, expected a finite number of at least 0.`);
  return drawn(shape, () => rng.normal() * std);
}

/** U(low, high), element by element. */
export function uniformTensor<const R extends readonly number[]>(rng: Rng, shape: R, low = 0, high = 1): TensorOf<R> {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high)) {
    throw new Error(
      `low, high: got ${low}, ${high}, expected two finite numbers, the first no larger than the second.`,
    );
  }
  return drawn(shape, () => low + (high - low) * rng.uniform());
}

/**
 * gain · Q with orthonormal rows or columns, whichever are fewer: a linear recurrence that neither grows nor shrinks its state.
 * Saxe, McClelland and Ganguli 2013, Exact solutions to the nonlinear dynamics of learning in deep linear neural networks,
 * section 3. Uniform over all such matrices: Gram-Schmidt on normal vectors is the QR factorisation whose R has a positive
 * diagonal, as Mezzadri 2007, How to generate random matrices from the classical compact groups, section 5, demands.
 */
export function orthogonal(rng: Rng, shape: readonly [number, number], gain = 1): tf.Tensor2D {
  checkSizes(shape);
  const [rows, columns] = shape;
  const size = Math.max(rows, columns);
  const vectors: Float64Array[] = [];
  while (vectors.length < Math.min(rows, columns)) {
    const vector = Float64Array.from({ length: size }, () => rng.normal());
    // Twice is enough to be orthogonal to working precision (Giraud, Langou and Rozložník 2005).
    for (const other of [...vectors, ...vectors]) addScaled(vector, other, -dot(vector, other));
    scale(vector, 1 / Math.sqrt(dot(vector, vector)));
    vectors.push(vector);
  }
  const entry = (i: number, j: number): number => (rows <= columns ? vectors[i]?.[j] : vectors[j]?.[i]) ?? NaN;
  return fromEntries(shape, (i, j) => gain * entry(i, j));
}

/**
 * scale · I: with ReLU and a zero bias the state is carried unchanged until an input comes (the IRNN).
 * Le, Jaitly and Hinton 2015, A simple way to initialize recurrent networks of rectified linear units, section 3.
 */
export function identity(_rng: Rng, shape: readonly [number, number], scale = 1): tf.Tensor2D {
  return fromEntries(shape, (i, j) => (i === j ? scale : 0));
}

type TensorOf<R extends readonly number[]> = R extends readonly [number]
  ? tf.Tensor1D
  : R extends readonly [number, number]
    ? tf.Tensor2D
    : R extends readonly [number, number, number]
      ? tf.Tensor3D
      : tf.Tensor;

function drawn<R extends readonly number[]>(shape: R, draw: () => number): TensorOf<R> {
  checkSizes(shape);
  const values = Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, draw);
  return tf.tensor(values, [...shape]) as TensorOf<R>;
}

function fromEntries(shape: readonly [number, number], entry: (i: number, j: number) => number): tf.Tensor2D {
  checkSizes(shape);
  const [rows, columns] = shape;
  const values = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) values[i * columns + j] = entry(i, j);
  return tf.tensor2d(values, [rows, columns]);
}

function checkSizes(shape: readonly number[]): void {
  if (!shape.every((size) => Number.isInteger(size) && size > 0)) {
    throw new Error(`shape: got [${shape.join(', ')}], expected positive integers.`);
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function addScaled(a: Float64Array, b: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i] = (a[i] ?? 0) + factor * (b[i] ?? 0);
}

function scale(a: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i] = (a[i] ?? 0) * factor;
}
