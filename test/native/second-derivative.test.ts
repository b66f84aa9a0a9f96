import * as tf from '@tensorflow/tfjs-node';
import * as native from 'kernel-lib/native';
import { gru, lstm, rnn } from 'kernel-lib/cells';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';

const sizes = { inputSize: 4, hiddenSize: 5, rng: rng(1) };
const [lstmParams, gruParams, rnnParams] = [lstm.init(sizes), gru.init(sizes), rnn.init(sizes)];
const sequence = [2, 3, 4] as const;

/** Each as a sum that depends on its argument in more than a straight line. */
const functions: Readonly<Record<string, readonly [shape: readonly number[], sum: (x: never) => tf.Tensor]>> = {
  lstm: [sequence, (xs: tf.Tensor3D) => native.lstm(lstmParams, xs).outputs.square().sum()],
  gru: [sequence, (xs: tf.Tensor3D) => native.gru(gruParams, xs).outputs.square().sum()],
  rnn: [sequence, (xs: tf.Tensor3D) => native.rnn(rnnParams, xs).outputs.square().sum()],
  eigenvalues: [[3, 3], (A: tf.Tensor) => native.eigenvalues(A).re.square().sum()],
  singularValues: [[4, 3], (A: tf.Tensor) => native.singularValues(A).square().sum()],
  qr: [[4, 3], (A: tf.Tensor) => native.qr(A).R.square().sum()],
  ctcLoss: [
    [1, 5, 3],
    (logits: tf.Tensor3D) =>
      native
        .ctcLoss(logits, [[0, 1]])
        .square()
        .sum(),
  ],
};

describe.each(Object.entries(functions))('native.%s', (name, [shape, sum]) => {
  const x = normalTensor(rng(2), [...shape] as [number]);
  const first = tf.grad((y: tf.Tensor) => sum(y as never));

  test('has a gradient, which leaves nothing behind', () => {
    const nativeTensors = (): number =>
      (tf.backend() as unknown as { getNumOfTFTensors: () => number }).getNumOfTFTensors();
    tf.dispose(first(x));
    const before = [tf.memory().numTensors, nativeTensors()];
    const slope = tf.tidy(() => first(x).abs().sum());
    expect(slope.dataSync()[0]).toBeGreaterThan(0.01);
    slope.dispose();
    expect([tf.memory().numTensors, nativeTensors()]).toEqual(before);
  });

  // On the equations, where there is no fused op, there would be one.
  const fused = !['gru', 'rnn'].includes(name) || native.opsInUse().ops === 'own';
  test(`${fused ? 'refuses' : 'has'} a second`, () => {
    tf.tidy(() => {
      const second = tf.grad((y: tf.Tensor) => first(y).square().sum());
      if (!fused) {
        expect(second(x).shape).toEqual([...shape]);
        return [];
      }
      expect(() => second(x)).toThrow(
        /^native\.[\w ]+: got a gradient of a gradient, expected a first one; native ops have no second derivative, the equations on tf's own ops have\.$/,
      );
      return [];
    });
  });
});
