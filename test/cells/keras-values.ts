import * as tf from '@tensorflow/tfjs-node';
import { expect } from 'vitest';

/** The input of Keras's own tests: 0, 1, 2, ... in the shape. */
export const arange = (...shape: [number, number, number]): tf.Tensor3D =>
  tf.range(0, shape[0] * shape[1] * shape[2]).reshape(shape);

/** Equal to the six decimals that Keras's tests ask for. */
export function expectClose(tensor: tf.Tensor, expected: readonly number[]): void {
  const values = [...tensor.dataSync()];
  expect(values).toHaveLength(expected.length);
  values.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] ?? NaN, 6);
  });
}
