import * as tf from '@tensorflow/tfjs-node';
import { activate, activationSlope, type Activation } from 'kernel-lib/cells';
import { describe, expect, test } from 'vitest';

const at = [-7, -2.6, -0.5, 0.25, 1.5, 2.9, 4];
const definitions: Record<Activation, (a: number) => number> = {
  tanh: Math.tanh,
  sigmoid: (a) => 1 / (1 + Math.exp(-a)),
  hard_sigmoid: (a) => Math.min(Math.max(a / 6 + 0.5, 0), 1),
  hard_sigmoid_keras2: (a) => Math.min(Math.max(0.2 * a + 0.5, 0), 1),
  relu: (a) => Math.max(a, 0),
  linear: (a) => a,
};

describe.each(Object.entries(definitions) as [Activation, (a: number) => number][])('%s', (activation, f) => {
  test('is what it is called', () => {
    const values = tf.tidy(() => [...activate(activation, tf.tensor1d(at)).dataSync()]);
    values.forEach((value, i) => {
      expect(value).toBeCloseTo(f(at[i] ?? NaN), 6);
    });
  });

  test('has its slope from its output, by hand and under autodiff', () => {
    tf.tidy(() => {
      const a = tf.tensor1d(at);
      const byHand = activationSlope(activation, activate(activation, a)).dataSync();
      const byAutodiff = tf
        .grad((x: tf.Tensor) => activate(activation, x))(a)
        .dataSync();
      at.forEach((point, i) => {
        const slope = (f(point + 1e-5) - f(point - 1e-5)) / 2e-5;
        expect(byHand[i]).toBeCloseTo(slope, 6);
        expect(byAutodiff[i]).toBeCloseTo(slope, 6);
      });
    });
  });

  test('leaves its result and nothing else behind', () => {
    const a = tf.tensor1d(at);
    const before = tf.memory().numTensors;
    const h = activate(activation, a);
    const slope = activationSlope(activation, h);
    expect(tf.memory().numTensors).toBe(before + 2);
    tf.dispose([a, h, slope]);
  });
});
