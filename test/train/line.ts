import * as tf from '@tensorflow/tfjs-node';
import { uniformTensor } from 'kernel-lib/tensor/initializers';
import { rng, type Rng } from 'kernel-lib/tensor/rng';
import type { Optimizer } from 'kernel-lib/train';

export interface Batch {
  xs: tf.Tensor2D;
  ys: tf.Tensor2D;
}
export type Line = Readonly<{ W: tf.Tensor2D; b: tf.Tensor1D }>;

/** y = 2 x0 − 3 x1 + 1, without noise. */
export function lineData(): Batch {
  const xs = uniformTensor(rng(1), [64, 2], -1, 1);
  return { xs, ys: tf.tidy(() => xs.matMul<tf.Tensor2D>(tf.tensor2d([[2], [-3]])).add(1)) };
}

export const meanSquare = (params: Line, { xs, ys }: Batch): tf.Scalar =>
  xs.matMul(params.W).add(params.b).sub(ys).square().mean();

interface LineOptions {
  params: Line;
  loss: (params: Line, batch: Batch, draws: Rng) => tf.Tensor;
  batches: () => Batch[];
  optimizer: Optimizer;
  steps: number;
  progress: boolean;
}

export function lineOptions(data: Batch): LineOptions {
  return {
    params: { W: tf.zeros([2, 1]), b: tf.zeros([1]) },
    loss: meanSquare,
    batches: () => [data],
    optimizer: tf.train.sgd(0.3),
    steps: 200,
    progress: false,
  };
}

export const values = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());
