import * as tf from '@tensorflow/tfjs-node';
import type { MergeMode } from './arguments';

const merges: Readonly<Record<NonNullable<MergeMode>, (forward: tf.Tensor, backward: tf.Tensor) => tf.Tensor>> = {
  concat: (forward, backward) => tf.concat([forward, backward], -1),
  sum: tf.add,
  mul: tf.mul,
  ave: (forward, backward) => forward.add(backward).div(2),
};

/**
 * @returns 'concat' where nothing was given
 * @throws Error, one sentence, for a name that is none
 */
export function readMergeMode(given: MergeMode | undefined): MergeMode {
  if (given === undefined) return 'concat';
  if (given === null || Object.hasOwn(merges, given)) return given;
  throw new Error(`mergeMode: got ${JSON.stringify(given)}, expected 'concat', 'sum', 'mul', 'ave' or null.`);
}

/** The outputs of both directions as one, or as they are. */
export function merged(mode: MergeMode, forward: tf.Tensor, backward: tf.Tensor): tf.Tensor[] {
  return mode === null ? [forward, backward] : [merges[mode](forward, backward)];
}

/** The shapes of what {@link merged} gives. */
export function mergedShapes(mode: MergeMode, forward: tf.Shape, backward: tf.Shape): tf.Shape[] {
  if (mode === null) return [forward, backward];
  if (mode !== 'concat') return [forward];
  return [[...forward.slice(0, -1), (forward.at(-1) ?? 0) + (backward.at(-1) ?? 0)]];
}
