import * as tf from '@tensorflow/tfjs-node';
import { describe, expect, it } from 'vitest';
import { normalTensor } from 'kernel-lib/tensor/initializers';
import { rng } from 'kernel-lib/tensor/rng';
import { crossEntropy, perplexity } from 'kernel-lib/train';

/** −Σ m log softmax(logits)[id] / Σ m and its gradient, in float64, row by row. */
function reference(logits: number[][], ids: number[], mask = ids.map(() => 1)): { loss: number; gradient: number[][] } {
  const total = mask.reduce((a, b) => a + b, 0);
  let loss = 0;
  const gradient = logits.map((row, n) => {
    const top = Math.max(...row);
    const z = row.reduce((sum, logit) => sum + Math.exp(logit - top), 0);
    const weight = (mask[n] ?? 0) / total;
    const id = ids[n] ?? 0;
    if (weight > 0) loss -= weight * ((row[id] ?? 0) - top - Math.log(z));
    return row.map((logit, k) => weight * (Math.exp(logit - top) / z - (k === id ? 1 : 0)));
  });
  return { loss, gradient };
}

function check(logits: number[][], ids: number[], mask?: number[]): void {
  const expected = reference(logits, ids, mask);
  const x = tf.tensor2d(logits);
  const { value, grad } = tf.valueAndGrad((l) => crossEntropy(l, ids, mask && { mask }))(x);
  expect(value.dataSync()[0]).toBeCloseTo(expected.loss, 5);
  const got = Array.from(grad.dataSync());
  expected.gradient.flat().forEach((g, i) => {
    expect(got[i]).toBeCloseTo(g, 6);
  });
  tf.dispose([x, value, grad]);
}

describe('crossEntropy', () => {
  it('is log of the vocabulary for equal logits, in nats', () => {
    expect(crossEntropy(tf.zeros([3, 57]), [0, 5, 56]).dataSync()[0]).toBeCloseTo(Math.log(57), 6);
  });

  it('equals the plain computation, value and gradient', () => {
    const logits = normalTensor(rng(1), [6, 5], 2);
    check(logits.arraySync(), [0, 1, 2, 3, 4, 0]);
    check(logits.arraySync(), [4, 4, 0, 0, 1, 2], [1, 0, 1, 1, 0, 0.5]);
  });

  it('neither over- nor underflows', () => {
    check(
      [
        [1000, 0, -1000],
        [0, 1000, 0],
        [-1e30, 0, 800],
      ],
      [0, 1, 2],
    );
    // A sure mistake costs its full distance: 0 − 1000 nats.
    expect(crossEntropy(tf.tensor2d([[0, 1000]]), [0]).dataSync()[0]).toBe(1000);
    const masked = crossEntropy(tf.tensor2d([[0, -Infinity, 0]]), [2]);
    expect(masked.dataSync()[0]).toBeCloseTo(Math.log(2), 6);
  });

  it('takes any leading axes, and ids as tensors or plain arrays', () => {
    const logits = normalTensor(rng(2), [2, 3, 4]);
    const ids = [3, 2, 1, 0, 1, 2];
    const mask = [1, 1, 0, 1, 0, 0];
    const expected = reference(logits.reshape<tf.Tensor2D>([6, 4]).arraySync(), ids, mask).loss;
    const shaped = tf.tensor2d(ids, [2, 3], 'int32');
    for (const [i, m] of [
      [ids, mask],
      [Int32Array.from(ids), Float32Array.from(mask)],
      [shaped, tf.tensor2d(mask, [2, 3])],
      [shaped, tf.tensor2d(mask, [2, 3], 'bool')],
    ] as const) {
      expect(crossEntropy(logits, i, { mask: m }).dataSync()[0]).toBeCloseTo(expected, 5);
    }
  });

  it('lets anything stand where the mask is 0', () => {
    const logits = normalTensor(rng(3), [2, 4]);
    const padded = crossEntropy(logits, [1, -1], { mask: [1, 0] });
    const alone = crossEntropy(logits.slice([0, 0], [1, 4]), [1]);
    expect(padded.dataSync()[0]).toBeCloseTo(alone.dataSync()[0] ?? NaN, 6);
  });

  it('leaves no tensor but the loss', () => {
    const logits = tf.zeros([2, 4]);
    const before = tf.memory().numTensors;
    crossEntropy(logits, [0, 1], { mask: [1, 0] }).dispose();
    tf.grad((l: tf.Tensor) => crossEntropy(l, [0, 1]))(logits).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  const logits = tf.zeros([2, 3, 4]);
  it.each([
    [
      logits,
      [0, 1, 2, 4, 0, 0],
      {},
      'ids: got 4 at position 3, expected integers from 0 to 3, one for each of the 4 logits.',
    ],
    [logits, [0, 1, 2, -1, 0, 0], {}, 'ids: got -1 at position 3,'],
    [logits, [0, 0.5, 2, 1, 0, 0], {}, 'ids: got 0.5 at position 1,'],
    [logits, [0, NaN, 2, 1, 0, 0], {}, 'ids: got NaN at position 1,'],
    [logits, [0, 1], {}, 'ids: got 2 numbers, expected 6: [2, 3], the shape of logits without its last axis.'],
    [logits, tf.zeros([6]), {}, 'ids: got shape [6], expected [2, 3], the shape of logits without its last axis.'],
    [logits, [0, 0, 0, 0, 0, 0], { mask: [1] }, 'mask: got 1 numbers, expected 6:'],
    [
      logits,
      [0, 0, 0, 0, 0, 0],
      { mask: [0, 0, 0, 0, 0, 0] },
      'mask: got only zeros, expected at least one position that counts.',
    ],
    [
      logits,
      [0, 0, 0, 0, 0, 0],
      { mask: [1, -1, 0, 0, 0, 0] },
      'mask: got -1 at position 1, expected 0, 1 or another weight of at least 0.',
    ],
    [tf.zeros([2, 0]), [0, 0], {}, 'logits: got shape [2, 0], expected [..., vocabulary] with no empty axis.'],
    [tf.scalar(1), [0], {}, 'logits: got shape [], expected [..., vocabulary] with no empty axis.'],
    [
      tf.zeros([1, 3], 'int32'),
      [0],
      {},
      "logits: got dtype int32, expected float32; convert it with logits.cast('float32').",
    ],
  ])('refuses %#', (wrong, ids, options, message) => {
    expect(() => crossEntropy(wrong, ids, options)).toThrow(message);
  });
});

it('perplexity counts the choices that are left', () => {
  expect(perplexity(Math.log(57))).toBeCloseTo(57, 10);
  expect(perplexity(0)).toBe(1);
});
