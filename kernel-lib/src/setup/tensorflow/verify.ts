import type { Environment } from './cache';
import { lastLine, runCommand } from '../command';
import type { TfjsNode } from './tfjs-node';

/** Whether the addon loads and computes. */
export type Verdict =
  { readonly works: true; readonly tensorflow: string } | { readonly works: false; readonly reason: string };

/**
 * [2, 3] ones times [3, 2] ones is threes. Node 23 dropped two `util` helpers that tfjs-node 4.22 calls. Loading must happen in
 * a child: a broken library kills its process.
 */
const script = `
const util = require('util');
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;
const tf = require(process.argv[1]);
const product = tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).arraySync();
if (JSON.stringify(product) !== '[[3,3],[3,3]]') throw new Error('a matrix product came out wrong: ' + JSON.stringify(product));
process.stdout.write('\\n' + tf.backend().binding.TF_Version);
`;

/** Loads tfjs-node in a child process and multiplies two matrices. */
export async function verify(tfjs: TfjsNode, env: Environment, signal?: AbortSignal): Promise<Verdict> {
  const quiet = { ...env, TF_CPP_MIN_LOG_LEVEL: '3', NODE_OPTIONS: '' };
  const outcome = await runCommand(process.execPath, ['-e', script, tfjs.folder], {
    cwd: tfjs.folder,
    env: quiet,
    signal,
    timeout: 120_000,
  });
  if (outcome.code === 0) return { works: true, tensorflow: lastLine(outcome.stdout) };
  if (outcome.signal === 'SIGILL') {
    return {
      works: false,
      reason: 'this processor, or the emulator in its place, lacks instructions (AVX) that TensorFlow uses',
    };
  }
  if (outcome.signal !== null) return { works: false, reason: `it was ended by ${outcome.signal}` };
  const thrown = /^\w*Error: .*$/m.exec(outcome.stderr)?.[0];
  return { works: false, reason: thrown ?? (lastLine(outcome.stderr) || `exit code ${outcome.code ?? 'none'}`) };
}
