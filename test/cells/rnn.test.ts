import * as tf from '@tensorflow/tfjs-node';
import { cells, rnn, rnnWith } from 'kernel-lib/cells';
import { identity, normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';

describe('rnn', () => {
  test('step is tanh(x Wxh + h Whh + bh)', () => {
    const h = tf.tidy(() => {
      const params = {
        Wxh: tf.tensor2d([[1, 2]]),
        Whh: tf.tensor2d([
          [0.5, 0],
          [0.25, 1],
        ]),
        bh: tf.tensor1d([0.1, -0.1]),
      };
      return rnn.step(params, tf.tensor2d([[0.3]]), { h: tf.tensor2d([[0.2, -0.4]]) }).h.arraySync();
    });
    expect(h[0]?.[0]).toBeCloseTo(Math.tanh(0.3 + 0.2 * 0.5 - 0.4 * 0.25 + 0.1), 6);
    expect(h[0]?.[1]).toBeCloseTo(Math.tanh(0.6 - 0.4 - 0.1), 6);
  });

  test('init draws the same parameters for the same seed', () => {
    const draw = (seed: number): number[] => {
      const params = rnn.init({ inputSize: 3, hiddenSize: 4, rng: rng(seed) });
      const values = Object.values(params).flatMap((tensor) => [...tensor.dataSync()]);
      tf.dispose(params);
      return values;
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  test('init draws an orthogonal Whh and a zero bias unless told otherwise', () => {
    tf.tidy(() => {
      const { Wxh, Whh, bh } = rnn.init({ inputSize: 3, hiddenSize: 4, rng: rng(1) });
      const distance = Whh.matMul(Whh, true).sub(tf.eye(4)).abs().max().dataSync()[0];
      expect(distance).toBeLessThan(1e-6);
      expect(Math.max(...Wxh.abs().dataSync())).toBeLessThanOrEqual(Math.sqrt(6 / 7));
      expect([...bh.dataSync()]).toEqual([0, 0, 0, 0]);
    });
  });

  test('init takes other initializers, as the IRNN needs', () => {
    const irnn = rnnWith('relu');
    tf.tidy(() => {
      const { Wxh, Whh } = irnn.init({
        inputSize: 2,
        hiddenSize: 3,
        rng: rng(1),
        initializers: { Whh: identity, Wxh: (g, shape) => normalTensor(g, shape, 0.001) },
      });
      expect(Whh.arraySync()).toEqual(tf.eye(3).arraySync());
      expect(Math.max(...Wxh.abs().dataSync())).toBeLessThan(0.01);
    });
  });

  test('init says which size is none', () => {
    expect(() => rnn.init({ inputSize: 1.5, hiddenSize: 4, rng: rng(1) })).toThrow(
      'inputSize: got 1.5, expected a positive integer.',
    );
    expect(() => rnn.init({ inputSize: 1, hiddenSize: NaN, rng: rng(1) })).toThrow(
      'hiddenSize: got NaN, expected a positive integer.',
    );
  });

  test('sizes tells the sizes of parameters that fit, and what does not fit of others', () => {
    const params = rnn.init({ inputSize: 3, hiddenSize: 4, rng: rng(1) });
    expect(rnn.sizes(params)).toEqual({ inputSize: 3, hiddenSize: 4 });
    expect(() => rnn.sizes({ ...params, Wxh: tf.zeros([3, 5]) })).toThrow(
      'Wxh: got shape [3, 5], expected [input, hidden = 4]; the last axis must match Whh.',
    );
    expect(() => rnn.sizes({ ...params, Whh: tf.zeros([4, 5]) })).toThrow(
      'Whh: got shape [4, 5], expected [hidden, hidden]; axis 1 has size 5 where 4 is needed.',
    );
    expect(() => rnn.sizes({ ...params, bh: tf.zeros([5]) })).toThrow(
      'bh: got shape [5], expected [hidden = 4]; it must match Whh.',
    );
  });

  test('says which activation it does not know', () => {
    expect(() => rnnWith('gelu' as 'tanh')).toThrow(
      "activation: got 'gelu', expected 'tanh', 'sigmoid', 'hard_sigmoid', 'hard_sigmoid_keras2', 'relu' or 'linear'.",
    );
  });
});

test('the registry lists every cell under its name', () => {
  for (const [name, cell] of Object.entries<{ readonly name: string }>({ ...cells })) expect(cell.name).toBe(name);
});
