import * as tf from '@tensorflow/tfjs-node';
import * as layers from 'kernel-lib/layers';
import { expect } from 'vitest';
import { at } from 'kernel-lib/tensor';
import type { GruArgs, LstmArgs, Recurrent } from 'kernel-lib/layers';

type Args = Omit<LstmArgs & GruArgs, 'resetAfter'>;

/** A layer of this library, and the one of tf.layers that computes the same. */
export interface Pair {
  readonly name: string;
  readonly ours: (args: Args) => Recurrent;
  readonly theirs: (args: Args) => tf.layers.Layer;
  /** How many parts the state has. */
  readonly parts: number;
}

/** The defaults of both differ: what is said here is said to both. */
const ramp = { recurrentActivation: 'hardSigmoid' } as const;
const sigmoid = { recurrentActivation: 'sigmoid' } as const;

export const pairs: readonly Pair[] = [
  { name: 'simpleRNN', parts: 1, ours: layers.simpleRNN, theirs: (args) => tf.layers.simpleRNN(args as never) },
  ...[ramp, sigmoid].map((gates) => ({
    name: `gru, ${gates.recurrentActivation}`,
    parts: 1,
    ours: (args: Args) => layers.gru({ ...args, ...gates, resetAfter: false }),
    theirs: (args: Args) => tf.layers.gru({ ...args, ...gates } as never),
  })),
  ...[ramp, sigmoid].map((gates) => ({
    name: `lstm, ${gates.recurrentActivation}`,
    parts: 2,
    ours: (args: Args) => layers.lstm({ ...args, ...gates }),
    theirs: (args: Args) => tf.layers.lstm({ ...args, ...gates } as never),
  })),
];

/** Numbers that look random and are the same in every run: sin(k²) · scale. */
export function numbers<R extends tf.Rank>(shape: tf.ShapeMap[R], scale = 1, seed = 1): tf.Tensor<R> {
  const size = tf.util.sizeFromShape(shape);
  const values = Float32Array.from({ length: size }, (_, k) => scale * Math.sin((k + 17 * seed) ** 2));
  return tf.tensor(values, shape);
}

/** Gives a layer or a model weights that have nothing to do with how it begins. */
export function setNumbers(target: tf.layers.Layer | tf.LayersModel): void {
  target.setWeights(target.getWeights().map(({ shape }, k) => numbers(shape as [number], 0.4, k + 1)));
}

/** The greatest difference, over the greatest number there is, or over 1 where that is smaller. */
export function difference(got: tf.Tensor, expected: tf.Tensor): number {
  expect(got.shape).toEqual(expected.shape);
  return tf.tidy(() => {
    const scale = Math.max(1, expected.abs().max().dataSync()[0] ?? NaN);
    return (got.sub(expected).abs().max().dataSync()[0] ?? NaN) / scale;
  });
}

export function expectSame(got: readonly tf.Tensor[], expected: readonly tf.Tensor[], tolerance = 1e-5): void {
  expect(got).toHaveLength(expected.length);
  got.forEach((tensor, k) => {
    expect(difference(tensor, at(expected, k))).toBeLessThan(tolerance);
  });
}

export const listOf = (tensors: unknown): tf.Tensor[] => (Array.isArray(tensors) ? tensors : [tensors]) as tf.Tensor[];

/** All that a layer gives for an input. */
export const outputsOf = (layer: tf.layers.Layer, xs: tf.Tensor | tf.Tensor[], kwargs?: object): tf.Tensor[] =>
  listOf(layer.apply(xs, kwargs));

/** Both layers of a pair, on the same weights. */
export function built({ ours, theirs }: Pair, args: Args, inputShape = [null, null, 3]): [Recurrent, tf.layers.Layer] {
  const both: [Recurrent, tf.layers.Layer] = [ours(args), theirs(args)];
  for (const layer of both) {
    layer.apply(tf.input({ batchShape: inputShape }));
    setNumbers(layer);
  }
  return both;
}

/** One pass over all, in one batch, in order, without a word. */
export async function fit(
  model: tf.LayersModel,
  xs: tf.Tensor | tf.Tensor[],
  targets: tf.Tensor | tf.Tensor[],
  epochs = 1,
): Promise<void> {
  const quiet = JSON.parse('{ "verbose": 0 }') as tf.ModelFitArgs;
  await model.fit(xs, targets, { ...quiet, epochs, shuffle: false, batchSize: listOf(xs)[0]?.shape[0] ?? 1 });
}
