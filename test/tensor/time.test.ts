import * as tf from '@tensorflow/tfjs-node';
import { affine, at, stackTime, unstackTime } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';

describe('unstackTime and stackTime', () => {
  test.each([1, 2, 5])('are each the inverse of the other, for %i steps', (time) => {
    tf.tidy(() => {
      const xs = tf.range(0, 2 * time * 3).reshape<tf.Tensor3D>([2, time, 3]);
      const steps = unstackTime(xs);
      expect(steps.map(({ shape }) => shape)).toEqual(Array(time).fill([2, 3]));
      expect([...(steps.at(-1)?.dataSync() ?? [])].slice(0, 3)).toEqual([0, 1, 2].map((i) => (time - 1) * 3 + i));
      expect(stackTime(steps).arraySync()).toEqual(xs.arraySync());
    });
  });

  test.each([1, 2, 5])('carry the gradient, for %i steps', (time) => {
    tf.tidy(() => {
      const xs = tf.ones<tf.Rank.R3>([2, time, 3]);
      const weighted = (x: tf.Tensor): tf.Scalar =>
        tf.addN(unstackTime(x as tf.Tensor3D).map((step, t) => step.mul(t + 1))).sum();
      const expected = Array.from({ length: time }, (_, t) => [t + 1, t + 1, t + 1]);
      expect(tf.grad(weighted)(xs).arraySync()).toEqual([expected, expected]);
    });
  });
});

describe('affine', () => {
  test('maps the last axis of a tensor of any rank', () => {
    tf.tidy(() => {
      const W = tf.tensor2d([
        [1, 2, 3],
        [10, 20, 30],
      ]);
      const b = tf.tensor1d([0.5, 0, 0]);
      expect(affine(tf.tensor2d([[1, 1]]), W, b).arraySync()).toEqual([[11.5, 22, 33]]);
      expect(
        affine(
          tf.tensor3d([
            [
              [1, 0],
              [0, 1],
            ],
          ]),
          W,
        ).arraySync(),
      ).toEqual([
        [
          [1, 2, 3],
          [10, 20, 30],
        ],
      ]);
    });
  });
});

test('at gives the item, or says that there is none', () => {
  expect(at(['a', 'b'], 1)).toBe('b');
  expect(() => at(['a', 'b'], 2)).toThrow('index: got 2, expected 0 to 1.');
});
