import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';

it('lets ops run without a deprecation, on any Node', () => {
  const project = path.resolve(import.meta.dirname, '../..');
  const program = `
    require('kernel-lib');
    const tf = require('@tensorflow/tfjs-node');
    const variable = tf.variable(tf.ones([2]));
    variable.assign(tf.tensor([1, 2]));
    console.log(tf.sum(tf.stack([variable, tf.gather(variable, [0, 1])])).dataSync()[0]);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--throw-deprecation', '-e', program], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' },
  });
  expect({ stdout, stderr }).toEqual({ stdout: '6\n', stderr: '' });
});
