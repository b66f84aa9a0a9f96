import * as tf from '@tensorflow/tfjs-node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipByGlobalNorm, clipByNorm, clipByValue, globalNorm } from 'kernel-lib/train';

const list = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());
const norm = (values: number[]): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));

describe('clipByGlobalNorm', () => {
  it('is Algorithm 1 of Pascanu et al. 2013', () => {
    const numbers = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(numbers, numbers, fc.double({ min: 0.1, max: 50, noNaN: true }), (a, b, maxNorm) => {
        const grads = { W: tf.tensor1d(a), b: tf.tensor1d(b) };
        const all = [...list(grads.W), ...list(grads.b)];
        const before = norm(all);
        const { clipped, norm: reported } = clipByGlobalNorm(grads, maxNorm);
        const factor = before > maxNorm ? maxNorm / before : 1;
        expect(Math.abs(reported - before)).toBeLessThanOrEqual(1e-6 * before + 1e-37);
        [...list(clipped.W), ...list(clipped.b)].forEach((value, i) => {
          expect(Math.abs(value - factor * (all[i] ?? NaN))).toBeLessThanOrEqual(1e-6 * maxNorm);
        });
        tf.dispose([grads, clipped]);
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  it('changes nothing at or below the limit, and returns tensors of its own', () => {
    const grads = { rnn: { W: tf.tensor1d([3]) }, b: tf.tensor1d([4]) };
    const { clipped, norm: reported } = clipByGlobalNorm(grads, 5);
    expect(reported).toBe(5);
    tf.dispose([grads.rnn.W, grads.b]);
    expect([list(clipped.rnn.W), list(clipped.b)]).toEqual([[3], [4]]);
  });

  it('keeps the direction of gradients whose squares overflow float32', () => {
    const grads = { W: tf.tensor1d([3e30, 0]), b: tf.tensor1d([4e30]) };
    const { clipped, norm: reported } = clipByGlobalNorm(grads, 1);
    expect(reported / 5e30).toBeCloseTo(1, 6);
    expect(list(clipped.W)[0]).toBeCloseTo(0.6, 6);
    expect(list(clipped.b)[0]).toBeCloseTo(0.8, 6);
    expect(list(clipByGlobalNorm({ W: tf.tensor1d([3e38, 3e38]) }, 1).clipped.W)[0]).toBeCloseTo(Math.SQRT1_2, 6);
  });

  it('measures gradients whose squares vanish in float32', () => {
    expect(globalNorm({ W: tf.tensor1d([3e-30]), b: tf.tensor1d([4e-30]) }) / 5e-30).toBeCloseTo(1, 6);
    expect(globalNorm({ W: tf.zeros([2]) })).toBe(0);
  });

  it.each([NaN, Infinity])('reports %d and scales nothing', (bad) => {
    const { clipped, norm: reported } = clipByGlobalNorm({ W: tf.tensor1d([10, bad]), b: tf.tensor1d([10]) }, 1);
    expect(Number.isFinite(reported)).toBe(false);
    expect([list(clipped.W), list(clipped.b)]).toEqual([[10, bad], [10]]);
  });

  it('leaves only its results', () => {
    const grads = { W: tf.tensor1d([30, 40]) };
    const before = tf.memory().numTensors;
    expect(globalNorm(grads)).toBe(50);
    tf.dispose(clipByGlobalNorm(grads, 1).clipped);
    tf.dispose(clipByGlobalNorm(grads, 100).clipped);
    tf.dispose(clipByNorm(grads.W, 1).clipped);
    expect(tf.memory().numTensors).toBe(before);
  });
});

it('clipByNorm scales one gradient', () => {
  const { clipped, norm: reported } = clipByNorm(tf.tensor2d([[3, 4]]), 1);
  expect(reported).toBe(5);
  expect(list(clipped)[0]).toBeCloseTo(0.6, 6);
  expect(clipped.shape).toEqual([1, 2]);
});

it('clipByValue cuts every element', () => {
  const { rnn, b } = clipByValue({ rnn: { W: tf.tensor1d([-3, 0.5, 3]) }, b: tf.tensor1d([2]) }, 1);
  expect([list(rnn.W), list(b)]).toEqual([[-1, 0.5, 1], [1]]);
});

it.each([
  [() => clipByGlobalNorm({ W: tf.zeros([1]) }, 0), 'maxNorm: got 0, expected a number above 0.'],
  [() => clipByNorm(tf.zeros([1]), NaN), 'maxNorm: got NaN, expected a number above 0.'],
  [() => clipByValue({ W: tf.zeros([1]) }, -1), 'limit: got -1, expected a number above 0.'],
  [() => clipByGlobalNorm({}, 1), 'grads: got no tensors, expected at least one, as in { Wxh, bh }.'],
])('refuses %#', (call, message) => {
  expect(call).toThrow(message);
});
