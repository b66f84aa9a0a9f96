import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-node';
import type { OptimizerState } from './optimizer';
import { checkNames, flatten, treeOf, type FlatParams, type ParamTree } from './params';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '../files/safetensors';
import { writeWhole } from '../files/write-whole';

/** What a checkpoint holds. */
export interface Checkpoint {
  readonly params: ParamTree;
  /** Moments and step count. */
  readonly optimizer?: OptimizerState;
  /** The parameters of the best epoch, where an early stop keeps them. */
  readonly best?: ParamTree;
  /** Anything that JSON can hold: where the run stands, hyperparameters, the vocabulary. */
  readonly state?: unknown;
}

/** Changes when a reader of the old format could misread the new one. */
const VERSION = '1';
const FORMAT = 'kernel-lib checkpoint';
const GROUPS = ['params', 'best', 'optimizer'] as const;

/**
 * Writes a checkpoint as one safetensors file: tensors `params.rnn.Wxh`, `best.rnn.Wxh` and `optimizer.0`, everything else
 * as JSON in the metadata. The file appears by rename: killed at any moment, the checkpoint before it is still there.
 *
 * @throws Error for params that are no tensors of float32, int32 or bool, or a folder that is not there
 */
export async function saveCheckpoint(file: string, { params, optimizer, best, state }: Checkpoint): Promise<void> {
  checkNames('params', params);
  const tensors = new Map<string, StoredTensor>();
  const add = (group: (typeof GROUPS)[number], flat: FlatParams): void => {
    for (const [name, tensor] of Object.entries(flat))
      tensors.set(`${group}.${name}`, stored(`${group}.${name}`, tensor));
  };
  add('params', flatten('params', params));
  if (best !== undefined) add('best', flatten('best', best));
  if (optimizer !== undefined) add('optimizer', Object.fromEntries(optimizer.weights.entries()));
  const metadata = {
    format: FORMAT,
    version: VERSION,
    state: JSON.stringify({ state, betas: optimizer?.betas, optimizer: optimizer !== undefined }),
  };
  await writeWhole(file, encodeSafetensors({ tensors, metadata }));
}

/**
 * Reads a checkpoint back. The tensors are new and the caller's to dispose.
 *
 * @throws Error, one sentence, when there is no such file, it is cut off or damaged, is no checkpoint, or of another version
 */
export async function loadCheckpoint(file: string): Promise<Checkpoint> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file; save a checkpoint first or correct the path' : message;
    throw new Error(`${file}: ${why}.`, { cause });
  });
  const { tensors, metadata } = decodeSafetensors(bytes, file);
  if (metadata.format !== FORMAT || metadata.state === undefined) {
    throw new Error(
      `${file}: a safetensors file, but no checkpoint of this library, which says format = '${FORMAT}' in its metadata.`,
    );
  }
  if (metadata.version !== VERSION) {
    throw new Error(
      `${file}: a checkpoint of version ${metadata.version ?? 'unknown'}, expected version ${VERSION}; read it with the kernel-lib that wrote it, or train again.`,
    );
  }
  const { state, betas, optimizer } = parsedState(metadata.state, file);
  const groups = grouped(tensors, file);
  return {
    params: treeOf(groups.params),
    ...(optimizer && { optimizer: { weights: Object.values(groups.optimizer), ...(betas && { betas }) } }),
    ...(Object.keys(groups.best).length > 0 && { best: treeOf(groups.best) }),
    ...(state !== undefined && { state }),
  };
}

/** Frees all tensors of a checkpoint. */
export function disposeCheckpoint({ params, best, optimizer }: Checkpoint): void {
  for (const tree of [params, best]) if (tree !== undefined) tf.dispose(Object.values(flatten('params', tree)));
  tf.dispose([...(optimizer?.weights ?? [])]);
}

function stored(name: string, tensor: tf.Tensor): StoredTensor {
  const { dtype, shape } = tensor;
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
    throw new Error(`${name}: got dtype ${dtype}, expected float32, int32 or bool; a checkpoint holds no other.`);
  }
  return { dtype, shape, values: tensor.dataSync<'float32' | 'int32' | 'bool'>() };
}

function grouped(
  tensors: ReadonlyMap<string, StoredTensor>,
  file: string,
): Record<(typeof GROUPS)[number], Record<string, tf.Tensor>> {
  const groups = { params: {}, best: {}, optimizer: {} } as Record<(typeof GROUPS)[number], Record<string, tf.Tensor>>;
  const parts = [...tensors].map(([name, tensor]) => {
    const group = GROUPS.find((prefix) => name.startsWith(`${prefix}.`));
    if (group === undefined)
      throw new Error(`${file}: ${name} is in none of the groups ${GROUPS.join(', ')}; the file is damaged.`);
    return { group, name: name.slice(group.length + 1), tensor };
  });
  for (const { group, name, tensor } of parts) {
    groups[group][name] = tf.tensor(tensor.values, [...tensor.shape], tensor.dtype);
  }
  return groups;
}

function parsedState(json: string, file: string): { state?: unknown; betas?: [number, number]; optimizer: boolean } {
  try {
    return JSON.parse(json) as { state?: unknown; betas?: [number, number]; optimizer: boolean };
  } catch (cause) {
    throw new Error(`${file}: the state in its metadata is not JSON; the file is damaged.`, { cause });
  }
}
