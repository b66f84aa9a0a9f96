import type * as tf from '@tensorflow/tfjs-node';
import { within, type Rng } from '../tensor';
import { checkRate, dropout } from './dropout';

/** What is dropped between layers, Zaremba, Sutskever and Vinyals 2014, Recurrent neural network regularization, eq. 3. */
export interface LayerDropout {
  /** The probability that a number on its way from one layer to the next is dropped: 0 unless given. */
  readonly dropout?: number;
  /** Draws what is dropped: needed where something is. */
  readonly rng?: Rng;
  /** Whether anything is dropped at all: not unless true. */
  readonly training?: boolean;
}

/** How wide a layer's inputs and outputs are. */
export interface LayerSizes {
  readonly inputSize: number;
  readonly outputSize: number;
}

/**
 * Checks that each layer takes what the one before puts out, and what is dropped in between, before any op runs.
 *
 * @throws Error for the first layer that does not fit
 */
export function checkLayers<L>(
  layers: readonly L[],
  initialState: readonly unknown[] | undefined,
  { dropout: rate = 0, rng, training = false }: LayerDropout,
  sizesOf: (layer: L) => LayerSizes,
): void {
  if (!Array.isArray(layers) || layers.length === 0) {
    const got = Array.isArray(layers) ? 'none' : typeof layers;
    throw new Error(`layers: got ${got}, expected a list of the parameters of one or more layers.`);
  }
  let before: number | undefined;
  layers.forEach((layer: L, k) => {
    const { inputSize, outputSize } = within(`layers[${k}]`, () => sizesOf(layer));
    if (before !== undefined && inputSize !== before) {
      throw new Error(
        `layers[${k}]: got input size ${inputSize}, expected ${before}, as wide as layers[${k - 1}] puts out.`,
      );
    }
    before = outputSize;
  });
  if (initialState && initialState.length !== layers.length) {
    throw new Error(`initialState: got ${initialState.length} states, expected ${layers.length}, one for each layer.`);
  }
  checkRate('dropout', rate);
  if (training && rate > 0 && !rng)
    throw new Error('rng: got none, expected a generator, such as rng(1), for dropout.');
}

/** Walks up through checked layers, each reading the outputs of the one below through dropout. */
export function climb<L, R extends { readonly outputs: tf.Tensor3D }>(
  layers: readonly L[],
  xs: tf.Tensor3D,
  { dropout: rate = 0, rng, training = false }: LayerDropout,
  walk: (layer: L, xs: tf.Tensor3D, k: number) => R,
): R[] {
  let below = xs;
  return layers.map((layer, k) => {
    const drops = k > 0 && training && rate > 0 && rng;
    const result = walk(layer, drops ? dropout(below, { rate, rng }) : below, k);
    below = result.outputs;
    return result;
  });
}
