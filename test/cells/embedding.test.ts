import * as tf from '@tensorflow/tfjs-node';
import { embedding } from 'kernel-lib/cells';
import { rng } from 'kernel-lib/tensor/rng';
import { describe, expect, it } from 'vitest';

const params = embedding.init({ vocabularySize: 7, embeddingSize: 3, rng: rng(1) });
const ids = tf.tensor2d([0, 6, 2, 2, 5, 2], [2, 3], 'int32');
const distance = (a: tf.Tensor, b: tf.Tensor): number => tf.tidy(() => a.sub(b).abs().max().dataSync()[0] ?? NaN);

/** onehot(ids) E */
const product = (E: tf.Tensor): tf.Tensor => tf.oneHot(ids.flatten(), 7).cast('float32').matMul(E as tf.Tensor2D).reshape([2, 3, 3]); // prettier-ignore

describe('embedding', () => {
  it('is the product with one-hot vectors, and so is its gradient: rows read twice get the sum, others nothing', () => {
    expect(distance(embedding.apply(params, ids), product(params.E))).toBe(0);
    const dy = tf.randomNormal([2, 3, 3], 0, 1, 'float32', 3);
    const gradient = (apply: (E: tf.Tensor) => tf.Tensor): tf.Tensor =>
      tf.grad((E) => apply(E).mul(dy).sum())(params.E);
    const own = gradient((E) => embedding.apply({ E: E as tf.Tensor2D }, ids));
    expect(distance(own, gradient(product))).toBeLessThan(1e-6);
    expect(own.slice([1, 0], [1, 3]).abs().sum().dataSync()[0]).toBe(0);
  });

  it("is drawn as Keras draws it, U(−0.05, 0.05), or by the caller's initializer", () => {
    const { E } = embedding.init({ vocabularySize: 200, embeddingSize: 50, rng: rng(2) });
    const values = [...E.dataSync()];
    expect(Math.max(...values)).toBeGreaterThan(0.0499);
    expect(Math.max(...values.map((value) => Math.abs(value)))).toBeLessThanOrEqual(0.05);
    expect(Math.abs(values.reduce((a, b) => a + b) / values.length)).toBeLessThan(0.001);
    const ones = embedding.init({
      ...{ vocabularySize: 4, embeddingSize: 2, rng: rng(1) },
      initializers: { E: (_, shape) => tf.ones([...shape]) },
    });
    expect([...ones.E.dataSync()]).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  });

  it('leaves nothing behind', () => {
    const before = tf.memory().numTensors;
    embedding.apply(params, ids).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    [
      'an id too large',
      tf.tensor2d([0, 7], [1, 2], 'int32'),
      /^ids\[0\]\[1\] is 7; expected an integer from 0 to 6: E has a row for each symbol, so put/,
    ],
    ['an id below 0', tf.tensor2d([-1, 0], [1, 2], 'int32'), /^ids\[0\]\[0\] is -1; /],
    ['numbers that are no integers', tf.tensor2d([0.5, 1], [1, 2]), /ids: got dtype float32, expected int32/],
    [
      'one axis',
      tf.tensor1d([0, 1], 'int32') as unknown as tf.Tensor2D,
      /ids: got shape \[2\], expected \[batch, time\]/,
    ],
  ])('refuses %s in a sentence', (_, wrong, sentence) => {
    expect(() => embedding.apply(params, wrong)).toThrow(sentence);
  });

  it('refuses sizes that are none', () => {
    expect(() => embedding.init({ vocabularySize: 0, embeddingSize: 3, rng: rng(1) })).toThrow(/vocabularySize: got 0/);
    expect(() => embedding.init({ vocabularySize: 3, embeddingSize: 1.5, rng: rng(1) })).toThrow(
      /embeddingSize: got 1.5/,
    );
  });
});
