import * as tf from '@tensorflow/tfjs-node';
import * as bptt from 'kernel-lib/bptt';
import { rnn } from 'kernel-lib/cells';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';

// That the gradients are right is shown in test/cells/derivations.test.ts, for every cell and against every other way.
describe('bptt.rnn', () => {
  const g = rng(1);
  const params = rnn.init({ inputSize: 3, hiddenSize: 4, rng: g });
  const xs = normalTensor(g, [2, 5, 3]);
  const dOutputs = normalTensor(g, [2, 5, 4]);
  const mask = tf.tensor2d([
    [1, 1, 1, 0, 0],
    [1, 1, 1, 1, 1],
  ]);

  test.each([{}, { reverse: true }, { mask }, { mask, reverse: true }])(
    'leaves its five gradients and nothing else behind',
    (options) => {
      const before = tf.memory().numTensors;
      const gradients = bptt.rnn(params, xs, dOutputs, options);
      expect(Object.keys(gradients).sort()).toEqual(['dWhh', 'dWxh', 'dbh', 'dh0', 'dxs']);
      expect(tf.memory().numTensors).toBe(before + 5);
      tf.dispose(gradients);
    },
  );

  test('passes the gradient through masked steps to the initial state', () => {
    const { dh0, dxs } = bptt.rnn(params, xs, dOutputs, { mask: tf.zeros([2, 5]) });
    const sum = dOutputs.sum(1);
    expect(dh0.sub(sum).abs().max().dataSync()[0]).toBeLessThan(1e-5);
    expect(dxs.abs().max().dataSync()[0]).toBe(0);
  });

  test('says what does not fit', () => {
    expect(() => bptt.rnn(params, xs, tf.zeros([2, 5, 3]))).toThrow(
      'dOutputs: got shape [2, 5, 3], expected [batch = 2, time = 5, hidden = 4]; it must match the outputs.',
    );
    expect(() => bptt.rnn(params, tf.zeros([2, 5, 2]), dOutputs)).toThrow(
      'xs: got shape [2, 5, 2], expected [batch, time, input = 3]; the last axis must match the first of the input weights.',
    );
    expect(() => bptt.rnn(params, xs, dOutputs, { activation: 'gelu' as 'tanh' })).toThrow(
      "activation: got 'gelu', expected 'tanh', 'sigmoid', 'hard_sigmoid', 'hard_sigmoid_keras2', 'relu' or 'linear'.",
    );
  });
});
