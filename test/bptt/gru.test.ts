import * as tf from '@tensorflow/tfjs-node';
import * as bptt from 'kernel-lib/bptt';
import { flipUpdateGate, gru, gruWith, type GruParams } from 'kernel-lib/cells';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';

// That the gradients are right is shown in test/cells/derivations.test.ts, for every form and against every other way.
describe('bptt.gru', () => {
  const g = rng(1);
  const params = gru.init({ inputSize: 3, hiddenSize: 4, rng: g });
  const choParams = gruWith({ reset: 'before' }).init({ inputSize: 3, hiddenSize: 4, rng: g });
  const xs = normalTensor(g, [2, 5, 3]);
  const dOutputs = normalTensor(g, [2, 5, 4]);
  const mask = tf.tensor2d([
    [1, 1, 1, 0, 0],
    [1, 1, 1, 1, 1],
  ]);
  const shared = ['dWhh', 'dWhr', 'dWhz', 'dWxh', 'dWxr', 'dWxz', 'dbh', 'dbr', 'dbz', 'dh0', 'dxs'];

  test.each([{}, { reverse: true }, { mask }, { mask, reverse: true }])(
    'leaves its gradients and nothing else behind',
    (options) => {
      const before = tf.memory().numTensors;
      const after = bptt.gru(params, xs, dOutputs, options);
      expect(Object.keys(after).sort()).toEqual([...shared, 'dbhh'].sort());
      expect(tf.memory().numTensors).toBe(before + 12);
      const cho = bptt.gru(choParams, xs, dOutputs, { ...options, reset: 'before' });
      expect(Object.keys(cho).sort()).toEqual(shared);
      expect(tf.memory().numTensors).toBe(before + 12 + 11);
      tf.dispose([after, cho]);
    },
  );

  test('passes the gradient through masked steps to the initial state', () => {
    const { dh0, dxs, dWhh } = bptt.gru(params, xs, dOutputs, { mask: tf.zeros([2, 5]) });
    expect(dh0.sub(dOutputs.sum(1)).abs().max().dataSync()[0]).toBeLessThan(1e-5);
    expect(dxs.abs().max().dataSync()[0]).toBe(0);
    expect(dWhh.abs().max().dataSync()[0]).toBe(0);
  });

  test('gives both conventions the same gradients, but for the sign of the update gate', () => {
    const keep = bptt.gru(params, xs, dOutputs);
    const replace = bptt.gru(flipUpdateGate(params), xs, dOutputs, { update: 'replace' });
    for (const [name, gradient] of Object.entries(keep)) {
      const other = replace[name as keyof typeof replace].mul(name.endsWith('z') ? -1 : 1);
      expect(gradient.sub(other).abs().max().dataSync()[0], name).toBeLessThan(1e-5);
    }
  });

  test('says what does not fit', () => {
    expect(() => bptt.gru(params, xs, tf.zeros([2, 5, 3]))).toThrow(
      'dOutputs: got shape [2, 5, 3], expected [batch = 2, time = 5, hidden = 4]; it must match the outputs.',
    );
    expect(() => bptt.gru(params, tf.zeros([2, 5, 2]), dOutputs)).toThrow(
      'xs: got shape [2, 5, 2], expected [batch, time, input = 3]; the last axis must match the first of the input weights.',
    );
    expect(() => bptt.gru(choParams as unknown as GruParams, xs, dOutputs)).toThrow(
      'bhh: got none, expected [hidden = 4]',
    );
    expect(() => bptt.gru(params, xs, dOutputs, { reset: 'before' })).toThrow('bhh: got a parameter, expected none');
    expect(() => bptt.gru(params, xs, dOutputs, { update: 'z' as 'keep' })).toThrow(
      "update: got 'z', expected 'keep' or 'replace'.",
    );
  });
});
