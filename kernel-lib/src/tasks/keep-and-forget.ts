import * as tf from '@tensorflow/tfjs-node';
import { checkAtLeast, checkFlagRate, checkTask, type TaskOptions } from './options';

/** How long, of how many symbols, and how often one is to be kept. */
export interface KeepAndForgetOptions extends TaskOptions {
  /** How many symbols there are: 4 unless given. */
  readonly symbols?: number;
  /** p, the share of the steps that bear a flag: 0.1 unless given. The first step always does. */
  readonly flagRate?: number;
}

/** Sequences of symbols and flags, and a symbol to say at every step. */
export type KeepAndForget = Readonly<{
  /** The symbol, one-hot, and then the flag, 0 or 1 [batch, length, symbols + 1]. */
  xs: tf.Tensor3D;
  /** The symbol that came with the last flag, this step's included, int32 [batch, length]. */
  labels: tf.Tensor2D;
}>;

/**
 * A symbol at every step, with a flag at some: at each step say the symbol that came with the last flag. What is flagged must
 * be kept, whatever else comes by, until the next flag, and must then be forgotten. (A task of this course's own: it needs a gate
 * that closes and opens again, which Gers, Schmidhuber and Cummins 2000, Learning to forget, gave the LSTM.)
 * Without a memory nothing is below {@link keepAndForgetFloor}.
 * Shapes: xs [batch, length, symbols + 1], labels [batch, length].
 *
 * @throws Error unless batch and length are positive integers, symbols is one of at least 2 and flagRate from 0 to 1
 */
export function keepAndForget(options: KeepAndForgetOptions): KeepAndForget {
  const { rng, batch, length, symbols = 4, flagRate = 0.1 } = options;
  checkKeepAndForget(options);
  const width = symbols + 1;
  const xs = new Float32Array(batch * length * width);
  const labels = new Int32Array(batch * length);
  let kept = 0;
  for (let i = 0; i < batch * length; i++) {
    const symbol = rng.integer(symbols);
    const flagged = rng.uniform() < flagRate || i % length === 0;
    if (flagged) kept = symbol;
    xs[i * width + symbol] = 1;
    xs[i * width + symbols] = flagged ? 1 : 0;
    labels[i] = kept;
  }
  return { xs: tf.tensor3d(xs, [batch, length, width]), labels: tf.tensor2d(labels, [batch, length], 'int32') };
}

/**
 * The cross-entropy, in nats a step, of repeating what is flagged now and guessing otherwise: (1 − p) (T − 1) / T · ln(symbols).
 *
 * @throws Error as {@link keepAndForget} does
 */
export function keepAndForgetFloor(options: Omit<KeepAndForgetOptions, 'rng' | 'batch'>): number {
  const { length, symbols = 4, flagRate = 0.1 } = options;
  checkKeepAndForget({ ...options, batch: 1 });
  return (1 - flagRate) * (1 - 1 / length) * Math.log(symbols);
}

function checkKeepAndForget(options: Omit<KeepAndForgetOptions, 'rng'>): void {
  const { symbols = 4, flagRate = 0.1 } = options;
  checkTask(options);
  checkAtLeast('symbols', symbols, 2);
  checkFlagRate(flagRate);
}
