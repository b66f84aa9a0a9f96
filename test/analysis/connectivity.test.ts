import * as tf from '@tensorflow/tfjs-node';
import { describe, expect, it } from 'vitest';
import { gru, lstm, native, normalTensor, readout, rng, rnn, unroll } from '../../kernel-lib/src';
import { connectivity } from '../../kernel-lib/src/analysis';

const size = { inputSize: 3, hiddenSize: 5, outputSize: 4 };
const one = { ...rnn.init({ ...size, rng: rng(1) }), ...readout.init({ ...size, rng: rng(2) }) };
const scoresOf = (xs: tf.Tensor3D): tf.Tensor3D => readout.apply(one, unroll(rnn, one, xs).outputs);

/** Its own gradient for each step: slow and plain. */
function oneByOne(scores: (xs: tf.Tensor3D) => tf.Tensor3D, xs: tf.Tensor3D, of: ArrayLike<number>): number[][] {
  return Array.from(of, (symbol, t) => {
    const score = (now: tf.Tensor): tf.Scalar =>
      scores(now as tf.Tensor3D)
        .slice([0, t, symbol], [1, 1, 1])
        .asScalar();
    return tf.tidy(() => tf.grad(score)(xs).norm('euclidean', 2).squeeze([0]).arraySync() as number[]);
  });
}

const furthest = (a: number[][], b: number[][]): number =>
  Math.max(...a.flatMap((row, t) => row.map((value, k) => Math.abs(value - (b[t]?.[k] ?? NaN)))));

describe('connectivity', () => {
  it('is the gradient of each score, asked one by one, and 0 for what is still to come', () => {
    const xs = normalTensor(rng(3), [1, 9, 3]);
    const of = [0, 1, 2, 3, 0, 1, 2, 3, 0];
    const found = connectivity(scoresOf, xs, { of });
    expect(furthest(found, oneByOne(scoresOf, xs, of))).toBeLessThan(1e-6);
    found.forEach((row, t) => {
      expect(row).toHaveLength(9);
      expect(row.slice(t + 1).every((value) => value === 0)).toBe(true);
      expect(row[t]).toBeGreaterThan(0);
    });
  });

  it.each([
    ['gru', gru, native.gru],
    ['lstm', lstm, native.lstm],
  ])('asks a %s on the fast path, also of a text longer than one batch', (_, cell, walk) => {
    const cellParams = cell.init({ ...size, rng: rng(4) });
    const read = walk as (params: unknown, xs: tf.Tensor3D) => { outputs: tf.Tensor3D };
    const scores = (xs: tf.Tensor3D): tf.Tensor3D => readout.apply(one, read(cellParams, xs).outputs);
    const xs = normalTensor(rng(5), [1, 70, 3]);
    const of = Array.from({ length: 70 }, (__, t) => t % 4);
    expect(furthest(connectivity(scores, xs, { of }), oneByOne(scores, xs, of))).toBeLessThan(1e-6);
  });

  it('asks the highest score unless told', () => {
    const xs = normalTensor(rng(6), [1, 6, 3]);
    const highest = scoresOf(xs).squeeze<tf.Tensor2D>([0]).argMax(1).dataSync();
    expect(new Set(highest).size).toBeGreaterThan(1);
    expect(connectivity(scoresOf, xs)).toEqual(connectivity(scoresOf, xs, { of: highest }));
  });

  it('keeps no tensor', () => {
    const xs = normalTensor(rng(7), [1, 5, 3]);
    const before = tf.memory().numTensors;
    connectivity(scoresOf, xs);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses several texts, too few symbols and symbols that there are none of', () => {
    const xs = normalTensor(rng(8), [1, 3, 3]);
    expect(() => connectivity(scoresOf, tf.zeros([2, 3, 3]))).toThrow('it is that of one text');
    expect(() => connectivity(scoresOf, xs, { of: [0] })).toThrow('of: got 1 symbols for 3 steps, expected one a step');
    expect(() => connectivity(scoresOf, xs, { of: [0, 4, 0] })).toThrow('of[1] is 4; expected an integer from 0 to 3: ask'); // prettier-ignore
    const cut = (all: tf.Tensor3D): tf.Tensor3D => scoresOf(all).slice([0, 0, 0], [1, 2, 4]);
    expect(() => connectivity(cut, xs)).toThrow(
      'scores(xs): got shape [1, 2, 4], expected [batch = 1, time = 3, size]',
    );
  });
});
