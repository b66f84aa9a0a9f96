import type { Environment } from './cache';
import { lastLine, runCommand } from '../command';
import type { TfjsNode } from './tfjs-node';

/** Whether the addon loads and computes. */
export type Verdict =
  { readonly works: true; readonly tensorflow: string } | { readonly works: false; readonly reason: string };

/** Node 23 dropped two `util` helpers that tfjs-node 4.22 calls. */
const loadTfjs = `
const util = require('util');
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;
const tf = require(process.argv[1]);
`;

/** [2, 3] ones times [3, 2] ones is threes. */
const multiply = `${loadTfjs}
const product = tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).arraySync();
if (JSON.stringify(product) !== '[[3,3],[3,3]]') throw new Error('a matrix product came out wrong: ' + JSON.stringify(product));
process.stdout.write('\\n' + tf.backend().binding.TF_Version);
`;

const loadOps = `${loadTfjs}
const { version, level, failure } = require(process.argv[2]);
if (failure !== undefined) throw new Error(failure);
if (!Number.isInteger(version) || typeof level !== 'string') throw new Error('it does not export a version and a level');
`;

/** Loads tfjs-node in a child process and multiplies two matrices. */
export async function verify(tfjs: TfjsNode, env: Environment, signal?: AbortSignal): Promise<Verdict> {
  const { reason, printed } = await inChild(multiply, tfjs, [], env, signal);
  return reason === undefined ? { works: true, tensorflow: printed } : { works: false, reason };
}

/** Loads an addon with ops of our own into a child process that has tfjs-node; gives the reason why that failed. */
export async function verifyOps(
  addon: string,
  tfjs: TfjsNode,
  env: Environment,
  signal?: AbortSignal,
): Promise<string | undefined> {
  return (await inChild(loadOps, tfjs, [addon], env, signal)).reason;
}

/** Loading must happen in a child: a broken library kills its process. */
async function inChild(
  script: string,
  tfjs: TfjsNode,
  args: readonly string[],
  env: Environment,
  signal?: AbortSignal,
): Promise<{ readonly printed: string; readonly reason: string | undefined }> {
  const quiet = { ...env, TF_CPP_MIN_LOG_LEVEL: '3', NODE_OPTIONS: '' };
  const outcome = await runCommand(process.execPath, ['-e', script, tfjs.folder, ...args], {
    cwd: tfjs.folder,
    env: quiet,
    signal,
    timeout: 120_000,
  });
  const printed = lastLine(outcome.stdout);
  if (outcome.code === 0) return { printed, reason: undefined };
  if (outcome.signal === 'SIGILL') {
    const reason = 'this processor, or the emulator in its place, lacks instructions (AVX) that TensorFlow uses';
    return { printed, reason };
  }
  if (outcome.signal !== null) return { printed, reason: `it was ended by ${outcome.signal}` };
  const thrown = /^\w*Error: .*$/m.exec(outcome.stderr)?.[0];
  return { printed, reason: thrown ?? (lastLine(outcome.stderr) || `exit code ${outcome.code ?? 'none'}`) };
}
