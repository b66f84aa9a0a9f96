import * as tf from '@tensorflow/tfjs-node';
import * as bptt from 'kernel-lib/bptt';
import { readout, type ReadoutParams } from 'kernel-lib/cells';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';
import { relativeError, type Nested } from './reference/case';

const params = (): ReadoutParams => ({
  Why: tf.tensor2d([
    [1, 10],
    [2, 20],
    [3, 30],
  ]),
  by: tf.tensor1d([0.5, -0.5]),
});

describe('readout', () => {
  test('is h Why + by for one time step', () => {
    const y = tf.tidy(() => readout.apply(params(), tf.tensor2d([[1, 0, 2]])).arraySync());
    expect(y).toEqual([[7.5, 69.5]]);
  });

  test('is h Why + by at every time step', () => {
    const h = [
      [
        [1, 0, 2],
        [0, 1, 0],
      ],
      [
        [0, 0, 1],
        [1, 1, 1],
      ],
    ];
    const y = tf.tidy(() => readout.apply(params(), tf.tensor3d(h)).arraySync());
    expect(y).toEqual([
      [
        [7.5, 69.5],
        [2.5, 19.5],
      ],
      [
        [3.5, 29.5],
        [6.5, 59.5],
      ],
    ]);
  });

  test.each([[[4, 3]], [[4, 5, 3]]])('has the backward pass that autodiff finds, for h %j', (shape) => {
    tf.tidy(() => {
      const g = rng(3);
      const { Why, by } = { Why: normalTensor(g, [3, 2]), by: normalTensor(g, [2]) };
      const h = normalTensor(g, shape) as tf.Tensor3D;
      const dy = normalTensor(g, [...shape.slice(0, -1), 2]) as tf.Tensor3D;
      const error = (...[W, b, x]: tf.Tensor[]): tf.Scalar => {
        const y = readout.apply({ Why: W as tf.Tensor2D, by: b as tf.Tensor1D }, x as tf.Tensor3D);
        return y.mul(dy).sum();
      };
      const [dWhy, dby, dh] = tf
        .grads(error)([Why, by, h])
        .map((gradient) => gradient.arraySync() as Nested);
      const byHand = bptt.readout({ Why, by }, h, dy);
      expect(relativeError(byHand.dWhy.arraySync(), dWhy ?? [])).toBeLessThan(1e-5);
      expect(relativeError(byHand.dby.arraySync(), dby ?? [])).toBeLessThan(1e-5);
      expect(relativeError(byHand.dh.arraySync(), dh ?? [])).toBeLessThan(1e-5);
    });
  });

  test('leaves no tensors behind', () => {
    const g = rng(1);
    const p = readout.init({ hiddenSize: 3, outputSize: 2, rng: g });
    const h = normalTensor(g, [4, 5, 3]);
    const before = tf.memory().numTensors;
    const y = readout.apply(p, h);
    expect(tf.memory().numTensors).toBe(before + 1);
    const gradients = bptt.readout(p, h, y);
    expect(tf.memory().numTensors).toBe(before + 4);
    tf.dispose([y, gradients]);
    tf.dispose([p, h]);
  });

  test('says which shape does not fit', () => {
    const p = params();
    expect(() => readout.apply(p, tf.zeros<tf.Rank.R2>([4, 5]))).toThrow(
      'h: got shape [4, 5], expected [batch, hidden = 3]; the last axis must match the first of Why.',
    );
    expect(() => readout.apply({ ...p, by: tf.zeros([3]) }, tf.zeros<tf.Rank.R2>([4, 3]))).toThrow(
      'by: got shape [3], expected [output = 2]; it must match the last axis of Why.',
    );
    expect(() => bptt.readout(p, tf.zeros<tf.Rank.R2>([4, 3]), tf.zeros<tf.Rank.R2>([5, 2]))).toThrow(
      'dy: got shape [5, 2], expected [4, output = 2]; it must match the outputs.',
    );
    expect(() => readout.init({ hiddenSize: 3, outputSize: 0, rng: rng(1) })).toThrow(
      'outputSize: got 0, expected a positive integer.',
    );
  });
});
