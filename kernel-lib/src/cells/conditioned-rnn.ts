import * as tf from '@tensorflow/tfjs-node';
import { affine, at, checkShape, checkSize, glorotUniform, unstackTime, type Initializer } from '../tensor';
import type { GatedCell } from './cell';
import { rnn, type RnnGates, type RnnOptions, type RnnParams } from './rnn';

/** An RNN's, and Wvh [condition, hidden]. */
export type ConditionedRnnParams = RnnParams & Readonly<{ Wvh: tf.Tensor2D }>;

/** h [batch, hidden] and the condition v [batch, condition], which every step hands on as it is. */
export type ConditionedRnnState = Readonly<{ h: tf.Tensor2D; v: tf.Tensor2D }>;

/** How to draw a conditioned RNN's parameters: as an RNN's, and Glorot for Wvh unless said otherwise. */
export interface ConditionedRnnOptions extends RnnOptions {
  /** How wide v is: as wide as h unless given. */
  readonly conditionSize?: number;
  readonly initializers?: RnnOptions['initializers'] & { readonly Wvh?: Initializer };
}

/** The conditioned RNN as a cell. */
export type ConditionedRnnCell = GatedCell<ConditionedRnnParams, ConditionedRnnState, ConditionedRnnOptions, RnnGates>;

/**
 * Simple recurrent network that is told one thing about a sequence at every step, such as what is on the picture that it puts
 * into words. Mao et al. 2014, Explain images with multimodal recurrent neural networks, feed a picture's features at every step.
 *   a_t = x_t Wxh + h_{t-1} Whh + v Wvh + bh
 *   h_t = tanh(a_t)
 *   v_t = v
 * v is a part of the state that never changes, so that it goes wherever a state goes, and has a gradient where a state has one:
 * ```ts
 * unroll(conditionedRnn, params, xs, { initialState: conditionedOn(params, v) });
 * ```
 * Truncated backpropagation stops its gradient at a window's border, as any state's. Without a given state, v is zero.
 * Shapes: x [batch, input], h [batch, hidden], v [batch, condition].
 */
export const conditionedRnn: ConditionedRnnCell = {
  name: 'conditioned rnn',

  init({ conditionSize, initializers: { Wvh = glorotUniform, ...initializers } = {}, ...options }) {
    const { hiddenSize, rng } = options;
    if (conditionSize !== undefined) checkSize('conditionSize', conditionSize);
    return { ...rnn.init({ ...options, initializers }), Wvh: Wvh(rng, [conditionSize ?? hiddenSize, hiddenSize]) };
  },

  sizes(params) {
    const sizes = rnn.sizes(params);
    checkShape('Wvh', params.Wvh, ['condition', { hidden: sizes.hiddenSize }], 'the last axis must match Whh');
    return sizes;
  },

  initialState: ({ Whh, Wvh }, batch) => ({
    h: tf.zeros([batch, Whh.shape[0]]),
    v: tf.zeros([batch, Wvh.shape[0]]),
  }),

  gates: ({ Wxh, Whh, Wvh, bh }, x, { h, v }) => ({
    a: x.matMul(Wxh).add(h.matMul(Whh)).add(v.matMul(Wvh)).add(bh),
  }),

  step(params, x, { h, v }) {
    const { a } = conditionedRnn.gates(params, x, { h, v });
    return { h: tf.tanh(a), v: v.clone() };
  },

  hoist({ Wxh, Whh, Wvh, bh }, xs) {
    const xWxh = unstackTime(affine(xs, Wxh, bh));
    const W = tf.concat2d([Whh, Wvh], 0);
    return (t, { h, v }) => {
      const a = at(xWxh, t).add<tf.Tensor2D>(tf.concat2d([h, v], 1).matMul(W));
      return { h: tf.tanh(a), v: v.clone() };
    };
  },
};

/**
 * The state in which {@link conditionedRnn} begins, told v: h is zero.
 * Shapes: v [batch, condition].
 *
 * @throws Error unless v fits Wvh
 */
export function conditionedOn(params: ConditionedRnnParams, v: tf.Tensor2D): ConditionedRnnState {
  const { condition } = checkShape('Wvh', params.Wvh, ['condition', 'hidden']);
  checkShape('v', v, ['batch', { condition }], 'the last axis must match the first of Wvh');
  const { h, v: none } = conditionedRnn.initialState(params, v.shape[0]);
  none.dispose();
  return { h, v };
}
