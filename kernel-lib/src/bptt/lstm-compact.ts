import * as tf from '@tensorflow/tfjs-node';
import {
  fromCompactLstm,
  lstmCompact as cell,
  type LstmCompactParams,
  type LstmState,
  type SequenceOptions,
} from '../cells';
import { lstm } from './lstm';
import { checkBackward } from './lstm-through-time';

/** The gradient of the loss with respect to each argument of the forward pass, each of its argument's shape. */
export type LstmCompactGradients = Readonly<{
  dW: tf.Tensor2D;
  db: tf.Tensor1D;
  dxs: tf.Tensor3D;
  dh0: tf.Tensor2D;
  dc0: tf.Tensor2D;
}>;

/**
 * Backpropagation through time by hand for the LSTM in its compact form: that of `bptt.lstm`, its gradients put together as
 * W and b are, given dOutputs_t = ∂E/∂h_t as the readout sees it.
 *   dW = Σ_t (x_t; h_{t-1})ᵀ (da_i da_f da_o da_g)    db = Σ_t (da_i da_f da_o da_g)
 * Shapes: xs [batch, time, input], dOutputs [batch, time, hidden].
 *
 * @throws Error, before any op runs, for shapes that do not fit each other
 */
export function lstmCompact(
  params: LstmCompactParams,
  xs: tf.Tensor3D,
  dOutputs: tf.Tensor3D,
  options: SequenceOptions<LstmState> = {},
): LstmCompactGradients {
  checkBackward(cell, params, xs, dOutputs, options);

  return tf.tidy(() => {
    const { dxs, dh0, dc0, ...d } = lstm(fromCompactLstm(params), xs, dOutputs, options);
    const dWx = tf.concat([d.dWxi, d.dWxf, d.dWxo, d.dWxg], 1);
    const dWh = tf.concat([d.dWhi, d.dWhf, d.dWho, d.dWhg], 1);
    return { dW: tf.concat([dWx, dWh], 0), db: tf.concat([d.dbi, d.dbf, d.dbo, d.dbg], 0), dxs, dh0, dc0 };
  });
}
