import * as tf from '@tensorflow/tfjs-node';
import { dropout } from '../sequence';
import type { Rng } from '../tensor';

/** The input with some of its features dropped, the same ones at every step. Shapes: xs [batch, time, input]. */
export function dropFeatures(xs: tf.Tensor3D, rate: number, rng: Rng): tf.Tensor3D {
  if (rate === 0) return xs;
  const [batch, , input] = xs.shape;
  return xs.mul(dropout(tf.ones<tf.Rank.R3>([batch, 1, input]), { rate, rng }));
}

/** What h is multiplied with at every step before it is read [batch, units]. */
export function recurrentDropoutMask(batch: number, units: number, rate: number, rng: Rng): tf.Tensor2D | undefined {
  return rate === 0 ? undefined : dropout(tf.ones<tf.Rank.R2>([batch, units]), { rate, rng });
}
