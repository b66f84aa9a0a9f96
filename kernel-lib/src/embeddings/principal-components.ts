import * as tf from '@tensorflow/tfjs-node';
import * as native from '../native';

/** Points seen from where they differ most. */
export interface Projection {
  /** A row each: its place along the first k directions. */
  readonly points: readonly (readonly number[])[];
  /** Of each direction: its share of the variance. */
  readonly shares: readonly number[];
}

/**
 * Principal component analysis, Pearson 1901: with the mean of the rows taken off,
 *   X = U diag(S) Vᵀ,   places X V_k,   shares S² / Σ S².
 *
 * @param rows vectors of one length, at least k of them
 * @throws RangeError when k is no integer from 1 up to the rows and to their length, or the rows differ in length
 */
export function principalComponents(rows: readonly ArrayLike<number>[], k: number): Projection {
  const width = rows[0]?.length ?? 0;
  if (!Number.isInteger(k) || k < 1 || k > Math.min(rows.length, width)) {
    throw new RangeError(
      `principalComponents: k is ${k}; expected an integer from 1 to ${Math.min(rows.length, width)} for ${rows.length} rows of ${width} numbers.`,
    );
  }
  const other = rows.findIndex((row) => row.length !== width);
  if (other !== -1) {
    throw new RangeError(
      `principalComponents: row ${other} has ${rows[other]?.length ?? 0} numbers, row 0 has ${width}; expected as many in each.`,
    );
  }
  return tf.tidy(() => {
    const X = tf.tensor2d(rows.map((row) => Array.from(row)));
    const centred = X.sub(X.mean(0, true));
    const { S, V } = native.svd(centred);
    const points = centred.matMul(V.slice([0, 0], [width, k])).arraySync() as number[][];
    const squares = (S.arraySync() as number[]).map((value) => value ** 2);
    const total = squares.reduce((sum, value) => sum + value, 0);
    return { points, shares: squares.slice(0, k).map((value) => value / Math.max(total, Number.MIN_VALUE)) };
  });
}
