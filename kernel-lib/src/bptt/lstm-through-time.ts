import * as tf from '@tensorflow/tfjs-node';
import { checkSequence, type Cell, type GateParams, type LstmState, type SequenceOptions } from '../cells';
import { hoistGates, joinGates, splitGates, type PerGate } from '../cells/lstm-gates';
import { at, checkShape, stackTime, unstackTime } from '../tensor';
import { whereTaken } from './taken';

/** The gradients of what gates are computed from, of the inputs and of the initial state, each of its argument's shape. */
export type GateGradients<Gate extends string> = Readonly<
  Record<`dWx${Gate}` | `dWh${Gate}` | 'dh0' | 'dc0', tf.Tensor2D> &
    Record<`db${Gate}`, tf.Tensor1D> & { dxs: tf.Tensor3D }
>;

/** What tells one LSTM from another, there and back at one time step. */
export interface LstmStep<Gate extends string, Kept extends LstmState> {
  readonly gates: readonly Gate[];
  /** From a_k = x_t Wxk + h_{t-1} Whk + bk and c_{t-1} to h_t, c_t and whatever the way back needs. */
  readonly forward: (a: PerGate<Gate>, cBefore: tf.Tensor2D) => Kept;
  /** From ∂E/∂h_t and ∂E/∂c_t, as later steps see it, to ∂E/∂a_k and ∂E/∂c_{t-1}. */
  readonly backward: (kept: Kept, cBefore: tf.Tensor2D, dh: tf.Tensor2D, dc: tf.Tensor2D) => LstmStepGradients<Gate>;
}

/** What one step's way back comes to. */
export interface LstmStepGradients<Gate extends string> {
  readonly da: PerGate<Gate>;
  readonly dc: tf.Tensor2D;
}

/** The gradients, and what those of further parameters are summed from. */
export interface ThroughTime<Gate extends string, Kept> {
  readonly gradients: GateGradients<Gate>;
  /** At each time step; where a step was masked, da and dh are 0. */
  readonly steps: readonly Readonly<{ kept: Kept; cBefore: tf.Tensor2D; da: PerGate<Gate>; dh: tf.Tensor2D }>[];
}

/**
 * @throws Error, before any op runs, for shapes that do not fit each other
 */
export function checkBackward<P extends Readonly<Record<string, tf.Tensor>>, Options>(
  cell: Cell<P, LstmState, Options>,
  params: P,
  xs: tf.Tensor3D,
  dOutputs: tf.Tensor3D,
  options: SequenceOptions<LstmState>,
): void {
  const { batch, time, hidden } = checkSequence(cell, params, xs, options);
  checkShape('dOutputs', dOutputs, [{ batch }, { time }, { hidden }], 'it must match the outputs');
}

/**
 * Walks along a sequence and back, given dOutputs_t = ∂E/∂h_t as the readout sees it:
 *   dh_t = dOutputs_t + Σ_k da_k,t+1 Whkᵀ
 * then, summed over all steps at once, for every gate k:
 *   dWxk = Σ_t x_tᵀ da_k,t    dWhk = Σ_t h_{t-1}ᵀ da_k,t    dbk = Σ_t da_k,t    dx_t = Σ_k da_k,t Wxkᵀ
 * A masked step passes dh_t and dc_t on unchanged and has da_k,t = 0.
 */
export function throughTime<Gate extends string, Kept extends LstmState>(
  { gates, forward, backward }: LstmStep<Gate, Kept>,
  params: GateParams<Gate>,
  xs: tf.Tensor3D,
  dOutputs: tf.Tensor3D,
  { initialState, mask, reverse = false }: SequenceOptions<LstmState>,
): ThroughTime<Gate, Kept> {
  const [batch, time] = xs.shape;
  const joined = joinGates(gates, params);
  const where = whereTaken(mask, time);
  const order = [...Array(time).keys()];
  if (reverse) order.reverse();

  const gatesAt = hoistGates(gates, joined, xs);
  const walked = new Array<Readonly<{ kept: Kept; hBefore: tf.Tensor2D; cBefore: tf.Tensor2D }>>(time);
  let h = initialState?.h ?? tf.zeros<tf.Rank.R2>([batch, joined.Wh.shape[0]]);
  let c = initialState?.c ?? tf.zeros<tf.Rank.R2>([batch, joined.Wh.shape[1] / gates.length]);
  for (const t of order) {
    const kept = forward(gatesAt(t, h), c);
    walked[t] = { kept, hBefore: h, cBefore: c };
    [h, c] = [where(t, kept.h, h), where(t, kept.c, c)];
  }

  const dOutput = unstackTime(dOutputs);
  const WhT = joined.Wh.transpose();
  const steps = new Array<ThroughTime<Gate, Kept>['steps'][number]>(time);
  const dA = new Array<tf.Tensor2D>(time);
  let [dhLater, dc] = [tf.zerosLike(h), tf.zerosLike(c)];
  for (const t of order.toReversed()) {
    const { kept, cBefore } = at(walked, t);
    const dh = at(dOutput, t).add<tf.Tensor2D>(dhLater);
    const before = backward(kept, cBefore, dh, dc);
    const da = tf.concat(
      gates.map((gate) => before.da[gate]),
      1,
    );
    const dA_t = where(t, da, tf.zerosLike(da));
    dA[t] = dA_t;
    steps[t] = { kept, cBefore, da: splitGates(gates, dA_t), dh: where(t, dh, tf.zerosLike(dh)) };
    dhLater = where(t, dA_t.matMul(WhT) as tf.Tensor2D, dh);
    dc = where(t, before.dc, dc);
  }

  const rows = (values: tf.Tensor3D): tf.Tensor2D => values.reshape([batch * time, -1]);
  const DA = rows(stackTime(dA));
  const X = rows(xs);
  const H = rows(stackTime(walked.map(({ hBefore }) => hBefore)));
  const named = (kind: string, joinedGradient: tf.Tensor): Record<string, tf.Tensor> => {
    const perGate = splitGates(gates, joinedGradient);
    return Object.fromEntries(gates.map((gate) => [`${kind}${gate}`, perGate[gate]]));
  };
  const gradients = {
    ...named('dWx', X.matMul(DA, true)),
    ...named('dWh', H.matMul(DA, true)),
    ...named('db', DA.sum(0)),
    dxs: DA.matMul(joined.Wx, false, true).reshape(xs.shape),
    dh0: dhLater,
    dc0: dc,
  };
  return { gradients: gradients as unknown as GateGradients<Gate>, steps };
}
