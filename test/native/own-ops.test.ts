import { spawnSync } from 'node:child_process';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-node';
import { opsInUse, packedLstm } from 'kernel-lib/native';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';
import { relativeError, type Nested } from '../cells/reference/case';

const root = path.resolve(import.meta.dirname, '../..');

/** A program on the library as it is here, in a process of its own, with other settings. */
function inChild(script: string, env: Readonly<Record<string, string>>): string {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', script],
    {
      cwd: root,
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2', ...env },
      encoding: 'utf8',
      timeout: 120_000,
      maxBuffer: 2 ** 26,
    },
  );
  expect(status, stderr).toBe(0);
  return stdout.trim().split('\n').at(-1) ?? '';
}

/** An LSTM that is worth nine threads, and the gradients of the sum of its outputs' squares, without dropout and with. */
const problem = `
  import './kernel-lib/src/tensor/node-compat.ts';
  import * as tf from '@tensorflow/tfjs-node';
  import native from './kernel-lib/src/native/index.ts';
  import tensor from './kernel-lib/src/tensor/index.ts';
  const g = tensor.rng(1);
  const drawn = (...shape) => tensor.normalTensor(g, shape, 0.2);
  const xs = drawn(9, 40, 21);
  const weights = [drawn(21, 4 * 61), drawn(61, 4 * 61), drawn(4 * 61)];
  const masks = { dropoutMask: drawn(9, 4, 21), recurrentDropoutMask: drawn(9, 4, 61) };
  const found = [{}, masks].flatMap((options) => {
    const walk = (x, kernel, recurrentKernel, bias) => native.packedLstm({ kernel, recurrentKernel, bias }, x, options).outputs;
    return [walk(xs, ...weights), ...tf.grads((...all) => walk(...all).square().sum())([xs, ...weights])];
  });
  console.log(JSON.stringify([native.opsInUse().level, ...found.map((each) => each.arraySync())]));
`;

test('the own ops are in use wherever set-up could compile them', () => {
  // CI has a compiler; a machine without one says so here.
  const { ops, reason = '' } = opsInUse();
  expect(ops === 'own' || (process.env.CI === undefined && reason.includes('not compiled'))).toBe(true);
});

describe.runIf(opsInUse().ops === 'own')('the own ops', () => {
  test('compute the same with the instructions of every CPU and any number of threads', () => {
    const first = JSON.parse(inChild(problem, {})) as [string, ...Nested[]];
    for (const [level, threads] of [
      ['v3', '1'],
      ['v1', '3'],
      ['v4', '9'],
    ] as const) {
      const other = JSON.parse(inChild(problem, { UNROLLED_CPU: level, UNROLLED_THREADS: threads })) as typeof first;
      expect(['v1', level]).toContain(level === 'v4' ? 'v4' : other[0]);
      for (const [k, value] of other.slice(1).entries()) {
        expect(relativeError(value as Nested, first[k + 1] as Nested), `${level}, output ${k}`).toBeLessThan(1e-5);
      }
    }
  }, 120_000);

  test('let NaN through to the steps after it, and to no other sequence', () => {
    tf.tidy(() => {
      const g = rng(2);
      const params = {
        kernel: normalTensor(g, [3, 20], 0.3),
        recurrentKernel: normalTensor(g, [5, 20], 0.3),
        bias: tf.zeros<tf.Rank.R1>([20]),
      };
      const xs = normalTensor(g, [2, 4, 3]);
      const at = tf.tensor3d([0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, ...new Array<number>(12).fill(0)], [2, 4, 3]);
      const { outputs } = packedLstm(params, tf.where(at.cast('bool'), NaN, xs));
      expect(tf.isFinite(outputs).all(2).arraySync()).toEqual([[1, 0, 0, 0], [1, 1, 1, 1]]); // prettier-ignore
    });
  });
});
