import * as tf from '@tensorflow/tfjs-node';

/** Symbols [batch · time] as vectors with a single 1 [batch, time, size]; −1 is a vector of zeros. */
export function oneHot(symbols: Int32Array, batch: number, size: number): tf.Tensor3D {
  const xs = new Float32Array(symbols.length * size);
  for (const [i, symbol] of symbols.entries()) if (symbol >= 0) xs[i * size + symbol] = 1;
  return tf.tensor3d(xs, [batch, symbols.length / batch, size]);
}
