import * as tf from '@tensorflow/tfjs-node';
import { cifg, cifgWith } from 'kernel-lib/cells';
import { rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';

describe('cifg', () => {
  test('forgets as much as it takes in: c_t lies between c_{t-1} and g_t', () => {
    tf.tidy(() => {
      const drawn = cifg.init({ inputSize: 1, hiddenSize: 1, rng: rng(1) });
      const zero = Object.fromEntries(Object.entries(drawn).map(([name, value]) => [name, tf.zerosLike(value)]));
      const params = { ...zero, bi: tf.tensor1d([Math.log(3)]), bg: tf.tensor1d([Math.atanh(0.2)]) };
      const state = { h: tf.zeros<tf.Rank.R2>([1, 1]), c: tf.fill<tf.Rank.R2>([1, 1], 0.6) };
      const { h, c } = cifg.step(params as never, tf.zeros([1, 1]), state);
      expect(c.dataSync()[0]).toBeCloseTo(0.25 * 0.6 + 0.75 * 0.2, 6);
      expect(h.dataSync()[0]).toBeCloseTo(0.5 * Math.tanh(0.3), 6);
    });
  });

  test('init draws nine tensors', () => {
    const before = tf.memory().numTensors;
    const params = cifg.init({ inputSize: 3, hiddenSize: 4, rng: rng(1) });
    expect(Object.keys(params)).toEqual(['Wxi', 'Whi', 'bi', 'Wxo', 'Who', 'bo', 'Wxg', 'Whg', 'bg']);
    expect(tf.memory().numTensors).toBe(before + 9);
    tf.dispose(params);
  });

  test('sizes tells the sizes of parameters that fit, and what does not fit of others', () => {
    const params = cifg.init({ inputSize: 3, hiddenSize: 4, rng: rng(1) });
    expect(cifg.sizes(params)).toEqual({ inputSize: 3, hiddenSize: 4 });
    expect(() => cifg.sizes({ ...params, Whi: tf.zeros([4, 5]) })).toThrow(
      'Whi: got shape [4, 5], expected [hidden, hidden]; axis 1 has size 5 where 4 is needed.',
    );
    expect(() => cifg.sizes({ ...params, Wxo: tf.zeros([3, 5]) })).toThrow(
      'Wxo: got shape [3, 5], expected [input = 3, cell = 4]; it must match Whi and the other gates.',
    );
  });

  test('names its activations, and says which it does not know', () => {
    expect(cifgWith({ candidateActivation: 'relu' }).name).toBe('cifg (candidate relu)');
    expect(() => cifgWith({ gateActivation: 'gelu' as 'tanh' })).toThrow(
      "gateActivation: got 'gelu', expected 'tanh', ",
    );
  });
});
