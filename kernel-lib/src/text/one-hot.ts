import * as tf from '@tensorflow/tfjs-node';
import { checkIds } from '../tensor';
import type { IdBatch } from './batches';

/** Row-major floats, written here because `tf.oneHot` refuses a vocabulary of one symbol. */
function ones(ids: Int32Array, size: number): Float32Array {
  const data = new Float32Array(ids.length * size);
  for (const [i, id] of ids.entries()) data[i * size + id] = 1;
  return data;
}

/**
 * Ids as vectors with a single 1: row i of the result is 1 at column ids[i] and 0 elsewhere.
 *
 * @param ids [time], or rows of equal length [batch][time]
 * @param size the number of columns: the size of the vocabulary
 * @returns float32 [time, size], or [batch, time, size]
 * @throws RangeError when size is not a positive integer, ids is empty, an id is not in 0 .. size − 1, or rows differ in length.
 */
export function oneHot(ids: ArrayLike<number>, size: number): tf.Tensor2D;
export function oneHot(ids: readonly ArrayLike<number>[], size: number): tf.Tensor3D;
export function oneHot(ids: ArrayLike<number> | readonly ArrayLike<number>[], size: number): tf.Tensor2D | tf.Tensor3D {
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(
      `oneHot: size is ${size}; expected an integer of at least 1: pass the size of the vocabulary.`,
    );
  }
  const nested = typeof ids[0] === 'object';
  const rows = (nested ? ids : [ids]) as readonly ArrayLike<number>[];
  const time = rows[0]?.length ?? 0;
  if (time === 0) throw new RangeError('oneHot: ids is empty; expected at least one id: check what was encoded.');
  const flat = new Int32Array(rows.length * time);
  for (const [b, row] of rows.entries()) {
    const where = nested ? `ids[${b}]` : 'ids';
    if (row.length !== time) {
      throw new RangeError(
        `oneHot: ${where} has ${row.length} ids; expected ${time}, as many as ids[0]: pad the shorter rows.`,
      );
    }
    checkIds(`oneHot: ${where}`, row, size);
    flat.set(row, b * time);
  }
  const data = ones(flat, size);
  return nested ? tf.tensor3d(data, [rows.length, time, size]) : tf.tensor2d(data, [time, size]);
}

/** A mini-batch as tensors: what the model reads and what it should say. */
export interface TensorBatch {
  /** One-hot inputs, float32 [batch, time, size]. */
  readonly xs: tf.Tensor3D;
  /** Target ids, int32 [batch, time], or [batch] when only the last was asked for. */
  readonly targets: tf.Tensor1D | tf.Tensor2D;
}

/**
 * The tensors of one mini-batch; dispose of both when the step is done (inside `tf.tidy` this happens by itself).
 *
 * @throws RangeError when an id is not in 0 .. size − 1.
 */
export function batchTensors(batch: IdBatch, size: number): TensorBatch {
  checkIds('batchTensors: inputs', batch.inputs, size);
  checkIds('batchTensors: targets', batch.targets, size);
  const xs = tf.tensor3d(ones(batch.inputs, size), [batch.batch, batch.time, size]);
  const targets =
    batch.targets.length === batch.batch * batch.time
      ? tf.tensor2d(batch.targets, [batch.batch, batch.time], 'int32')
      : tf.tensor1d(batch.targets, 'int32');
  return { xs, targets };
}
