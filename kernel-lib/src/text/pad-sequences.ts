import * as tf from '@tensorflow/tfjs-node';
import { checkPositiveInteger } from './windows';

/** Which end of a sequence gives way, or is filled. */
export type End = 'pre' | 'post';

/** The options of Keras's `pad_sequences`, with its defaults. */
export interface PadOptions {
  /** The length of every row. Default: that of the longest sequence. */
  maxlen?: number;
  /** Which type the rows have. Default 'int32'. */
  dtype?: 'int32' | 'float32';
  /** Where a short sequence is filled. Default 'pre', so that a network reads the end last. */
  padding?: End;
  /** Where a long sequence is cut. Default 'pre': its end is kept. */
  truncating?: End;
  /** What fills. Default 0, which no word of `datasets.imdb` has. */
  value?: number;
}

/** Sequences of one length, as the rows of a matrix. */
export interface PaddedSequences {
  /** [count, maxlen] */
  readonly shape: readonly [number, number];
  /** All rows, one after the other. */
  readonly values: Int32Array | Float32Array;
  /** Row i: a view, do not write to it. */
  row(i: number): Int32Array | Float32Array;
  /** The rows as a tensor [rows, maxlen] of the dtype; all of them when none are named. The caller disposes it. */
  tensor(rows?: ArrayLike<number>): tf.Tensor2D;
}

function checkOptions({ dtype = 'int32', padding = 'pre', truncating = 'pre', value = 0 }: PadOptions): void {
  for (const [name, end] of Object.entries({ padding, truncating })) {
    if (!['pre', 'post'].includes(end)) {
      throw new RangeError(`padSequences: ${name} is ${JSON.stringify(end)}; expected 'pre' or 'post'.`);
    }
  }
  if (!['int32', 'float32'].includes(dtype)) {
    throw new RangeError(`padSequences: dtype is ${JSON.stringify(dtype)}; expected 'int32' or 'float32'.`);
  }
  if (dtype === 'int32' && value !== (value | 0)) {
    throw new RangeError(
      `padSequences: value is ${value}, which int32 cannot hold; expected an integer: change it, or pass dtype: 'float32'.`,
    );
  }
}

function longest(sequences: readonly ArrayLike<number>[]): number {
  const length = sequences.reduce((most, { length }) => Math.max(most, length), 0);
  if (length === 0) {
    throw new RangeError(
      `padSequences: got ${sequences.length} sequences without a number in them; expected at least one number, or maxlen.`,
    );
  }
  return length;
}

/**
 * Sequences of different lengths as one matrix, cut and filled as `keras.utils.pad_sequences` does.
 *
 * @throws RangeError for an option that is none of those above, for nothing to take the length from, and for a row that
 * is not there.
 */
export function padSequences(sequences: readonly ArrayLike<number>[], options: PadOptions = {}): PaddedSequences {
  checkOptions(options);
  const { maxlen = longest(sequences), dtype = 'int32', padding = 'pre', truncating = 'pre', value = 0 } = options;
  checkPositiveInteger('padSequences', 'maxlen', maxlen);
  const count = sequences.length;
  const values = (dtype === 'int32' ? new Int32Array(count * maxlen) : new Float32Array(count * maxlen)).fill(value);
  sequences.forEach((sequence, i) => {
    const kept = Math.min(sequence.length, maxlen);
    const from = truncating === 'pre' ? sequence.length - kept : 0;
    const to = i * maxlen + (padding === 'pre' ? maxlen - kept : 0);
    for (let k = 0; k < kept; k++) values[to + k] = sequence[from + k] ?? NaN;
  });
  const row = (i: number): Int32Array | Float32Array => {
    if (!Number.isInteger(i) || i < 0 || i >= count) {
      throw new RangeError(`padSequences: there is no row ${i}; expected an integer from 0 to ${count - 1}.`);
    }
    return values.subarray(i * maxlen, (i + 1) * maxlen);
  };
  return {
    shape: [count, maxlen],
    values,
    row,
    tensor: (rows) => {
      if (rows === undefined) return tf.tensor2d(values, [count, maxlen], dtype);
      const picked = dtype === 'int32' ? new Int32Array(rows.length * maxlen) : new Float32Array(rows.length * maxlen);
      for (let k = 0; k < rows.length; k++) picked.set(row(rows[k] ?? NaN), k * maxlen);
      return tf.tensor2d(picked, [rows.length, maxlen], dtype);
    },
  };
}
