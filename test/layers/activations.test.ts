import * as tf from '@tensorflow/tfjs-node';
import * as layers from 'kernel-lib/layers';
import { describe, expect, it } from 'vitest';

const ramp = (slope: number) => (a: number) => Math.min(1, Math.max(0, slope * a + 0.5));
const meant: readonly [layers.LayerActivation | null | undefined, (a: number) => number][] = [
  [undefined, Math.tanh],
  [null, (a) => a],
  ['tanh', Math.tanh],
  ['linear', (a) => a],
  ['relu', (a) => Math.max(0, a)],
  ['sigmoid', (a) => 1 / (1 + Math.exp(-a))],
  ['hardSigmoid', ramp(1 / 5)],
  ['hardSigmoidKeras2', ramp(1 / 5)],
  ['hard_sigmoid_keras2', ramp(1 / 5)],
  ['hard_sigmoid', ramp(1 / 6)],
  ['hardSigmoidKeras3', ramp(1 / 6)],
  ['hard_sigmoid_keras3', ramp(1 / 6)],
];
const as = [-4, -2.8, -1, 0, 0.5, 2.7, 4];

describe('activation', () => {
  it.each(meant)('%s', (activation, f) => {
    const seen = layers.simpleRNN({
      units: 1,
      kernelInitializer: 'ones',
      ...(activation !== undefined && { activation }),
    });
    const values = [...(seen.apply(tf.tensor3d(as, [as.length, 1, 1])) as tf.Tensor).dataSync()];
    values.forEach((value, k) => {
      expect(value).toBeCloseTo(f(as[k] ?? NaN), 6);
    });
  });

  it.each(meant.slice(1))('of the gates, %s', (recurrentActivation, f) => {
    // z = f(a) of a state of 1 and a candidate of 0.
    const layer = layers.gru({ units: 1, recurrentActivation: recurrentActivation ?? null, activation: 'linear' });
    layer.apply(tf.input({ shape: [null, 1] }));
    layer.setWeights([tf.tensor2d([1, 0, 0], [1, 3]), tf.zeros([1, 3]), tf.zeros([2, 3])]);
    const xs = tf.tensor3d(as, [as.length, 1, 1]);
    const values = [...(layer.apply(xs, { initialState: [tf.ones([as.length, 1])] }) as tf.Tensor).dataSync()];
    values.forEach((value, k) => {
      expect(value).toBeCloseTo(f(as[k] ?? NaN), 6);
    });
  });
});
