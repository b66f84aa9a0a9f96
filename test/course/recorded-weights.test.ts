import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-node';
import { recordedWeights, recordWeights } from 'kernel-lib/course';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const name = `test-${process.pid}-${randomBytes(4).toString('hex')}`;
const file = path.resolve(import.meta.dirname, '../../bench/results/weights', `${name}.safetensors`);
beforeEach(() => vi.stubEnv('UNROLLED_PROFILE', 'full'));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(file, { force: true });
});

it('are what was recorded, rounded to float16, with what was told of them', async () => {
  const params = { cell: { Whh: tf.tensor2d([[1, -0.5, 0.1]]) }, by: tf.tensor1d([2, 3]) };
  await recordWeights(name, params, { steps: '7', seed: '1' });
  const before = tf.memory().numTensors;
  const kept = recordedWeights(name);
  expect(tf.memory().numTensors).toBe(before + 2);
  expect(kept?.about).toEqual({ steps: '7', seed: '1' });
  const { cell, by } = kept?.params as typeof params;
  expect(cell.Whh.shape).toEqual([1, 3]);
  expect([...cell.Whh.dataSync()]).toEqual([1, -0.5, 0.0999755859375]);
  expect(by.dtype).toBe('float32');
  expect([...by.dataSync()]).toEqual([2, 3]);
  tf.dispose([cell, by, params]);
});

it('are not recorded in the quick profile', async () => {
  vi.stubEnv('UNROLLED_PROFILE', 'quick');
  const by = tf.tensor1d([1]);
  await recordWeights(name, { by }, {});
  expect(existsSync(file)).toBe(false);
  by.dispose();
});

it('are undefined where nothing was recorded', () => {
  expect(recordedWeights(name)).toBeUndefined();
});

it.each(['../package', '', 'a b', '/etc/x'])("refuse '%s' for a name", async (wrong) => {
  expect(() => recordedWeights(wrong)).toThrow(/^recordedWeights: got .+, expected a name of letters/);
  await expect(recordWeights(wrong, {}, {})).rejects.toThrow(/^recordWeights: got .+, expected a name of letters/);
});

it('refuse what float16 cannot hold, and leave no file', async () => {
  const params = { Wxh: tf.tensor1d([1, 7e4]) };
  await expect(recordWeights(name, params, {})).rejects.toThrow('Wxh: got 70000, expected numbers up to 65504');
  expect(recordedWeights(name)).toBeUndefined();
  params.Wxh.dispose();
});
