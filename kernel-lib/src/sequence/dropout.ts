import * as tf from '@tensorflow/tfjs-node';
import { checkDtype, type Rng } from '../tensor';

/** How much to drop, and by which draws. */
export interface DropoutOptions {
  /** p, the probability that a number is dropped: from 0 up to, but not including, 1. */
  readonly rate: number;
  readonly rng: Rng;
}

/**
 * Inverted dropout, Srivastava et al. 2014, Dropout: a simple way to prevent neural networks from overfitting, section 10:
 *   y = x ⊙ m / (1 − p), each m drawn from Bernoulli(1 − p)
 * so that the mean of y is x, and nothing is to be scaled where nothing is dropped. Shapes: y as x.
 * Each call takes one draw from rng, which seeds those of its m.
 *
 * @throws Error, before any op runs, for a rate that is none and for what is no float32 tensor
 */
export function dropout<T extends tf.Tensor>(x: T, { rate, rng }: DropoutOptions): T {
  checkRate('rate', rate);
  checkDtype('x', x, 'float32');
  // A draw of tfjs takes a fourth of the time of one from rng; a seed of 0 would be none to it.
  const seed = 1 + rng.integer(2 ** 32);
  return tf.dropout(x, rate, undefined, seed) as T;
}

/**
 * @throws Error unless 0 ≤ rate < 1
 */
export function checkRate(name: string, rate: number): void {
  if (!(rate >= 0 && rate < 1))
    throw new Error(`${name}: got ${rate}, expected a number of at least 0 and less than 1.`);
}
