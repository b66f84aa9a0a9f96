import * as tf from '@tensorflow/tfjs-node';
import { between, checkTask, type TaskOptions } from './options';

/** Sequences of pairs (value, marker), and one number to say after each. */
export type AddingProblem = Readonly<{
  /** [batch, time, 2] */
  xs: tf.Tensor3D;
  /** [batch, 1] */
  targets: tf.Tensor2D;
}>;

/** The mean squared error of always saying 1, the mean of the targets: Var(u1 + u2) = 2 / 12. */
export const addingProblemFloor: number = 1 / 6;

/**
 * The adding problem as Le, Jaitly and Hinton 2015, A simple way to initialize recurrent networks of rectified linear units,
 * section 4.1, have it: each step is a value from U[0, 1) and a marker, 1 at two steps and 0 at the others; the target is the
 * sum of the two marked values. (Arjovsky, Shah and Bengio 2016 mark one in each half.)
 * Without a memory nothing is below {@link addingProblemFloor}, the mean squared error of a constant.
 * Shapes: xs [batch, length, 2], targets [batch, 1].
 *
 * @throws Error unless batch is a positive integer and length one of at least 2
 */
export function addingProblem(options: TaskOptions): AddingProblem {
  checkTask(options, 2);
  const { rng, batch, length } = options;
  const xs = new Float32Array(batch * length * 2);
  const targets = new Float32Array(batch);
  for (let b = 0; b < batch; b++) {
    for (let t = 0; t < length; t++) xs[(b * length + t) * 2] = rng.uniform();
    const first = rng.integer(length);
    const second = (first + 1 + rng.integer(length - 1)) % length;
    for (const t of [first, second]) {
      const at = (b * length + t) * 2;
      xs[at + 1] = 1;
      targets[b] = (targets[b] ?? 0) + (xs[at] ?? 0);
    }
  }
  return { xs: tf.tensor3d(xs, [batch, length, 2]), targets: tf.tensor2d(targets, [batch, 1]) };
}

/** {@link AddingProblem} of sequences that end at different times; zeros follow. */
export type AddingProblem1997 = AddingProblem & {
  /** The steps of each sequence, from length to length + length / 10. */
  readonly lengths: number[];
};

/**
 * The adding problem of Hochreiter and Schmidhuber 1997, Long short-term memory, section 5.4. Each step is a value from
 * U[−1, 1) and a marker. One of the first ten steps is marked with 1, then one of the first T/2 − 1 that are left; the first
 * and the last step bear −1, all others 0. A first step that is chosen has the value 0 and still bears −1. The target is
 * 0.5 + (X1 + X2) / 4, and an answer is right when it is less than 0.04 away.
 * The mean squared error of a constant is 2/3 · 1/16 = 1/24, a little less for the zeros.
 * Shapes: xs [batch, T + T/10, 2] with zeros after each sequence's own length, targets [batch, 1].
 *
 * @param options `length` is T, the shortest that a sequence is
 * @throws Error unless batch is a positive integer and length one of at least 20
 */
export function addingProblem1997(options: TaskOptions): AddingProblem1997 {
  checkTask(options, 20);
  const { rng, batch, length } = options;
  const longest = length + Math.floor(length / 10);
  const xs = new Float32Array(batch * longest * 2);
  const targets = new Float32Array(batch);
  const lengths: number[] = [];
  for (let b = 0; b < batch; b++) {
    const time = between(rng, length, longest);
    lengths.push(time);
    const pairs = xs.subarray(b * longest * 2, (b * longest + time) * 2);
    for (let t = 0; t < time; t++) pairs[2 * t] = 2 * rng.uniform() - 1;
    const first = rng.integer(10);
    const left = rng.integer(Math.floor(length / 2) - 1);
    const second = left < first ? left : left + 1;
    pairs[1] = pairs[2 * time - 1] = -1;
    let sum = 0;
    for (const t of [first, second]) {
      if (t === 0) pairs[0] = 0;
      else pairs[2 * t + 1] = 1;
      sum += pairs[2 * t] ?? 0;
    }
    targets[b] = 0.5 + sum / 4;
  }
  return { xs: tf.tensor3d(xs, [batch, longest, 2]), targets: tf.tensor2d(targets, [batch, 1]), lengths };
}
