import * as tf from '@tensorflow/tfjs-node';
import { rnn, type Directions, type RnnParams, type RnnState } from 'kernel-lib/cells';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { expect } from 'vitest';

/** An RNN for both directions, and a sequence. */
export type BothDirections = Readonly<{
  params: Directions<RnnParams>;
  xs: tf.Tensor3D;
  initialState: Directions<RnnState>;
  dOutputs: tf.Tensor3D;
  /** For outputs of both directions side by side. */
  dWide: tf.Tensor3D;
  mask: tf.Tensor2D;
  lengths: number[];
}>;

/** The same every time, for the caller's tidy to free. */
export function bothDirections(): BothDirections {
  const g = rng(7);
  const draw = (): RnnParams => ({
    ...rnn.init({ inputSize: 3, hiddenSize: 4, rng: g }),
    bh: normalTensor(g, [4], 0.3),
  });
  const state = (): RnnState => ({ h: normalTensor(g, [5, 4], 0.5) });
  return {
    params: { forward: draw(), backward: draw() },
    xs: normalTensor(g, [5, 6, 3]),
    initialState: { forward: state(), backward: state() },
    dOutputs: normalTensor(g, [5, 6, 4]),
    dWide: normalTensor(g, [5, 6, 8]),
    mask: tf.tensor2d(
      Array.from({ length: 30 }, () => g.integer(2)),
      [5, 6],
    ),
    lengths: [1, 6, 3, 5, 2],
  };
}

/** Throws this sentence, and leaves at most the bad argument itself behind. */
export function expectRefusal(call: () => unknown, message: string): void {
  const before = tf.memory().numTensors;
  let said = '';
  try {
    call();
  } catch (error) {
    said = (error as Error).message;
  }
  expect(said).toBe(message);
  expect(tf.memory().numTensors - before).toBeLessThanOrEqual(1);
}
