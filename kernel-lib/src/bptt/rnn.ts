import * as tf from '@tensorflow/tfjs-node';
import {
  activate,
  activationSlope,
  checkSequence,
  rnnWith,
  type Activation,
  type RnnParams,
  type RnnState,
  type SequenceOptions,
} from '../cells';
import { affine, at, checkShape, stackTime, unstackTime } from '../tensor';
import { whereTaken } from './taken';

/** The gradient of the loss with respect to each argument of the forward pass, each of its argument's shape. */
export type RnnGradients = Readonly<{
  dWxh: tf.Tensor2D;
  dWhh: tf.Tensor2D;
  dbh: tf.Tensor1D;
  dxs: tf.Tensor3D;
  dh0: tf.Tensor2D;
}>;

/** As for the forward pass, and the cell's activation, tanh unless given. */
export type RnnBackwardOptions = SequenceOptions<RnnState> & { readonly activation?: Activation };

/**
 * Backpropagation through time by hand for h_t = f(a_t), a_t = x_t Wxh + h_{t-1} Whh + bh, given dOutputs_t = ∂E/∂h_t as
 * the readout sees it. From the last step to the first (Werbos 1990, Backpropagation through time; Pascanu et al. 2013, eq. 3-5):
 *   dh_t = dOutputs_t + da_{t+1} Whhᵀ
 *   da_t = dh_t ⊙ f'(a_t)
 * then, summed over all steps at once:
 *   dWxh = Σ_t x_tᵀ da_t    dWhh = Σ_t h_{t-1}ᵀ da_t    dbh = Σ_t da_t    dx_t = da_t Wxhᵀ    dh0 = da_1 Whhᵀ
 * A masked step passes dh_t on unchanged and has da_t = 0.
 * Shapes: xs [batch, time, input], dOutputs [batch, time, hidden].
 *
 * @throws Error, before any op runs, for shapes that do not fit each other
 */
export function rnn(
  params: RnnParams,
  xs: tf.Tensor3D,
  dOutputs: tf.Tensor3D,
  options: RnnBackwardOptions = {},
): RnnGradients {
  const { activation = 'tanh', initialState, mask, reverse } = options;
  const { batch, time, hidden } = checkSequence(rnnWith(activation), params, xs, options);
  checkShape('dOutputs', dOutputs, [{ batch }, { time }, { hidden }], 'it must match the outputs');
  if (reverse) return inReverse(params, xs, dOutputs, options);

  return tf.tidy(() => {
    const { Wxh, Whh } = params;
    const select = whereTaken(mask, time);
    const zero = tf.zeros<tf.Rank.R2>([batch, hidden]);

    const z = unstackTime(affine(xs, Wxh, params.bh));
    const h = [initialState?.h ?? zero];
    for (let t = 0; t < time; t++) {
      const previous = at(h, t);
      const a_t = at(z, t).add<tf.Tensor2D>(previous.matMul(Whh));
      h.push(select(t, activate(activation, a_t), previous));
    }

    const dOutput = unstackTime(dOutputs);
    const slope = unstackTime(activationSlope(activation, stackTime(h.slice(1))));
    const WhhT = Whh.transpose();
    const da = new Array<tf.Tensor2D>(time);
    let dhLater = zero;
    for (let t = time - 1; t >= 0; t--) {
      const dh = at(dOutput, t).add<tf.Tensor2D>(dhLater);
      const da_t = select(t, dh.mul(at(slope, t)), zero);
      dhLater = select(t, da_t.matMul(WhhT) as tf.Tensor2D, dh);
      da[t] = da_t;
    }

    const X = xs.reshape<tf.Tensor2D>([batch * time, -1]);
    const H = stackTime(h.slice(0, time)).reshape<tf.Tensor2D>([batch * time, hidden]);
    const dA = stackTime(da).reshape<tf.Tensor2D>([batch * time, hidden]);
    return {
      dWxh: X.matMul(dA, true) as tf.Tensor2D,
      dWhh: H.matMul(dA, true) as tf.Tensor2D,
      dbh: dA.sum<tf.Tensor1D>(0),
      dxs: dA.matMul(Wxh, false, true).reshape(xs.shape),
      dh0: dhLater,
    };
  });
}

/** The same with every sequence turned round, and dxs turned back. */
function inReverse(
  params: RnnParams,
  xs: tf.Tensor3D,
  dOutputs: tf.Tensor3D,
  { mask, ...options }: RnnBackwardOptions,
): RnnGradients {
  return tf.tidy(() => {
    const reversed = { ...options, ...(mask && { mask: mask.reverse(1) }), reverse: false };
    const { dxs, ...gradients } = rnn(params, xs.reverse(1), dOutputs.reverse(1), reversed);
    return { ...gradients, dxs: dxs.reverse(1) };
  });
}
