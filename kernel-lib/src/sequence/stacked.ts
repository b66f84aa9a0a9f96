import * as tf from '@tensorflow/tfjs-node';
import { checkParams, checkSequence, checkState, type Cell, type Params, type State } from '../cells';
import { at, within } from '../tensor';
import { checkLayers, climb, type LayerDropout } from './layers';
import { unroll, type Unrolled, type UnrollOptions } from './unroll';

/** How to walk along a sequence with several layers. */
export interface StackedOptions<S extends State> extends Omit<UnrollOptions<S>, 'initialState'>, LayerDropout {
  /** Each layer's state before the first step, the lowest layer's first; zeros unless given. */
  readonly initialState?: readonly S[];
}

/** What several layers made of a sequence. */
export type Stacked<S extends State> = Readonly<{
  /** The highest layer's outputs [batch, time, hidden]. */
  outputs: tf.Tensor3D;
  /** Each layer's own outputs, before dropout, and its own final state, the lowest layer's first. */
  layers: readonly Unrolled<S>[];
}>;

/**
 * Stacked recurrent network, Graves 2013, Generating sequences with recurrent neural networks, eq. 1-2: each layer reads what the layer below puts out.
 *   h¹_t = step(x_t, h¹_{t-1})    hⁿ_t = step(D(hⁿ⁻¹_t), hⁿ_{t-1})
 * D is inverted {@link dropout} while training, which leaves alone what a layer hands on to itself (Zaremba, Sutskever and
 * Vinyals 2014), the inputs and the highest layer's outputs, as in PyTorch; otherwise D(h) = h.
 * Shapes: xs [batch, time, input], mask [batch, time], lengths [batch], each initialState [batch, hidden].
 *
 * @param layers each layer's parameters, the lowest first: all but the lowest read as many numbers as the one below puts out
 * @throws Error, before any op runs, for what {@link unroll} refuses, layers that do not fit each other, a dropout that is not in
 *   [0, 1), and dropout without a generator while training
 */
export function stacked<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  layers: readonly P[],
  xs: tf.Tensor3D,
  options: StackedOptions<S> = {},
): Stacked<S> {
  const { initialState, mask, lengths, padding, reverse, checkFinite } = options;
  checkLayers(layers, initialState, options, (params) => {
    const { inputSize, hiddenSize } = checkParams(cell, params);
    return { inputSize, outputSize: hiddenSize };
  });
  checkSequence(cell, at(layers, 0), xs, mask ? { mask } : {});
  initialState?.forEach((state, k) => {
    within(`layers[${k}]`, () => {
      checkState('initialState', state, cell, at(layers, k), xs.shape[0]);
    });
  });

  return tf.tidy(() => {
    const walked = climb(layers, xs, options, (params, below, k) => {
      const start = initialState?.[k];
      return within(`layers[${k}]`, () =>
        unroll(cell, params, below, {
          ...(mask && { mask }),
          ...(lengths && { lengths }),
          ...(padding && { padding }),
          ...(reverse && { reverse }),
          ...(checkFinite && { checkFinite }),
          ...(start && { initialState: start }),
        }),
      );
    });
    return { outputs: at(walked, walked.length - 1).outputs, layers: walked };
  });
}
