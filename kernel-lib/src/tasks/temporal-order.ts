import * as tf from '@tensorflow/tfjs-node';
import { oneHot } from './one-hot';
import { between, checkTask, type TaskOptions } from './options';

/** Sequences of symbols, and which of four classes each is of. */
export type TemporalOrder = Readonly<{
  /** One-hot [batch, time, symbols]. */
  xs: tf.Tensor3D;
  /** int32 [batch], 2 · first + second: 0 and 1 begin with the first of the two symbols, 2 and 3 with the second. */
  labels: tf.Tensor1D;
}>;

/**
 * Temporal order as in the code of Pascanu, Mikolov and Bengio 2013, On the difficulty of training recurrent neural networks,
 * section 4.1.1: one of A and B at a step from [T/10, 2T/10) and again from [5T/10, 6T/10), counted from 0, and one of c, d, e
 * and f at all others. In which order did A and B come: AA 0, AB 1, BA 2, BB 3? Chance is 1 in 4, ln 4 = 1.386 nats.
 * Shapes: xs [batch, length, 6], in the order A B c d e f; labels [batch].
 *
 * @throws Error unless batch is a positive integer and length one of at least 10
 */
export function temporalOrder(options: TaskOptions): TemporalOrder {
  checkTask(options, 10);
  const { rng, batch, length } = options;
  const tenth = Math.floor(length / 10);
  const half = Math.floor(length / 2);
  const symbols = Int32Array.from({ length: batch * length }, () => 2 + rng.integer(4));
  const labels = new Int32Array(batch);
  for (let b = 0; b < batch; b++) {
    const [first, second] = [rng.integer(2), rng.integer(2)];
    symbols[b * length + tenth + rng.integer(tenth)] = first;
    symbols[b * length + half + rng.integer(tenth)] = second;
    labels[b] = 2 * first + second;
  }
  return { xs: oneHot(symbols, batch, 6), labels: tf.tensor1d(labels, 'int32') };
}

/** {@link TemporalOrder} of sequences that end at different times; zeros follow. */
export type TemporalOrder1997 = TemporalOrder & {
  /** The steps of each sequence, from length to length + length / 10. */
  readonly lengths: number[];
};

/** In the order of the last axis. */
const [E, B, a, X] = [0, 1, 2, 6];

/**
 * Temporal order of Hochreiter and Schmidhuber 1997, Long short-term memory, section 5.6, task 6a: E, then symbols a, b, c and
 * d, then B after T to T + T/10 steps; but X or Y at a step from T/10 to 2T/10 and again from 5T/10 to 6T/10, counted from 1,
 * where the paper has T = 100. In which order did X and Y come: XX 0 (class Q), XY 1 (R), YX 2 (S), YY 3 (U)? The paper's nets
 * have four sigmoid outputs, and an answer is right when each is less than 0.3 away from its 0 or 1. Chance is 1 in 4.
 * Shapes: xs [batch, T + T/10, 8], in the order E B a b c d X Y, with zeros after each sequence's own length; labels [batch].
 *
 * @param options `length` is T, the shortest that a sequence is: 100 unless given
 * @throws Error unless batch is a positive integer and length one of at least 20
 */
export function temporalOrder1997({
  length = 100,
  ...options
}: Omit<TaskOptions, 'length'> & Partial<TaskOptions>): TemporalOrder1997 {
  checkTask({ ...options, length }, 20);
  const { rng, batch } = options;
  const longest = length + Math.floor(length / 10);
  const tenths = (n: number): number => Math.floor((n * length) / 10);
  const symbols = new Int32Array(batch * longest).fill(-1);
  const labels = new Int32Array(batch);
  const lengths: number[] = [];
  for (let n = 0; n < batch; n++) {
    const time = between(rng, length, longest);
    lengths.push(time);
    const sequence = symbols.subarray(n * longest, n * longest + time);
    for (let t = 0; t < time; t++) sequence[t] = a + rng.integer(4);
    sequence[0] = E;
    sequence[time - 1] = B;
    const [first, second] = [rng.integer(2), rng.integer(2)];
    sequence[between(rng, tenths(1), tenths(2)) - 1] = X + first;
    sequence[between(rng, tenths(5), tenths(6)) - 1] = X + second;
    labels[n] = 2 * first + second;
  }
  return { xs: oneHot(symbols, batch, 8), labels: tf.tensor1d(labels, 'int32'), lengths };
}
