import * as tf from '@tensorflow/tfjs-node';
import * as layers from 'kernel-lib/layers';
import { describe, expect, it } from 'vitest';
import { fit, numbers, outputsOf } from './pairs';

const dropping = { units: 3, dropout: 0.5, recurrentDropout: 0.5, seed: 1 };
const regularized = {
  units: 3,
  activityRegularizer: 'l1l2',
  kernelRegularizer: 'l1l2',
  kernelConstraint: 'unitNorm',
} as const;
const all: Record<string, () => tf.layers.Layer> = {
  'simpleRNN with dropout': () => layers.simpleRNN(dropping),
  'gru with dropout': () => layers.gru({ ...dropping, returnSequences: true, goBackwards: true }),
  'lstm with dropout': () => layers.lstm({ ...dropping, zeroOutputForMask: true }),
  'simpleRNN with penalties': () => layers.simpleRNN(regularized),
  'gru with penalties': () => layers.gru(regularized),
  'lstm with penalties': () => layers.lstm(regularized),
  bidirectional: () => layers.bidirectional({ layer: layers.lstm({ ...regularized, ...dropping }), mergeMode: 'mul' }),
};

describe.each(Object.entries(all))('%s leaves no tensors behind', (_name, make) => {
  it('in predict, fit and apply', async () => {
    const layer = make();
    const model = tf.sequential({ layers: [tf.layers.masking({ inputShape: [4, 2] }), layer] });
    model.compile({ loss: 'meanSquaredError', optimizer: tf.train.adam(0.01) });
    const xs = numbers<tf.Rank.R3>([2, 4, 2]);
    const ys = tf.zeros([2, ...((model.outputs[0]?.shape ?? []).slice(1) as number[])]);
    const run = async (): Promise<void> => {
      await fit(model, xs, ys, 2);
      tf.dispose(model.predict(xs));
      tf.dispose(outputsOf(layer, xs));
    };
    await run();
    const tensors = tf.memory().numTensors;
    for (let k = 0; k < 3; k++) await run();
    expect(tf.memory().numTensors).toBe(tensors);
    tf.dispose([xs, ys]);
  });
});

describe('a layer that gives its state, too,', () => {
  it('has tensors of their own for output and state, which a model gives back one by one', () => {
    const xs = tf.input({ shape: [4, 2] });
    const layer = layers.lstm({ units: 3, returnState: true });
    const [output, h] = layer.apply(xs) as [tf.SymbolicTensor, tf.SymbolicTensor];
    const first = tf.layers.dense({ units: 3 }).apply(output) as tf.SymbolicTensor;
    const both = tf.layers.add().apply([first, h]) as tf.SymbolicTensor;
    const model = tf.model({ inputs: xs, outputs: both });
    const input = numbers<tf.Rank.R3>([2, 4, 2]);
    expect((model.predict(input) as tf.Tensor).dataSync()).toHaveLength(6);
    const given = outputsOf(layer, input);
    given[0]?.dispose();
    expect(given.map(({ isDisposed }) => isDisposed)).toEqual([true, false, false]);
  });
});
