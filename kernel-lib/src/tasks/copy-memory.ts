import * as tf from '@tensorflow/tfjs-node';
import { oneHot } from './one-hot';
import { checkTask, type TaskOptions } from './options';

/** Sequences of symbols, and a symbol to say at every step. */
export type CopyMemory = Readonly<{
  /** One-hot [batch, length + 20, 10]. */
  xs: tf.Tensor3D;
  /** int32 [batch, length + 20]. */
  labels: tf.Tensor2D;
}>;

const digits = 8;
const copied = 10;
const [blank, go] = [8, 9];

/**
 * The copying memory problem, Arjovsky, Shah and Bengio 2016, Unitary evolution recurrent neural networks, section 4.1, after
 * Hochreiter and Schmidhuber 1997: ten of eight digits, T − 1 blanks, the sign to answer, ten blanks; to be said are T + 10
 * blanks and then the ten digits. Without a memory nothing is below {@link copyMemoryFloor}.
 * Shapes: xs [batch, T + 20, 10], in the order of the digits 0 to 7, blank 8, sign 9; labels [batch, T + 20].
 *
 * @param options `length` is T, the steps between the digits and the answer
 * @throws Error unless batch and length are positive integers
 */
export function copyMemory(options: TaskOptions): CopyMemory {
  checkTask(options);
  const { rng, batch, length } = options;
  const time = length + 2 * copied;
  const symbols = new Int32Array(batch * time).fill(blank);
  const labels = new Int32Array(batch * time).fill(blank);
  for (let b = 0; b < batch; b++) {
    for (let k = 0; k < copied; k++) {
      const digit = rng.integer(digits);
      symbols[b * time + k] = digit;
      labels[b * time + length + copied + k] = digit;
    }
    symbols[b * time + copied + length - 1] = go;
  }
  return { xs: oneHot(symbols, batch, digits + 2), labels: tf.tensor2d(labels, [batch, time], 'int32') };
}

/**
 * The cross-entropy, in nats a step, of saying blanks until the sign and then any of the eight digits: 10 ln 8 / (T + 20).
 *
 * @throws Error unless length is a positive integer
 */
export function copyMemoryFloor(length: number): number {
  checkTask({ batch: 1, length });
  return (copied * Math.log(digits)) / (length + 2 * copied);
}
