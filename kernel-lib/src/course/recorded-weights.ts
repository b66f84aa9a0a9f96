import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-node';
import { decodeSafetensors } from '../files/safetensors';
import { checkNames, flatten, treeOf, type FlatParams, type ParamTree } from '../train/params';
import { writeSafetensors } from '../weights';
import { profile } from './profile';
import { resultFile } from './result-file';

/** Parameters that a long training has left, and what is known of it. */
export interface RecordedWeights {
  /** New tensors, the caller's to dispose. */
  readonly params: ParamTree;
  /** The command that writes them anew, the corpus they were trained on, steps, seed, loss: whatever was told. */
  readonly about: Readonly<Record<string, string>>;
}

/**
 * What a long training has learnt and the project keeps: `bench/results/weights/NAME.safetensors` of the clone. Undefined where there
 * is none, as where kernel-lib was installed as a package.
 *
 * @throws Error for a name that is no plain file name, and a file that is damaged
 */
export function recordedWeights(name: string): RecordedWeights | undefined {
  const file = resultFile('recordedWeights', 'weights', name, 'safetensors');
  if (file === undefined || !existsSync(file)) return undefined;
  const { tensors, metadata } = decodeSafetensors(readFileSync(file), file);
  const flat = [...tensors].map(([name, { values, shape, dtype }]) => [name, tf.tensor(values, [...shape], dtype)]);
  return { params: treeOf(Object.fromEntries(flat) as FlatParams), about: metadata };
}

/**
 * Keeps what a chapter has trained in the full profile for {@link recordedWeights}, as float16. In the quick profile, and where kernel-lib
 * was installed as a package, it keeps nothing. Tell in `about` all that is needed to make them again: command, corpus, steps, seed.
 *
 * @throws Error for a name that is no plain file name, and a number too large for float16
 */
export async function recordWeights(
  name: string,
  params: ParamTree,
  about: Readonly<Record<string, string>>,
): Promise<void> {
  const file = resultFile('recordWeights', 'weights', name, 'safetensors');
  if (file === undefined || profile() !== 'full') return;
  checkNames('params', params);
  await mkdir(path.dirname(file), { recursive: true });
  await writeSafetensors(file, flatten('params', params), { metadata: about, float16: true });
}
