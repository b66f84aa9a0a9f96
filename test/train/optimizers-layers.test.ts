import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-node';
import { expect, it } from 'vitest';
import { adamw, momentum, rmsprop, sgd, type RatedOptimizer } from 'kernel-lib/train';

const xs = tf.linspace(-1, 1, 16).reshape([16, 1]);
const ys = xs.mul(3).add(1);

/** y = 3 x + 1, by a model of tf.layers. */
async function trained(optimizer: RatedOptimizer): Promise<tf.LayersModel> {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
  model.compile({ optimizer, loss: 'meanSquaredError' });
  await steps(model, 20);
  return model;
}
async function steps(model: tf.LayersModel, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await model.trainOnBatch(xs, ys);
}
const weights = (model: tf.LayersModel): number[] => model.getWeights().flatMap((w) => Array.from(w.dataSync()));

it('trains a model of tf.layers', async () => {
  const [kernel, bias] = weights(await trained(sgd(0.5)));
  expect(kernel).toBeCloseTo(3, 1);
  expect(bias).toBeCloseTo(1, 1);
});

it.each([
  ['momentum', () => momentum(0.05, { nesterov: true })],
  ['rmsprop', () => rmsprop(0.05, { momentum: 0.5, centered: true })],
  ['adamw', () => adamw(0.1, { weightDecay: 0.1, form: 'keras' })],
])('%s is saved with a model and goes on where it was', async (_, make) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'optimizer-'));
  try {
    const model = await trained(make());
    await model.save(`file://${folder}`, { includeOptimizer: true });
    const again = await tf.loadLayersModel(`file://${folder}/model.json`);
    expect(again.optimizer.getConfig()).toMatchObject(model.optimizer.getConfig());
    expect(again.optimizer.iterations).toBe(20);
    again.compile({ optimizer: again.optimizer, loss: 'meanSquaredError' });
    for (const each of [model, again]) await steps(each, 3);
    expect(weights(again)).toEqual(weights(model));
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('leaves variables that the loss does not use alone', () => {
  const [used, unused] = [tf.variable(tf.scalar(2)), tf.variable(tf.scalar(2))];
  const optimizer = sgd(0.1);
  optimizer.minimize(() => used.square(), false, [used, unused]);
  expect([used.dataSync()[0], unused.dataSync()[0]]).toEqual([expect.closeTo(1.6, 5), 2]);
});
