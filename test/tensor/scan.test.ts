import * as tf from '@tensorflow/tfjs-node';
import { linearScan, logSigmoid, normalTensor, rng, stackTime, uniformTensor, unstackTime } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';

/** h_t = a_t h_{t-1} + b_t, one step after the other. */
function loop(a: tf.Tensor3D, b: tf.Tensor3D, h0: tf.Tensor2D): tf.Tensor3D {
  let h = h0;
  const as = unstackTime(a);
  return stackTime(unstackTime(b).map((b_t, t) => (h = h.mul<tf.Tensor2D>(as[t] ?? NaN).add(b_t))));
}

const difference = (x: tf.Tensor, y: tf.Tensor): number => x.sub(y).abs().max().dataSync()[0] ?? NaN;

describe('linearScan', () => {
  test.each([1, 2, 3, 4, 7, 8, 33, 128])('over %i steps is the loop, gradients too', (time) => {
    tf.tidy(() => {
      const g = rng(time);
      const a = uniformTensor(g, [3, time, 2]);
      const b = normalTensor(g, [3, time, 2]);
      const h0 = normalTensor(g, [3, 2]);
      const dOutputs = normalTensor(g, [3, time, 2]);
      expect(difference(linearScan(a, b, h0), loop(a, b, h0))).toBeLessThan(1e-6);
      const gradients = (walk: typeof loop): tf.Tensor[] =>
        tf.grads((...[x, y, z]) =>
          walk(x as tf.Tensor3D, y as tf.Tensor3D, z as tf.Tensor2D)
            .mul(dOutputs)
            .sum(),
        )([a, b, h0]);
      const expected = gradients(loop);
      gradients(linearScan).forEach((gradient, k) => {
        expect(difference(gradient, expected[k] ?? tf.scalar(NaN))).toBeLessThan(1e-5);
      });
    });
  });

  test('leaves its result and nothing else behind', () => {
    const [a, b, h0] = [tf.ones<tf.Rank.R3>([2, 5, 3]), tf.ones<tf.Rank.R3>([2, 5, 3]), tf.ones<tf.Rank.R2>([2, 3])];
    const before = tf.memory().numTensors;
    linearScan(a, b, h0);
    expect(tf.memory().numTensors).toBe(before + 1);
  });
});

test('logSigmoid is finite wherever its argument is, and has its gradient inside of a tidy', () => {
  tf.tidy(() => {
    const a = tf.tensor1d([-1000, -1, 0, 1, 1000]);
    const expected = [-1000, -Math.log1p(Math.E), -Math.LN2, -Math.log1p(1 / Math.E), 0];
    logSigmoid(a)
      .arraySync()
      .forEach((value, k) => {
        expect(value).toBeCloseTo(expected[k] ?? NaN, 5);
      });
    const slope = tf
      .grad((x: tf.Tensor) => tf.tidy(() => logSigmoid(x)))(a)
      .arraySync() as number[];
    [1, 0.7310586, 0.5, 0.2689414, 0].forEach((value, k) => {
      expect(slope[k]).toBeCloseTo(value, 6);
    });
  });
});
