import * as tf from '@tensorflow/tfjs-node';
import { checkFlagRate, checkTask, type TaskOptions } from './options';

/** How long, how often the flag is up, and what is to be said. */
export interface NumbersSinceFlagOptions extends TaskOptions {
  /** The number that came with the last flag, or the sum of all numbers since, that one included. */
  readonly say: 'first' | 'sum';
  /** p, the share of the steps that bear a flag: 0.15 unless given. The first step always does. */
  readonly flagRate?: number;
}

/** Sequences of numbers and flags, and a number to say at every step. */
export type NumbersSinceFlag = Readonly<{
  /** The number, uniform in [−1, 1], and then the flag, 0 or 1 [batch, length, 2]. */
  xs: tf.Tensor3D;
  /** [batch, length, 1] */
  targets: tf.Tensor3D;
}>;

/**
 * A number u at every step, with a flag at some: with k the step of the last flag, this step's included, say at each step t
 *   y_t = u_k                        for 'first': keep a number, whatever else comes by
 *   y_t = u_k + u_{k+1} + ... + u_t  for 'sum': compute with what is kept
 * and drop all of it at the next flag. (A task of this course's own, made so that one unit with the gates of a GRU can do it and one
 * without cannot.) Without a memory nothing is below {@link numbersSinceFlagFloor}.
 * Shapes: xs [batch, length, 2], targets [batch, length, 1].
 *
 * @throws Error unless batch and length are positive integers, say is one of both and flagRate is from 0 to 1
 */
export function numbersSinceFlag(options: NumbersSinceFlagOptions): NumbersSinceFlag {
  const { rng, batch, length, say, flagRate = 0.15 } = options;
  checkNumbersSinceFlag(options);
  const xs = new Float32Array(batch * length * 2);
  const targets = new Float32Array(batch * length);
  let said = 0;
  for (let i = 0; i < batch * length; i++) {
    const number = 2 * rng.uniform() - 1;
    const flagged = rng.uniform() < flagRate || i % length === 0;
    if (flagged) said = number;
    else if (say === 'sum') said += number;
    xs[2 * i] = number;
    xs[2 * i + 1] = flagged ? 1 : 0;
    targets[i] = said;
  }
  return { xs: tf.tensor3d(xs, [batch, length, 2]), targets: tf.tensor3d(targets, [batch, length, 1]) };
}

/**
 * The mean squared error, averaged over the T steps, of the best that sees the present step alone. As a number has the variance 1/3,
 *   (1 − p) (T − 1) / T / 3                  for 'first', which guesses 0 where there is no flag
 *   Σ_t Σ_{m = 1 ... t − 1} (1 − p)^m / T / 3  for 'sum', which says the present number: P(no flag in the last m steps) = (1 − p)^m
 *
 * @throws Error as {@link numbersSinceFlag} does
 */
export function numbersSinceFlagFloor(options: Omit<NumbersSinceFlagOptions, 'rng' | 'batch'>): number {
  const { length, say, flagRate = 0.15 } = options;
  checkNumbersSinceFlag({ ...options, batch: 1 });
  if (say === 'first') return ((1 - flagRate) * (1 - 1 / length)) / 3;
  let sum = 0;
  for (let m = 1; m < length; m++) sum += (length - m) * (1 - flagRate) ** m;
  return sum / length / 3;
}

function checkNumbersSinceFlag(options: Omit<NumbersSinceFlagOptions, 'rng'>): void {
  const { say, flagRate = 0.15 } = options;
  checkTask(options);
  const known: readonly string[] = ['first', 'sum'];
  if (!known.includes(say)) {
    throw new Error(`say: got '${say}', expected 'first' or 'sum'.`);
  }
  checkFlagRate(flagRate);
}
