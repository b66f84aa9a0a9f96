import * as tf from '@tensorflow/tfjs-node';
import { dropout } from 'kernel-lib/sequence';
import { rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';

describe('dropout', () => {
  const n = 200_000;

  test.each([0.1, 0.5, 0.9])('drops a share of %s, and scales up what it keeps', (rate) => {
    tf.tidy(() => {
      const y = dropout(tf.fill([n / 100, 100], 2), { rate, rng: rng(5) });
      const values = [...y.dataSync()];
      const [low = NaN, high = NaN, ...others] = [...new Set(values)].sort((a, b) => a - b);
      expect(low).toBe(0);
      expect(high).toBeCloseTo(2 / (1 - rate), 5);
      expect(others).toEqual([]);

      // Under Bernoulli(p), n draws lie within 4 standard deviations but for one seed in 15,000.
      const dropped = values.filter((value) => value === 0).length;
      expect(Math.abs(dropped - n * rate)).toBeLessThan(4 * Math.sqrt(n * rate * (1 - rate)));
      const mean = values.reduce((sum, value) => sum + value, 0) / n;
      expect(Math.abs(mean - 2)).toBeLessThan(4 * 2 * Math.sqrt(rate / (1 - rate) / n));
    });
  });

  test('drops each number whatever became of its neighbours', () => {
    tf.tidy(() => {
      const rate = 0.3;
      const zeros = [...dropout(tf.ones([n]), { rate, rng: rng(6) }).dataSync()].map((value) => +(value === 0));
      for (const apart of [1, 2, 64]) {
        const pairs = zeros.filter((zero, i) => zero === 1 && zeros[i + apart] === 1).length;
        const p = rate * rate;
        // Neighbouring pairs share a draw: their count varies by up to three times as much as that of pairs that share none.
        expect(Math.abs(pairs - (n - apart) * p)).toBeLessThan(4 * Math.sqrt(3 * n * p * (1 - p)));
      }
    });
  });

  test('drops in every row and column alike', () => {
    tf.tidy(() => {
      const rate = 0.5;
      const zeros = dropout(tf.ones([400, 500]), { rate, rng: rng(7) })
        .equal(0)
        .cast('float32');
      for (const axis of [0, 1]) {
        const size = axis === 0 ? 400 : 500;
        const counts = [...zeros.sum(axis).dataSync()];
        for (const count of counts) expect(Math.abs(count - size * rate)).toBeLessThan(5 * Math.sqrt(size / 4));
        const chiSquare = counts.reduce((sum, count) => sum + (count - size * rate) ** 2 / (size / 4), 0);
        // Mean k, variance 2k for k degrees of freedom.
        expect(Math.abs(chiSquare - counts.length)).toBeLessThan(4 * Math.sqrt(2 * counts.length));
      }
    });
  });

  test('drops nothing at a rate of 0, and says what is no rate', () => {
    tf.tidy(() => {
      const x = tf.tensor1d([1, -2, 3]);
      expect([...dropout(x, { rate: 0, rng: rng(1) }).dataSync()]).toEqual([1, -2, 3]);
      for (const rate of [1, -0.1, NaN]) {
        const message = `rate: got ${rate}, expected a number of at least 0 and less than 1.`;
        expect(() => dropout(x, { rate, rng: rng(1) })).toThrow(new Error(message));
      }
      expect(() => dropout(tf.tensor1d([1], 'int32'), { rate: 0.5, rng: rng(1) })).toThrow('x: got dtype int32');
    });
  });

  test('leaves its result and nothing else behind', () => {
    const x = tf.ones([10]);
    const before = tf.memory().numTensors;
    dropout(x, { rate: 0.5, rng: rng(1) }).dispose();
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });
});
