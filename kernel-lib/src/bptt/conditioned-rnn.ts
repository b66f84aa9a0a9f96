import * as tf from '@tensorflow/tfjs-node';
import {
  checkSequence,
  conditionedRnn as cell,
  type ConditionedRnnParams,
  type ConditionedRnnState,
  type SequenceOptions,
} from '../cells';
import { checkShape } from '../tensor';
import { rnn, type RnnGradients } from './rnn';

/** The gradient of the loss with respect to each argument of the forward pass, each of its argument's shape. */
export type ConditionedRnnGradients = RnnGradients & Readonly<{ dWvh: tf.Tensor2D; dv0: tf.Tensor2D }>;

/**
 * Backpropagation through time by hand for the conditioned RNN, given dOutputs_t = ∂E/∂h_t as the readout sees it. It is an RNN
 * that reads (x_t; v) through (Wxh; Wvh) at every step, and what belongs to v is
 *   dWvh = Σ_t vᵀ da_t    dv0 = Σ_t da_t Wvhᵀ
 * with da_t as in `bptt.rnn`.
 * Shapes: xs [batch, time, input], dOutputs [batch, time, hidden].
 *
 * @throws Error, before any op runs, for shapes that do not fit each other
 */
export function conditionedRnn(
  params: ConditionedRnnParams,
  xs: tf.Tensor3D,
  dOutputs: tf.Tensor3D,
  { initialState, ...options }: SequenceOptions<ConditionedRnnState> = {},
): ConditionedRnnGradients {
  const sizes = checkSequence(cell, params, xs, { ...options, ...(initialState && { initialState }) });
  const { batch, time, hidden } = sizes;
  checkShape('dOutputs', dOutputs, [{ batch }, { time }, { hidden }], 'it must match the outputs');
  return tf.tidy(() => {
    const { Wxh, Whh, Wvh, bh } = params;
    const { h, v } = initialState ?? cell.initialState(params, batch);
    const told = tf.concat3d([xs, v.expandDims(1).tile<tf.Tensor3D>([1, time, 1])], 2);
    const joined = { Wxh: tf.concat2d([Wxh, Wvh], 0), Whh, bh };
    const { dWxh, dxs, ...rest } = rnn(joined, told, dOutputs, { ...options, initialState: { h } });
    const widths = [Wxh.shape[0], Wvh.shape[0]];
    const [dWxhOwn, dWvh] = tf.split(dWxh, widths, 0) as [tf.Tensor2D, tf.Tensor2D];
    const [dxsOwn, dvs] = tf.split(dxs, widths, 2) as [tf.Tensor3D, tf.Tensor3D];
    return { ...rest, dWxh: dWxhOwn, dWvh, dxs: dxsOwn, dv0: dvs.sum<tf.Tensor2D>(1) };
  });
}
