import * as tf from '@tensorflow/tfjs-node';
import { expect, it } from 'vitest';
import { readout, rnn } from 'kernel-lib/cells';
import { unroll } from 'kernel-lib/sequence';
import { rng } from 'kernel-lib/tensor/rng';
import { crossEntropy, fit } from 'kernel-lib/train';

it('an RNN learns to remember one bit over eight steps of noise', async () => {
  const time = 8;
  const draws = rng(7);
  const params = {
    rnn: rnn.init({ inputSize: 2, hiddenSize: 12, rng: draws }),
    readout: readout.init({ hiddenSize: 12, outputSize: 2, rng: draws }),
  };
  interface Batch {
    xs: Float32Array;
    bits: number[];
  }
  /** The bit stands on the first input of step 1; the second input is noise. */
  const batch = (noise: typeof draws): Batch => {
    const bits = Array.from({ length: 32 }, () => noise.integer(2));
    const xs = new Float32Array(32 * time * 2).map(() => 0.3 * noise.normal());
    bits.forEach((bit, row) => (xs[row * time * 2] = 2 * bit - 1));
    return { xs, bits };
  };
  const before = tf.memory().numTensors;
  const optimizer = tf.train.adam(0.01);
  const result = await fit({
    params,
    loss: (p, { xs, bits }: Batch) => {
      const { final } = unroll(rnn, p.rnn, tf.tensor3d(xs, [32, time, 2]));
      return crossEntropy(readout.apply(p.readout, final.h), bits);
    },
    batches: (_epoch, noise) => Array.from({ length: 50 }, () => batch(noise)),
    optimizer,
    rng: rng(11),
    epochs: 3,
    clipNorm: 1,
    progress: false,
  });
  expect(result.history.steps.loss[0]).toBeGreaterThan(0.5);
  expect(result.history.epochs.loss.at(-1)).toBeLessThan(0.05);
  tf.dispose([result.params.rnn, result.params.readout]);
  optimizer.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
