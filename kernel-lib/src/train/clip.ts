import * as tf from '@tensorflow/tfjs-node';
import { flatten, unflatten, type ParamTree } from './params';

/** Gradients after clipping, new tensors that the caller disposes, and the norm that they had before. */
export interface Clipped<G> {
  readonly clipped: G;
  /** √Σ g² before clipping. NaN or Infinity when a gradient holds such a number: then nothing was scaled. */
  readonly norm: number;
}

/**
 * Scales all gradients together, so that their direction is kept:
 *   ‖g‖ = √Σ_i Σ g_i²,  g ← g · maxNorm / ‖g‖ where ‖g‖ > maxNorm
 * Pascanu, Mikolov and Bengio 2013, On the difficulty of training recurrent neural networks, Algorithm 1.
 *
 * @throws Error when maxNorm is not a positive number, or there are no gradients
 */
export function clipByGlobalNorm<G extends ParamTree>(grads: G, maxNorm: number): Clipped<G> {
  checkLimit('maxNorm', maxNorm);
  const flat = flatten('grads', grads);
  const { factor, norm } = measure(Object.values(flat), maxNorm);
  return {
    clipped: unflatten(
      grads,
      mapValues(flat, (grad) => scaled(grad, factor)),
    ),
    norm,
  };
}

/**
 * Scales one gradient to at most `maxNorm`: Algorithm 1 of Pascanu et al. 2013 on one parameter.
 * Used on each parameter by itself it changes the direction of the whole; `clipByGlobalNorm` does not.
 *
 * @throws Error when maxNorm is not a positive number
 */
export function clipByNorm<T extends tf.Tensor>(grad: T, maxNorm: number): Clipped<T> {
  checkLimit('maxNorm', maxNorm);
  const { grad: checked } = flatten('clipByNorm', { grad });
  const { factor, norm } = measure([checked as T], maxNorm);
  return { clipped: scaled(checked as T, factor), norm };
}

/**
 * Cuts every element to [−limit, limit]: changes the direction. New tensors that the caller disposes.
 * Graves 2013, Generating sequences with recurrent neural networks, section 2.1.
 *
 * @throws Error when limit is not a positive number
 */
export function clipByValue<G extends ParamTree>(grads: G, limit: number): G {
  checkLimit('limit', limit);
  return unflatten(
    grads,
    mapValues(flatten('grads', grads), (grad) => tf.clipByValue(grad, -limit, limit)),
  );
}

/** √Σ_i Σ g_i² over all gradients. */
export function globalNorm(grads: ParamTree): number {
  return measure(Object.values(flatten('grads', grads)), Infinity).norm;
}

/** Factors to multiply by, one after another; none when the gradients stay as they are. */
type Factor = readonly number[];

function measure(grads: readonly tf.Tensor[], maxNorm: number): { factor: Factor; norm: number } {
  const norm = Math.sqrt(sumOfSquares(grads));
  if (Number.isFinite(norm)) return { factor: norm > maxNorm ? [maxNorm / norm] : [], norm };
  // Finite gradients may have squares past the range of float32: measure them in units of the largest.
  const largest = largestMagnitude(grads);
  if (!Number.isFinite(largest)) return { factor: [], norm };
  const relative = Math.sqrt(sumOfSquares(grads, 1 / largest));
  const exact = largest * relative;
  return { factor: exact > maxNorm ? [1 / largest, maxNorm / relative] : [], norm: exact };
}

function sumOfSquares(grads: readonly tf.Tensor[], unit = 1): number {
  return read(
    grads,
    (grad) => (unit === 1 ? grad : grad.mul(unit)).square().sum(),
    (a, b) => a + b,
  );
}

function largestMagnitude(grads: readonly tf.Tensor[]): number {
  return read(
    grads,
    (grad) => grad.abs().max(),
    (a, b) => Math.max(a, b),
  );
}

/** One number a gradient, read back in one go. */
function read(
  grads: readonly tf.Tensor[],
  reduce: (grad: tf.Tensor) => tf.Tensor,
  combine: (a: number, b: number) => number,
): number {
  const each = tf.tidy(() => tf.stack(grads.map((grad) => reduce(grad))));
  const values = each.dataSync<'float32'>();
  each.dispose();
  return values.reduce((a, b) => combine(a, b), 0);
}

function scaled<T extends tf.Tensor>(grad: T, factor: Factor): T {
  return tf.tidy(() => factor.reduce<T>((result, by) => result.mul(by), grad.clone()));
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

function checkLimit(name: string, limit: number): void {
  if (!(limit > 0)) throw new Error(`${name}: got ${limit}, expected a number above 0.`);
}
