import * as tf from '@tensorflow/tfjs-node';
import { checkSequence, zeroWhereMasked, type Cell, type PaddedOptions, type Params, type State } from '../cells';
import { stackTime } from '../tensor';
import { allFinite, firstNonFinite } from './non-finite';
import { walk } from './walk';

/** How to walk along a sequence. */
export interface UnrollOptions<S extends State> extends PaddedOptions<S> {
  /**
   * Throws where a number is NaN or infinite, and says at which step it came first ({@link firstNonFinite}). Not unless true:
   * it reads one number back after each walk, and walks again where there is something to tell.
   */
  readonly checkFinite?: boolean;
}

/** What a cell made of a sequence. */
export type Unrolled<S extends State> = Readonly<{
  /** h after every step [batch, time, hidden], in the order of the inputs' time axis. */
  outputs: tf.Tensor3D;
  /** The state after the last step taken (the first of the sequence, in reverse). */
  final: S;
}>;

/**
 * Applies a cell along time, differentiably: s_t = step(x_t, s_{t-1}), outputs_t = h_t.
 * Where mask_t is 0 the step is not taken: s_t = s_{t-1}, so the output of the step before is repeated.
 * Keras does the same, but gives zeros where steps masked before the first one taken would repeat a given initial state.
 * In reverse, s_t = step(x_t, s_{t+1}) from the last step to the first.
 *
 * With lengths in place of the mask, what comes back is what PyTorch makes of `pack_padded_sequence` and
 * `pad_packed_sequence`: each sequence is walked along for its own length, in reverse from its own last step, final is the
 * state after its last step taken, and the outputs in its padding are zeros. `padding` chooses the other of the two.
 * Shapes: xs [batch, time, input], mask [batch, time], lengths [batch], initialState each [batch, hidden].
 *
 * @throws Error, before any op runs, for shapes that do not fit each other, an empty batch, no time steps, a length that is
 *   no integer from 1 to time, and for both mask and lengths; with checkFinite, for numbers that are not finite
 */
export function unroll<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  xs: tf.Tensor3D,
  options: UnrollOptions<S> = {},
): Unrolled<S> {
  checkSequence(cell, params, xs, options);

  return tf.tidy(() => {
    const { states, final, read, mask, padding } = walk(cell, params, xs, options);
    const walked = stackTime(states.map(({ h }) => h));
    if (options.checkFinite && !allFinite([read, walked, ...Object.values(params), ...Object.values(final)])) {
      const found = firstNonFinite(cell, params, xs, options);
      if (found) throw new Error(found.message);
    }
    return { outputs: mask && padding === 'zeros' ? zeroWhereMasked(walked, mask) : walked, final };
  });
}
