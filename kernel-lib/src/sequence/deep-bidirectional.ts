import * as tf from '@tensorflow/tfjs-node';
import {
  checkDirections,
  checkMerge,
  checkParams,
  checkSequence,
  checkState,
  type Cell,
  type Directions,
  type Merge,
  type Params,
  type State,
} from '../cells';
import { at, within } from '../tensor';
import { bidirectional, checkAlike, type Bidirectional, type BidirectionalOptions } from './bidirectional';
import { checkLayers, climb, type LayerDropout, type LayerSizes } from './layers';

/** How to read a sequence in both directions with several layers. */
export interface DeepBidirectionalOptions<S extends State>
  extends Omit<BidirectionalOptions<S>, 'initialState' | 'merge'>, LayerDropout {
  /** 'concat' unless given. */
  readonly merge?: Exclude<Merge, 'none'>;
  /** Each layer's states before the first steps, the lowest layer's first; zeros unless given. */
  readonly initialState?: readonly Partial<Directions<S>>[];
}

/** What several layers made of a sequence in both directions. */
export type DeepBidirectional<S extends State> = Readonly<{
  /** The highest layer's outputs, merged: [batch, time, 2 hidden] by 'concat', [batch, time, hidden] otherwise. */
  outputs: tf.Tensor3D;
  /** Each layer's outputs, before dropout, and final states, the lowest layer's first. */
  layers: readonly Bidirectional<S>[];
}>;

/**
 * Deep bidirectional network, Graves, Jaitly and Mohamed 2013, Hybrid speech recognition with deep bidirectional LSTM: both
 * directions of each layer read the merged outputs of both directions below.
 *   hⁿ_t = merge(h⃗ⁿ_t, h⃖ⁿ_t), each from D(hⁿ⁻¹), h⁰ = x
 * D is inverted {@link dropout} between layers while training, as in {@link stacked}; otherwise D(h) = h.
 * Shapes: xs [batch, time, input], mask [batch, time], lengths [batch], each initialState's forward and backward [batch, hidden].
 *
 * @param layers each layer's parameters for both directions, the lowest first
 * @throws Error for what {@link bidirectional} and {@link stacked} refuse
 */
export function deepBidirectional<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  layers: readonly Directions<P>[],
  xs: tf.Tensor3D,
  options: DeepBidirectionalOptions<S> = {},
): DeepBidirectional<S> {
  const { merge = 'concat', initialState, mask, lengths, padding, checkFinite } = options;
  checkMerge(merge);
  checkLayers(layers, initialState, options, (params) => mergedSizes(cell, params, merge));
  checkSequence(cell, at(layers, 0).forward, xs, mask ? { mask } : {});
  initialState?.forEach((states, k) => {
    for (const direction of ['forward', 'backward'] as const) {
      const state = states[direction];
      if (!state) continue;
      within(`layers[${k}]: ${direction}`, () => {
        checkState('initialState', state, cell, at(layers, k)[direction], xs.shape[0]);
      });
    }
  });

  return tf.tidy(() => {
    const walked = climb(layers, xs, options, (params, below, k) => {
      const start = initialState?.[k];
      return within(`layers[${k}]`, () =>
        bidirectional(cell, params, below, {
          merge,
          ...(mask && { mask }),
          ...(lengths && { lengths }),
          ...(padding && { padding }),
          ...(checkFinite && { checkFinite }),
          ...(start && { initialState: start }),
        }),
      );
    });
    return { outputs: at(walked, walked.length - 1).outputs, layers: walked };
  });
}

/** Both directions read the same inputs, and how wide their outputs are together is the merge's affair. */
function mergedSizes<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: Directions<P>,
  merge: Exclude<Merge, 'none'>,
): LayerSizes {
  checkDirections('params', params);
  const forward = within('forward', () => checkParams(cell, params.forward));
  const backward = within('backward', () => checkParams(cell, params.backward));
  if (forward.inputSize !== backward.inputSize) {
    throw new Error(`backward: got input size ${backward.inputSize}, expected ${forward.inputSize}, as forward.`);
  }
  if (merge === 'concat') return { ...forward, outputSize: forward.hiddenSize + backward.hiddenSize };
  checkAlike(merge, forward.hiddenSize, backward.hiddenSize);
  return { ...forward, outputSize: forward.hiddenSize };
}
