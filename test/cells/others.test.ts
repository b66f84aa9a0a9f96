import * as tf from '@tensorflow/tfjs-node';
import {
  conditionedOn,
  conditionedRnn,
  irnn,
  jordan,
  jordanDecayWith,
  jordanWith,
  minGru,
  minGruLog,
  minLstm,
  minLstmLog,
  rnn,
  rnnWith,
  slstm,
  slstmWith,
} from 'kernel-lib/cells';
import { stacked, stream, unroll } from 'kernel-lib/sequence';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';

// That outputs and gradients are right is shown in test/cells/derivations.test.ts, for every cell and against every other way.
const sizes = { inputSize: 3, hiddenSize: 4 };
const difference = (x: tf.Tensor, y: tf.Tensor): number => x.sub(y).abs().max().dataSync()[0] ?? NaN;

describe('irnn', () => {
  test('begins with the identity and small inputs, and is told otherwise', () => {
    tf.tidy(() => {
      const params = irnn.init({ ...sizes, rng: rng(1) });
      expect(difference(params.Whh, tf.eye(4))).toBe(0);
      expect(Math.max(...params.Wxh.abs().dataSync())).toBeLessThan(0.01);
      expect(params.Wxh.abs().max().dataSync()[0]).toBeGreaterThan(0);
      const scaled = irnn.init({
        ...sizes,
        scale: 0.01,
        rng: rng(1),
        initializers: { Wxh: (_, s) => tf.ones([...s]) },
      });
      expect(difference(scaled.Whh, tf.eye(4).mul(0.01))).toBe(0);
      expect(difference(scaled.Wxh, tf.ones([3, 4]))).toBe(0);
    });
  });

  test('remembers what it has read, and says which scale is none', () => {
    tf.tidy(() => {
      const params = irnn.init({ ...sizes, rng: rng(1), initializers: { Wxh: (_, s) => tf.ones([...s]) } });
      const xs = tf.concat3d([tf.ones([1, 1, 3]), tf.zeros([1, 99, 3])], 1);
      expect(unroll(irnn, params, xs).final.h.arraySync()).toEqual([[3, 3, 3, 3]]);
    });
    expect(() => irnn.init({ ...sizes, rng: rng(1), scale: NaN })).toThrow('scale: got NaN, expected a finite number.');
  });
});

describe('jordan', () => {
  test('has an output of its own width, which is what it remembers', () => {
    tf.tidy(() => {
      const params = jordan.init({ ...sizes, outputSize: 2, rng: rng(1) });
      expect(jordan.sizes(params)).toEqual({ inputSize: 3, hiddenSize: 2 });
      const { outputs, final } = unroll(jordan, params, tf.ones([5, 6, 3]));
      expect([outputs.shape, final.h.shape]).toEqual([[5, 6, 2], [5, 2]]); // prettier-ignore
      const { hidden } = jordan.gates(params, tf.ones([5, 3]), jordan.initialState(params, 5));
      expect(hidden.shape).toEqual([5, 4]);
    });
  });

  test('without decay, its state units are its last output', () => {
    tf.tidy(() => {
      const params = jordan.init({ ...sizes, outputSize: 2, rng: rng(1) });
      const xs = normalTensor(rng(2), [5, 6, 3]);
      const cell = jordanDecayWith({ decay: 0 });
      expect(difference(unroll(cell, params, xs).outputs, unroll(jordan, params, xs).outputs)).toBe(0);
      const { s } = unroll(jordanDecayWith({ decay: 0.5 }), params, xs).final;
      const y = unroll(jordanDecayWith({ decay: 0.5 }), params, xs).outputs;
      const weights = tf.tensor([0.5 ** 4, 0.5 ** 3, 0.5 ** 2, 0.5, 1]).reshape([1, 5, 1]);
      expect(difference(s, y.slice([0, 0, 0], [-1, 5, -1]).mul(weights).sum(1))).toBeLessThan(1e-6);
    });
  });

  test('says what does not fit', () => {
    const params = jordan.init({ ...sizes, outputSize: 2, rng: rng(1) });
    expect(() => jordan.sizes({ ...params, Wyh: tf.zeros([4, 4]) })).toThrow(
      'Wyh: got shape [4, 4], expected [output = 2, hidden = 4]; it must match Why, turned round.',
    );
    expect(() => jordan.init({ ...sizes, outputSize: 0, rng: rng(1) })).toThrow('outputSize: got 0, expected a ');
    expect(() => jordanDecayWith({ decay: 1 })).toThrow(
      'decay: got 1, expected a number of at least 0 and less than 1.',
    );
    expect(() => jordanWith({ outputActivation: 'gelu' as 'tanh' })).toThrow("outputActivation: got 'gelu', ");
    expect(jordanDecayWith({ decay: 0.5, activation: 'relu' }).name).toBe('jordan (relu, decay 0.5)');
  });
});

describe('conditionedRnn', () => {
  const params = conditionedRnn.init({ ...sizes, conditionSize: 6, rng: rng(1) });
  const xs = normalTensor(rng(2), [5, 7, 3]);
  const v = normalTensor(rng(3), [5, 6]);

  test('is an RNN whose bias the condition moves', () => {
    tf.tidy(() => {
      const one = v.slice([0, 0], [1, -1]);
      const { outputs, final } = unroll(conditionedRnn, params, xs.slice([0, 0, 0], [1, -1, -1]), {
        initialState: conditionedOn(params, one),
      });
      const moved = { ...params, bh: params.bh.add<tf.Tensor1D>(one.matMul(params.Wvh).squeeze([0])) };
      expect(difference(outputs, unroll(rnn, moved, xs.slice([0, 0, 0], [1, -1, -1])).outputs)).toBeLessThan(1e-6);
      expect(difference(final.v, one)).toBe(0);
    });
  });

  test('without a condition it is an RNN', () => {
    tf.tidy(() => {
      expect(difference(unroll(conditionedRnn, params, xs).outputs, unroll(rnn, params, xs).outputs)).toBeLessThan(
        1e-6,
      );
    });
  });

  test('carries the condition in layers and in a stream', () => {
    tf.tidy(() => {
      const second = conditionedRnn.init({ inputSize: 4, hiddenSize: 4, conditionSize: 6, rng: rng(4) });
      const initialState = [conditionedOn(params, v), conditionedOn(second, v)];
      const { outputs } = stacked(conditionedRnn, [params, second], xs, { initialState });
      const below = unroll(conditionedRnn, params, xs, { initialState: conditionedOn(params, v) }).outputs;
      const above = unroll(conditionedRnn, second, below, { initialState: conditionedOn(second, v) }).outputs;
      expect(difference(outputs, above)).toBe(0);

      const ear = stream(conditionedRnn, params, { initialState: conditionedOn(params, v) });
      const heard = tf.unstack(xs, 1).map((x) => ear.step(x as tf.Tensor2D));
      ear.dispose();
      expect(difference(tf.stack(heard, 1), below)).toBeLessThan(1e-6);
    });
  });

  test('leaves the condition to its owner, and says which does not fit', () => {
    const before = tf.memory().numTensors;
    const { h } = conditionedOn(params, v);
    expect(tf.memory().numTensors).toBe(before + 1);
    tf.dispose(unroll(conditionedRnn, params, xs, { initialState: { h, v } }));
    expect(v.isDisposed).toBe(false);
    h.dispose();
    expect(() => conditionedOn(params, tf.zeros([5, 4]))).toThrow(
      'v: got shape [5, 4], expected [batch, condition = 6]; the last axis must match the first of Wvh.',
    );
  });
});

describe('the minimal cells', () => {
  const xs = normalTensor(rng(2), [5, 7, 3]);

  test.each([minGruLog, minLstmLog])('$name: h stays positive', (cell) => {
    tf.tidy(() => {
      const { outputs } = unroll(cell as typeof minGruLog, cell.init({ ...sizes, rng: rng(1) }) as never, xs.mul(10));
      expect(outputs.min().dataSync()[0]).toBeGreaterThan(0);
    });
  });

  test('minLstm keeps and takes in one whole, even where both gates are shut', () => {
    tf.tidy(() => {
      const params = minLstm.init({ ...sizes, rng: rng(1) });
      const shut = { ...params, bf: tf.fill<tf.Rank.R1>([4], -120), bi: tf.fill<tf.Rank.R1>([4], -120) };
      for (const given of [params, shut]) {
        const { f, i } = minLstm.gates(given, tf.ones([5, 3]), minLstm.initialState(given, 5));
        expect(difference(f.add(i), tf.ones([5, 4]))).toBeLessThan(1e-6);
      }
    });
  });

  test('sizes tells the sizes of parameters that fit, and what does not fit of others', () => {
    const params = minGru.init({ ...sizes, rng: rng(1) });
    expect(minGru.sizes(params)).toEqual(sizes);
    expect(() => minGru.sizes({ ...params, bz: tf.zeros([3]) })).toThrow(
      'bz: got shape [3], expected [hidden = 4]; it must match Wxh.',
    );
    expect(() => minGru.init({ ...sizes, inputSize: 0, rng: rng(1) })).toThrow('inputSize: got 0, expected a ');
  });
});

describe('slstm', () => {
  const params = slstm.init({ ...sizes, rng: rng(1) });

  test('is not moved by how large its exponentials are', () => {
    tf.tidy(() => {
      const xs = normalTensor(rng(2), [5, 7, 3]);
      const { outputs } = unroll(slstm, params, xs);
      for (const shift of [-200, 200]) {
        const shifted = { ...params, bi: params.bi.add<tf.Tensor1D>(shift) };
        expect(difference(unroll(slstm, shifted, xs).outputs, outputs)).toBeLessThan(1e-5);
      }
    });
  });

  test('is a weighted mean of what it has read, gated', () => {
    tf.tidy(() => {
      const xs = normalTensor(rng(2), [5, 7, 3], 20);
      expect(unroll(slstm, params, xs).outputs.abs().max().dataSync()[0]).toBeLessThanOrEqual(1);
    });
  });

  test('says which forget gate it does not know', () => {
    expect(() => slstmWith({ forget: 'tanh' as 'exp' })).toThrow("forget: got 'tanh', expected 'sigmoid' or 'exp'.");
  });
});

test('an irnn computes what an RNN with rectified units computes', () => {
  tf.tidy(() => {
    const params = rnn.init({ ...sizes, rng: rng(1) });
    const xs = normalTensor(rng(2), [2, 5, 3]);
    expect(difference(unroll(irnn, params, xs).outputs, unroll(rnnWith('relu'), params, xs).outputs)).toBe(0);
  });
});
