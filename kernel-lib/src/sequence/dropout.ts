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
 *
 * @throws Error, before any op runs, for a rate that is none and for what is no float32 tensor
 */
export function dropout<T extends tf.Tensor>(x: T, { rate, rng }: DropoutOptions): T {
  checkRate('rate', rate);
  checkDtype('x', x, 'float32');
  return tf.tidy(() => {
    const scale = 1 / (1 - rate);
    const m = Float32Array.from({ length: x.size }, () => (rng.uniform() < rate ? 0 : scale));
    return x.mul<T>(tf.tensor(m, x.shape));
  });
}

/**
 * @throws Error unless 0 ≤ rate < 1
 */
export function checkRate(name: string, rate: number): void {
  if (!(rate >= 0 && rate < 1))
    throw new Error(`${name}: got ${rate}, expected a number of at least 0 and less than 1.`);
}
