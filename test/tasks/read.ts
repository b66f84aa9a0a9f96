import type * as tf from '@tensorflow/tfjs-node';

/** (value, marker) by sequence and step. */
export const pairsOf = (xs: tf.Tensor3D): [number, number][][] => xs.arraySync() as [number, number][][];

/** The symbol of each step, −1 for a vector of zeros; fails a vector that is neither. */
export function symbolsOf(xs: tf.Tensor3D): number[][] {
  return xs.arraySync().map((sequence) =>
    sequence.map((vector) => {
      const ones = vector.filter((entry) => entry === 1).length;
      if (ones > 1 || vector.some((entry) => entry !== 0 && entry !== 1))
        throw new Error(`not one-hot: ${vector.join()}`);
      return vector.indexOf(1);
    }),
  );
}

export function variance(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
