import * as tf from '@tensorflow/tfjs-node';
import {
  checkSequence,
  zeroWhereMasked,
  type Gates,
  type LinearCell,
  type LinearState,
  type Params,
  type Recurrence,
  type SequenceOptions,
} from '../cells';
import { checkShape, linearScan } from '../tensor';

/** ∂E/∂a, ∂E/∂b and ∂E/∂h0 of h_t = a_t ⊙ h_{t-1} + b_t. */
export type RecurrenceGradients = Readonly<{ da: tf.Tensor3D; db: tf.Tensor3D; dh0: tf.Tensor2D }>;

/**
 * Backpropagation through h_t = a_t ⊙ h_{t-1} + b_t, given dOutputs_t = ∂E/∂h_t as the readout sees it. What goes back is such
 * a recurrence again, from the last step to the first, and all steps are computed at once:
 *   dh_t = a_{t+1} ⊙ dh_{t+1} + dOutputs_t
 *   da_t = dh_t ⊙ h_{t-1}    db_t = dh_t    dh0 = a_1 ⊙ dh_1
 * A masked step has a_t = 1, b_t = 0, da_t = 0 and db_t = 0.
 */
export function throughRecurrence(
  { a, b }: Recurrence,
  dOutputs: tf.Tensor3D,
  { initialState, mask, reverse = false }: SequenceOptions<LinearState>,
): RecurrenceGradients {
  const [batch, time, hidden] = dOutputs.shape;
  const inOrder = (values: tf.Tensor3D): tf.Tensor3D => (reverse ? values.reverse(1) : values);
  const taken = mask?.cast('bool').expandDims(2);
  const [A, B] = [inOrder(taken ? tf.where(taken, a, 1) : a), inOrder(taken ? tf.where(taken, b, 0) : b)];
  const zero = tf.zeros<tf.Rank.R2>([batch, hidden]);
  const h0 = initialState?.h ?? zero;
  const all = [0, 0, 0] as const;

  const before = tf.concat3d([h0.expandDims<tf.Tensor3D>(1), linearScan(A, B, h0)], 1).slice([...all], [-1, time, -1]);
  const aAfter = tf.concat3d([A, zero.expandDims<tf.Tensor3D>(1)], 1).slice([0, 1, 0], [-1, -1, -1]);
  const dh = linearScan(aAfter.reverse(1), inOrder(dOutputs).reverse(1), zero).reverse(1);
  const first = (values: tf.Tensor3D): tf.Tensor2D => values.slice([...all], [-1, 1, -1]).squeeze([1]);
  const where = (values: tf.Tensor3D): tf.Tensor3D => (mask ? zeroWhereMasked(values, mask.cast('bool')) : values);
  return {
    da: where(inOrder(dh.mul(before))),
    db: where(inOrder(dh)),
    dh0: first(A).mul(first(dh)),
  };
}

/**
 * @throws Error, before any op runs, for shapes that do not fit each other
 */
export function checkLinearBackward<P extends Params, Options, G extends Gates>(
  cell: LinearCell<P, Options, G>,
  params: P,
  xs: tf.Tensor3D,
  dOutputs: tf.Tensor3D,
  options: SequenceOptions<LinearState>,
): void {
  const { batch, time, hidden } = checkSequence(cell, params, xs, options);
  checkShape('dOutputs', dOutputs, [{ batch }, { time }, { hidden }], 'it must match the outputs');
}

/** dWxk, dbk and dxs, of gates that look at x alone, from da_k at all time steps. */
export function linearGradients<Gate extends string>(
  params: Params,
  xs: tf.Tensor3D,
  da: Readonly<Record<Gate, tf.Tensor3D>>,
): Readonly<Record<`dWx${Gate}`, tf.Tensor2D> & Record<`db${Gate}`, tf.Tensor1D>> & { readonly dxs: tf.Tensor3D } {
  const rows = (values: tf.Tensor3D): tf.Tensor2D => values.reshape([-1, values.shape[2]]);
  const gates = Object.keys(da) as Gate[];
  const dA = tf.concat(gates.map((gate) => rows(da[gate])), 1); // prettier-ignore
  const Wx = tf.concat(gates.map((gate) => params[`Wx${gate}`] as tf.Tensor2D), 1); // prettier-ignore
  const dWx = tf.split(rows(xs).matMul(dA, true), gates.length, 1);
  const db = tf.split(dA.sum(0), gates.length);
  const named = gates.map((gate, k) => ({ [`dWx${gate}`]: dWx[k], [`db${gate}`]: db[k] }));
  return Object.assign({ dxs: dA.matMul(Wx, false, true).reshape(xs.shape) }, ...named) as never;
}
