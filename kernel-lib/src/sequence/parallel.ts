import * as tf from '@tensorflow/tfjs-node';
import {
  checkSequence,
  stepsTaken,
  zeroWhereMasked,
  type Gates,
  type LinearCell,
  type LinearState,
  type PaddedOptions,
  type Params,
} from '../cells';
import { linearScan } from '../tensor';
import type { Unrolled } from './unroll';

/**
 * What {@link unroll} computes for a cell whose gates look at x alone (minGRU, minLSTM), all time steps at once: a scan over
 *   h_t = a_t ⊙ h_{t-1} + b_t
 * in about log₂(time) passes in place of time steps. A masked step has a_t = 1 and b_t = 0.
 * Shapes and options as for {@link unroll}.
 *
 * @throws Error, before any op runs, for what {@link unroll} refuses, and for a cell that is not linear in its state
 */
export function unrollParallel<P extends Params, Options, G extends Gates>(
  cell: LinearCell<P, Options, G>,
  params: P,
  xs: tf.Tensor3D,
  options: PaddedOptions<LinearState> = {},
): Unrolled<LinearState> {
  if (typeof (cell as Partial<typeof cell>).linear !== 'function') {
    throw new Error(
      `cell: got '${cell.name}', expected one whose gates look at x alone, such as minGru; unroll walks along any.`,
    );
  }
  const { initialState, reverse = false } = options;
  const { batch, time } = checkSequence(cell, params, xs, options);

  return tf.tidy(() => {
    const { mask, padding } = stepsTaken(options, { batch, time });
    const { a, b } = cell.linear(params, mask ? zeroWhereMasked(xs, mask) : xs);
    const taken = mask?.expandDims(2);
    const h0 = initialState?.h ?? cell.initialState(params, batch).h;
    const inOrder = (values: tf.Tensor3D): tf.Tensor3D => (reverse ? values.reverse(1) : values);
    const walked = linearScan(
      inOrder(taken ? tf.where(taken, a, 1) : a),
      inOrder(taken ? tf.where(taken, b, 0) : b),
      h0,
    );
    const h = walked.slice([0, time - 1, 0], [-1, 1, -1]).squeeze<tf.Tensor2D>([1]);
    const outputs = inOrder(walked);
    return { outputs: mask && padding === 'zeros' ? zeroWhereMasked(outputs, mask) : outputs, final: { h } };
  });
}
