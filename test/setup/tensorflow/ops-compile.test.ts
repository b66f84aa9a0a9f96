import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-node';
import { expect, it } from 'vitest';
import { findCompiler } from 'kernel-lib/setup/tensorflow/compile';
import { compileOps } from 'kernel-lib/setup/tensorflow/ops-compile';
import { findTfjsNode } from 'kernel-lib/setup/tensorflow/tfjs-node';
import { verifyOps } from 'kernel-lib/setup/tensorflow/verify';
import { temporaryFolder } from './support/world';

interface Backend {
  executeSingleOutput(name: string, attributes: readonly never[], inputs: readonly tf.Tensor[]): tf.Tensor;
}

it('compiles an op against the real TensorFlow, which tfjs-node then runs by name', async () => {
  const project = path.resolve(import.meta.dirname, '../../..');
  const tfjs = findTfjsNode(project);
  const libraries = fs.realpathSync(tfjs.libraries);
  const addon = path.join(temporaryFolder(), 'tiny.node');
  const compiler = await findCompiler(process.env);
  if (compiler === undefined) throw new Error('this test needs a C++ compiler');
  const done: string[] = [];
  await compileOps(
    {
      ...{ project, libraries, headers: path.resolve(libraries, '../include'), env: process.env },
      sources: path.join(import.meta.dirname, 'support/tiny-ops'),
      platform: `${process.platform}-${process.arch}`,
      report: {
        start: () => undefined,
        progress: (count, total) => done.push(`${count}/${total ?? '?'}`),
        note: () => undefined,
        done: () => undefined,
      },
    },
    compiler,
    addon,
  );
  expect(done).toEqual(process.arch === 'x64' ? ['1/4', '2/4', '3/4', '4/4'] : ['1/2', '2/2']);
  expect(fs.readdirSync(path.dirname(addon))).toEqual(['tiny.node']);

  expect(await verifyOps(addon, tfjs, process.env)).toBeUndefined();
  const loaded: unknown = createRequire(import.meta.url)(addon);
  expect(loaded).toEqual({ version: 1, level: expect.stringMatching(/^v[134]$/) as unknown });
  const twice = (tf.backend() as unknown as Backend).executeSingleOutput('UnrolledTestTwice', [], [tf.tensor1d([1, -2.5, 4])]); // prettier-ignore
  expect(twice.arraySync()).toEqual([2, -5, 8]);
});
