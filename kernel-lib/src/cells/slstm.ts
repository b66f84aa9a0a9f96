import * as tf from '@tensorflow/tfjs-node';
import { checkShape, logSigmoid } from '../tensor';
import type { GatedCell } from './cell';
import { withForgetBias, type LstmOptions } from './lstm';
import { checkGates, drawGates, hoistGates, joinGates, type GateParams, type PerGate } from './lstm-gates';

/** Of each gate k in i, f, o and of the candidate z: Wxk [input, hidden], Whk [hidden, hidden], bk [hidden]. */
export type SlstmParams = GateParams<'i' | 'f' | 'o' | 'z'>;

/** The output h, the memory c, its normalizer n and the logarithm m by which both are scaled, each [batch, hidden]. */
export type SlstmState = Readonly<{ h: tf.Tensor2D; c: tf.Tensor2D; n: tf.Tensor2D; m: tf.Tensor2D }>;

/** i′ and f′, as i and f, the gate o and the candidate z, each [batch, hidden]. */
export type SlstmGates = PerGate<'i' | 'f' | 'o' | 'z'>;

/** What the forget gate is. */
export interface SlstmForm {
  /** f_t = σ(ã_f), or f_t = exp(ã_f): sigmoid unless given. */
  readonly forget?: 'sigmoid' | 'exp';
}

/** The sLSTM as a cell. */
export type SlstmCell = GatedCell<SlstmParams, SlstmState, LstmOptions, SlstmGates>;

const gates = ['i', 'f', 'o', 'z'] as const;

/** ln of the nothing that a memory holds before its first step: whatever comes next is larger, and no sum of it overflows. */
const EMPTY = -1e30;

/**
 * LSTM with exponential gates, Beck et al. 2024, xLSTM: Extended long short-term memory, eq. 8-17, of one head. With
 * a_k = x_t Wxk + h_{t-1} Whk + bk:
 *   z_t = tanh(a_z)
 *   o_t = σ(a_o)
 *   ln i_t = a_i
 *   ln f_t = ln σ(a_f), or a_f
 *   m_t = max(ln f_t + m_{t-1}, ln i_t)
 *   i′_t = exp(ln i_t − m_t)
 *   f′_t = exp(ln f_t + m_{t-1} − m_t)
 *   c_t = f′_t ⊙ c_{t-1} + i′_t ⊙ z_t
 *   n_t = f′_t ⊙ n_{t-1} + i′_t
 *   h_t = o_t ⊙ c_t / n_t
 * c and n stand for c eᵐ and n eᵐ, so that no exponential overflows; h does not depend on which m that is. c and n begin at 0,
 * for which m begins at the logarithm of (almost) nothing.
 * Shapes: x [batch, input]; h, c, n, m and every gate [batch, hidden].
 *
 * @throws Error for a forget gate that is none
 */
export function slstmWith({ forget = 'sigmoid' }: SlstmForm = {}): SlstmCell {
  if (!['sigmoid', 'exp'].includes(forget)) {
    throw new Error(`forget: got '${forget}', expected 'sigmoid' or 'exp'.`);
  }
  const gatesOf = (a: SlstmGates, mBefore: tf.Tensor2D): SlstmGates & { m: tf.Tensor2D } => {
    const z = tf.tanh(a.z);
    const o = tf.sigmoid(a.o);
    const logF = (forget === 'sigmoid' ? logSigmoid(a.f) : a.f).add<tf.Tensor2D>(mBefore);
    const m = tf.maximum<tf.Tensor2D>(logF, a.i);
    const i = tf.exp(a.i.sub<tf.Tensor2D>(m));
    const f = tf.exp(logF.sub<tf.Tensor2D>(m));
    return { i, f, o, z, m };
  };
  const update = (a: SlstmGates, { c, n, m: mBefore }: SlstmState): SlstmState => {
    const { i, f, o, z, m } = gatesOf(a, mBefore);
    const c_t = f.mul(c).add<tf.Tensor2D>(i.mul(z));
    const n_t = f.mul(n).add<tf.Tensor2D>(i);
    return { h: o.mul(c_t.div(n_t)), c: c_t, n: n_t, m };
  };
  return {
    name: forget === 'sigmoid' ? 'slstm' : `slstm (forget ${forget})`,

    init: (options) => withForgetBias(drawGates(gates, options), options),

    sizes(params) {
      const { hidden } = checkShape('Whi', params.Whi, ['hidden', 'hidden']);
      return { inputSize: checkGates(gates, params, { hidden, cell: hidden }, 'Whi'), hiddenSize: hidden };
    },

    initialState({ Whi }, batch) {
      const zero = (): tf.Tensor2D => tf.zeros([batch, Whi.shape[0]]);
      return { h: zero(), c: zero(), n: zero(), m: tf.fill([batch, Whi.shape[0]], EMPTY) };
    },

    gates(params, x, { h, m: mBefore }) {
      const { i, f, o, z } = gatesOf(preActivations(params, x, h), mBefore);
      return { i, f, o, z };
    },

    step: (params, x, state) => update(preActivations(params, x, state.h), state),

    hoist(params, xs) {
      const preActivationsAt = hoistGates(gates, joinGates(gates, params), xs);
      return (t, state) => update(preActivationsAt(t, state.h), state);
    },
  };
}

/** {@link slstmWith} a sigmoid for the forget gate. */
export const slstm: SlstmCell = slstmWith();

function preActivations(
  { Wxi, Whi, bi, Wxf, Whf, bf, Wxo, Who, bo, Wxz, Whz, bz }: SlstmParams,
  x: tf.Tensor2D,
  h: tf.Tensor2D,
): SlstmGates {
  return {
    i: x.matMul(Wxi).add(h.matMul(Whi)).add(bi),
    f: x.matMul(Wxf).add(h.matMul(Whf)).add(bf),
    o: x.matMul(Wxo).add(h.matMul(Who)).add(bo),
    z: x.matMul(Wxz).add(h.matMul(Whz)).add(bz),
  };
}
