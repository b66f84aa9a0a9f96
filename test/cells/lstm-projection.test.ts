import * as tf from '@tensorflow/tfjs-node';
import { lstm, lstmProjection } from 'kernel-lib/cells';
import { unroll } from 'kernel-lib/sequence';
import { identity, normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';

const sizes = { inputSize: 3, hiddenSize: 2, cellSize: 5 };

describe('lstmProjection', () => {
  test('init draws a memory as wide as cellSize and an h as wide as hiddenSize', () => {
    tf.tidy(() => {
      const before = tf.memory().numTensors;
      const params = lstmProjection.init({ ...sizes, rng: rng(1) });
      expect(tf.memory().numTensors).toBe(before + 13);
      const shapes = [params.Wxi, params.Whi, params.bf, params.Wmh].map(({ shape }) => shape);
      expect(shapes).toEqual([[3, 5], [2, 5], [5], [5, 2]]);
      expect([...params.bf.dataSync()]).toEqual([1, 1, 1, 1, 1]);
      const { outputs, final } = unroll(lstmProjection, params, tf.ones([4, 6, 3]));
      expect([outputs.shape, final.h.shape, final.c.shape]).toEqual([
        [4, 6, 2],
        [4, 2],
        [4, 5],
      ]);
    });
  });

  test('with the identity as its projection, it is an LSTM', () => {
    tf.tidy(() => {
      const options = { inputSize: 3, hiddenSize: 4, rng: rng(1) };
      const params = lstmProjection.init({ ...options, initializers: { Wmh: identity } });
      const xs = normalTensor(rng(2), [2, 5, 3]);
      const difference = unroll(lstmProjection, params, xs).outputs.sub(unroll(lstm, params, xs).outputs);
      expect(difference.abs().max().dataSync()[0]).toBeLessThan(1e-6);
    });
  });

  test('sizes tells the width of what goes in and comes out, and what does not fit', () => {
    const params = lstmProjection.init({ ...sizes, rng: rng(1) });
    expect(lstmProjection.sizes(params)).toEqual({ inputSize: 3, hiddenSize: 2 });
    expect(() => lstmProjection.sizes({ ...params, Whf: tf.zeros([5, 5]) })).toThrow(
      'Whf: got shape [5, 5], expected [hidden = 2, cell = 5]; it must match Wmh.',
    );
    const initialState = { h: tf.zeros<tf.Rank.R2>([1, 2]), c: tf.zeros<tf.Rank.R2>([1, 2]) };
    expect(() => unroll(lstmProjection, params, tf.ones([1, 1, 3]), { initialState })).toThrow(
      'initialState.c: got shape [1, 2], expected [batch = 1, hidden = 5]; it must match xs and the recurrent weights.',
    );
  });

  test('init says which size is none', () => {
    expect(() => lstmProjection.init({ ...sizes, cellSize: 0, rng: rng(1) })).toThrow(
      'cellSize: got 0, expected a positive integer.',
    );
  });
});
