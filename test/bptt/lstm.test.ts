import * as tf from '@tensorflow/tfjs-node';
import * as bptt from 'kernel-lib/bptt';
import { lstm } from 'kernel-lib/cells';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';

// That the gradients are right is shown in test/cells/derivations.test.ts, for every cell and against every other way.
describe('bptt.lstm', () => {
  const g = rng(1);
  const params = lstm.init({ inputSize: 3, hiddenSize: 4, rng: g });
  const xs = normalTensor(g, [2, 5, 3]);
  const dOutputs = normalTensor(g, [2, 5, 4]);
  const mask = tf.tensor2d([
    [1, 1, 1, 0, 0],
    [1, 1, 1, 1, 1],
  ]);

  test.each([{}, { reverse: true }, { mask }, { mask, reverse: true }])(
    'leaves a gradient for each argument and nothing else behind',
    (options) => {
      const before = tf.memory().numTensors;
      const gradients = bptt.lstm(params, xs, dOutputs, options);
      const names = [...Object.keys(params).map((name) => `d${name}`), 'dxs', 'dh0', 'dc0'];
      expect(Object.keys(gradients).sort()).toEqual(names.sort());
      expect(tf.memory().numTensors).toBe(before + names.length);
      tf.dispose(gradients);
    },
  );

  test('passes the gradient through masked steps to the initial state', () => {
    const { dh0, dc0, dxs, dWho } = bptt.lstm(params, xs, dOutputs, { mask: tf.zeros([2, 5]) });
    expect(dh0.sub(dOutputs.sum(1)).abs().max().dataSync()[0]).toBeLessThan(1e-5);
    for (const gradient of [dc0, dxs, dWho]) expect(gradient.abs().max().dataSync()[0]).toBe(0);
  });

  test('says what does not fit', () => {
    expect(() => bptt.lstm(params, xs, tf.zeros([2, 5, 3]))).toThrow(
      'dOutputs: got shape [2, 5, 3], expected [batch = 2, time = 5, hidden = 4]; it must match the outputs.',
    );
    expect(() => bptt.lstm(params, tf.zeros([2, 5, 2]), dOutputs)).toThrow(
      'xs: got shape [2, 5, 2], expected [batch, time, input = 3]; the last axis must match the first of the input weights.',
    );
    expect(() => bptt.lstm(params, xs, dOutputs, { gateActivation: 'gelu' as 'tanh' })).toThrow(
      "gateActivation: got 'gelu', expected 'tanh', 'sigmoid', ",
    );
  });
});
