import * as tf from '@tensorflow/tfjs-node';
import { activationSlope, type GruResetBeforeParams } from '../cells';
import type { WholeGruForm } from '../cells/gru-form';
import { thirds } from '../cells/gru-parameters';
import { affine, stackTime, unstackTime } from '../tensor';

/** What a forward pass made at every time step, h before it, each a list by time. */
export interface GruSteps {
  readonly h: readonly tf.Tensor2D[];
  readonly z: readonly tf.Tensor2D[];
  readonly hTilde: readonly tf.Tensor2D[];
}

/** What h_t depends on, at every time step, each a list by time. */
export interface UpdateSlopes {
  /** ∂h_t/∂h_{t-1} where the gates are held still. */
  readonly kept: readonly tf.Tensor2D[];
  /** ∂h_t/∂a^z_t. */
  readonly z: readonly tf.Tensor2D[];
  /** ∂h_t/∂a^h_t. */
  readonly hTilde: readonly tf.Tensor2D[];
}

/**
 * The derivatives of the interpolation, at all time steps at once:
 *   keep:    z_t        (h_{t-1} − h̃_t) ⊙ σ'(a^z_t)    (1 − z_t) ⊙ φ'(a^h_t)
 *   replace: 1 − z_t    (h̃_t − h_{t-1}) ⊙ σ'(a^z_t)    z_t ⊙ φ'(a^h_t)
 */
export function updateSlopes(form: WholeGruForm, steps: GruSteps): UpdateSlopes {
  const { update, gateActivation, candidateActivation } = form;
  const [h, z, hTilde] = [allSteps(steps.h), allSteps(steps.z), allSteps(steps.hTilde)];
  const rest = tf.sub<tf.Tensor3D>(1, z);
  const [kept, taken] = update === 'keep' ? [z, rest] : [rest, z];
  const difference = update === 'keep' ? h.sub(hTilde) : hTilde.sub(h);
  return {
    kept: unstackTime(kept),
    z: unstackTime(difference.mul(activationSlope(gateActivation, z))),
    hTilde: unstackTime(taken.mul(activationSlope(candidateActivation, hTilde))),
  };
}

/** dWxk, dbk and dxs from da^r, da^z and da^h at all time steps. */
export function inputGradients(
  { Wxr, Wxz, Wxh }: GruResetBeforeParams,
  xs: tf.Tensor3D,
  da: readonly [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D],
): Record<'dWxr' | 'dWxz' | 'dWxh', tf.Tensor2D> & Record<'dbr' | 'dbz' | 'dbh', tf.Tensor1D> & { dxs: tf.Tensor3D } {
  const dA = tf.concat3d([...da], 2);
  const [dWxr, dWxz, dWxh] = thirds(rows(xs).matMul(rows(dA), true) as tf.Tensor2D);
  const [dbr, dbz, dbh] = thirds(rows(dA).sum<tf.Tensor1D>(0));
  const Wx = tf.concat2d([Wxr, Wxz, Wxh], 1);
  return { dWxr, dWxz, dWxh, dbr, dbz, dbh, dxs: affine(dA, Wx.transpose()) };
}

/** A list by time as one tensor [batch, time, features]. */
export function allSteps(steps: readonly tf.Tensor2D[]): tf.Tensor3D {
  return stackTime([...steps]);
}

/** Every time step of every sequence as a row [batch · time, features]. */
export function rows(values: tf.Tensor3D): tf.Tensor2D {
  return values.reshape([-1, values.shape[2]]);
}

/** 0, 1, ..., time - 1, or from the last to the first. */
export function timeOrder(time: number, reverse = false): number[] {
  const order = [...Array(time).keys()];
  return reverse ? order.reverse() : order;
}
