import * as tf from '@tensorflow/tfjs-node';
import { oneHot } from './one-hot';
import { checkAtLeast, checkTask, type TaskOptions } from './options';

/** How long, and of how many symbols. */
export interface RecallFirstOptions extends TaskOptions {
  /** How many symbols may come first: 4 unless given. */
  readonly symbols?: number;
  /** How many others may follow: 4 unless given; with 0 there is silence, steps of zeros. */
  readonly distractors?: number;
}

/** Sequences of symbols, and the one that each began with. */
export type RecallFirst = Readonly<{
  /** One-hot [batch, length, symbols + distractors]. */
  xs: tf.Tensor3D;
  /** int32 [batch] */
  labels: tf.Tensor1D;
}>;

/**
 * A symbol, then length − 1 distractors, each as likely as the others: with which symbol did it begin? Like the task
 * of latching one bit in Bengio, Simard and Frasconi 1994, Learning long-term dependencies with gradient descent is difficult,
 * section 2. Chance is 1 in `symbols`, ln(symbols) nats.
 * Shapes: xs [batch, length, symbols + distractors], labels [batch].
 *
 * @throws Error unless batch and length are positive integers, symbols is one of at least 2 and distractors of at least 0
 */
export function recallFirst(options: RecallFirstOptions): RecallFirst {
  checkTask(options);
  const { rng, batch, length, symbols = 4, distractors = 4 } = options;
  checkAtLeast('symbols', symbols, 2);
  checkAtLeast('distractors', distractors, 0);
  const labels = Int32Array.from({ length: batch }, () => rng.integer(symbols));
  const sequences = Int32Array.from({ length: batch * length }, (_, i) => {
    if (i % length === 0) return labels[i / length] ?? 0;
    return distractors === 0 ? -1 : symbols + rng.integer(distractors);
  });
  return { xs: oneHot(sequences, batch, symbols + distractors), labels: tf.tensor1d(labels, 'int32') };
}
