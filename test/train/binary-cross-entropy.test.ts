import * as tf from '@tensorflow/tfjs-node';
import { binaryCrossEntropy } from 'kernel-lib/train';
import { describe, expect, it } from 'vitest';

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

describe('binaryCrossEntropy', () => {
  const z = [0.3, -2, 1.5, 0];
  const y = [1, 0, 0, 0.25];

  it('is the mean surprise at the right answer', () => {
    const each = z.map((score, n) => {
      const [p, label] = [sigmoid(score), y[n] ?? NaN];
      return -label * Math.log(p) - (1 - label) * Math.log(1 - p);
    });
    const mean = each.reduce((a, b) => a + b) / z.length;
    expect(binaryCrossEntropy(tf.tensor1d(z), y).dataSync()[0]).toBeCloseTo(mean, 6);
  });

  it('has the gradient (σ(z) − y) / N', () => {
    const gradient = tf
      .grad((x: tf.Tensor) => binaryCrossEntropy(x as tf.Tensor1D, y))(tf.tensor1d(z))
      .dataSync();
    z.forEach((score, n) => {
      expect(gradient[n]).toBeCloseTo((sigmoid(score) - (y[n] ?? NaN)) / 4, 6);
    });
  });

  it('stays finite where the answer is certain, and wrong', () => {
    expect(binaryCrossEntropy(tf.tensor1d([500, -500]), [0, 1]).dataSync()[0]).toBe(500);
    expect(binaryCrossEntropy(tf.tensor1d([500, -500]), [1, 0]).dataSync()[0]).toBe(0);
  });

  it('refuses labels that do not fit, and leaves nothing behind', () => {
    const logits = tf.tensor1d([1, 2]);
    const before = tf.memory().numTensors;
    expect(() => binaryCrossEntropy(logits, [1])).toThrow(/labels: got 1, expected 2/);
    expect(() => binaryCrossEntropy(logits, [1, 2])).toThrow(/labels: got 2 at position 1, expected numbers from 0/);
    expect(() => binaryCrossEntropy(logits, [NaN, 1])).toThrow(/labels: got NaN at position 0/);
    expect(() => binaryCrossEntropy(tf.ones([2, 1]) as unknown as tf.Tensor1D, [0, 1])).toThrow(/expected \[N\]/);
    binaryCrossEntropy(logits, [0, 1]).dispose();
    expect(tf.memory().numTensors).toBe(before + 1);
  });
});
