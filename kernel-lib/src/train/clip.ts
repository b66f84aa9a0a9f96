import * as tf from '@tensorflow/tfjs-node';
import { flatten, mapValues, unflatten, type ParamTree } from './params';

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
  const { scaling, norm } = measure(Object.values(flat), maxNorm);
  return {
    clipped: unflatten(
      grads,
      mapValues(flat, (grad) => scaled(grad, scaling)),
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
  const { scaling, norm } = measure([checked as T], maxNorm);
  return { clipped: scaled(checked as T, scaling), norm };
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

/** g ← g / divisor · factor. The identity when the gradients stay as they are. */
interface Scaling {
  readonly divisor: number;
  readonly factor: number;
}

const IDENTITY: Scaling = { divisor: 1, factor: 1 };

/** Below this norm, squares may have been lost at the lower end of float32. */
const SAFELY_SQUARED = 1e-12;

function measure(grads: readonly tf.Tensor[], maxNorm: number): { scaling: Scaling; norm: number } {
  const norm = Math.sqrt(sumOfSquares(grads, 1));
  if (norm > SAFELY_SQUARED && norm < Infinity) {
    return { scaling: norm > maxNorm ? { divisor: 1, factor: maxNorm / norm } : IDENTITY, norm };
  }
  // The gradients may be fine and only their squares out of range: measure them in units of the largest.
  const largest = read(
    grads,
    (grad) => grad.abs().max(),
    (a, b) => Math.max(a, b),
  );
  if (largest === 0 || !Number.isFinite(largest)) return { scaling: IDENTITY, norm: largest };
  const relative = Math.sqrt(sumOfSquares(grads, largest));
  const exact = largest * relative;
  return { scaling: exact > maxNorm ? { divisor: largest, factor: maxNorm / relative } : IDENTITY, norm: exact };
}

function sumOfSquares(grads: readonly tf.Tensor[], unit: number): number {
  return read(
    grads,
    (grad) => (unit === 1 ? grad : grad.div(unit)).square().sum(),
    (a, b) => a + b,
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

function scaled<T extends tf.Tensor>(grad: T, { divisor, factor }: Scaling): T {
  if (divisor === 1) return factor === 1 ? grad.clone() : grad.mul(factor);
  return tf.tidy(() => grad.div<T>(divisor).mul(factor));
}

function checkLimit(name: string, limit: number): void {
  if (!(limit > 0)) throw new Error(`${name}: got ${limit}, expected a number above 0.`);
}
