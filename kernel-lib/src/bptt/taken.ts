import * as tf from '@tensorflow/tfjs-node';
import { at } from '../tensor';

/** value where the step at t was taken, otherwise where it was masked. */
export type WhereTaken = (t: number, value: tf.Tensor2D, otherwise: tf.Tensor2D) => tf.Tensor2D;

/** Reads a mask [batch, time] step by step; without one, every step is taken. */
export function whereTaken(mask: tf.Tensor2D | undefined, time: number): WhereTaken {
  if (!mask) return (_, value) => value;
  const taken = tf.split(mask.cast('bool'), time, 1);
  return (t, value, otherwise) => tf.where(at(taken, t), value, otherwise);
}
