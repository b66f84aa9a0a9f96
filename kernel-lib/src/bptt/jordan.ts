import * as tf from '@tensorflow/tfjs-node';
import {
  activate,
  activationSlope,
  checkSequence,
  jordanWith,
  type JordanForm,
  type JordanParams,
  type JordanState,
  type SequenceOptions,
} from '../cells';
import { affine, at, checkShape, stackTime, unstackTime } from '../tensor';
import { timeOrder } from './gru-steps';
import { whereTaken } from './taken';

/** The gradient of the loss with respect to each argument of the forward pass, each of its argument's shape. */
export type JordanGradients = Readonly<
  Record<'dWxh' | 'dWyh' | 'dWhy' | 'dh0', tf.Tensor2D> & Record<'dbh' | 'dby', tf.Tensor1D> & { dxs: tf.Tensor3D }
>;

/**
 * Backpropagation through time by hand for the Jordan network, given dOutputs_t = ∂E/∂y_t as the loss sees it. With b_t what g
 * is taken of and a_t what f is taken of, from the last step to the first:
 *   dy_t = dOutputs_t + da_{t+1} Wyhᵀ
 *   db_t = dy_t ⊙ g'(b_t)
 *   da_t = db_t Whyᵀ ⊙ f'(a_t)
 * then, summed over all steps at once:
 *   dWxh = Σ_t x_tᵀ da_t    dWyh = Σ_t y_{t-1}ᵀ da_t    dbh = Σ_t da_t    dx_t = da_t Wxhᵀ
 *   dWhy = Σ_t hidden_tᵀ db_t    dby = Σ_t db_t    dh0 = dy_0 = da_1 Wyhᵀ
 * A masked step passes dy_t on unchanged and has da_t = db_t = 0.
 * Shapes: xs [batch, time, input], dOutputs [batch, time, output].
 *
 * @throws Error, before any op runs, for shapes that do not fit each other
 */
export function jordan(
  params: JordanParams,
  xs: tf.Tensor3D,
  dOutputs: tf.Tensor3D,
  options: SequenceOptions<JordanState> & JordanForm = {},
): JordanGradients {
  const { initialState, mask, reverse, activation = 'tanh', outputActivation = 'linear' } = options;
  const { batch, time, hidden: output } = checkSequence(jordanWith(options), params, xs, options);
  checkShape('dOutputs', dOutputs, [{ batch }, { time }, { output }], 'it must match the outputs');

  return tf.tidy(() => {
    const { Wxh, Wyh, bh, Why, by } = params;
    const where = whereTaken(mask, time);
    const order = timeOrder(time, reverse);
    const list = (): tf.Tensor2D[] => new Array<tf.Tensor2D>(time);

    const xWxh = unstackTime(affine(xs, Wxh, bh));
    const [yBefore, hidden, y] = [list(), list(), list()];
    let state = initialState?.h ?? tf.zeros<tf.Rank.R2>([batch, output]);
    for (const t of order) {
      const hidden_t = activate(activation, at(xWxh, t).add<tf.Tensor2D>(state.matMul(Wyh)));
      const y_t = activate(outputActivation, hidden_t.matMul(Why).add<tf.Tensor2D>(by));
      [yBefore[t], hidden[t], y[t]] = [state, hidden_t, y_t];
      state = where(t, y_t, state);
    }

    const dOutput = unstackTime(dOutputs);
    const slope = unstackTime(activationSlope(activation, stackTime(hidden)));
    const ySlope = unstackTime(activationSlope(outputActivation, stackTime(y)));
    const [WyhT, WhyT] = [Wyh.transpose(), Why.transpose()];
    const [da, db] = [list(), list()];
    let dyLater = tf.zerosLike(state);
    for (const t of order.toReversed()) {
      const dy = at(dOutput, t).add<tf.Tensor2D>(dyLater);
      const db_t = where(t, dy.mul(at(ySlope, t)), tf.zerosLike(dy));
      const da_t = db_t.matMul(WhyT).mul<tf.Tensor2D>(at(slope, t));
      dyLater = where(t, da_t.matMul(WyhT) as tf.Tensor2D, dy);
      [da[t], db[t]] = [da_t, db_t];
    }

    const rows = (values: tf.Tensor3D): tf.Tensor2D => values.reshape([batch * time, -1]);
    const [dA, dB] = [rows(stackTime(da)), rows(stackTime(db))];
    return {
      dWxh: rows(xs).matMul(dA, true) as tf.Tensor2D,
      dWyh: rows(stackTime(yBefore)).matMul(dA, true) as tf.Tensor2D,
      dbh: dA.sum<tf.Tensor1D>(0),
      dWhy: rows(stackTime(hidden)).matMul(dB, true) as tf.Tensor2D,
      dby: dB.sum<tf.Tensor1D>(0),
      dxs: dA.matMul(Wxh, false, true).reshape(xs.shape),
      dh0: dyLater,
    };
  });
}
