import * as tf from '@tensorflow/tfjs-node';
import { affine, at, checkShape, unstackTime } from '../tensor';
import type { GatedCell } from './cell';
import { lstm, type LstmGates, type LstmOptions, type LstmParams, type LstmState } from './lstm';
import { joinGates, splitGates } from './lstm-gates';

/** W [input + hidden, 4 hidden] and b [4 hidden], the gates in the order i, f, o, g. */
export type LstmCompactParams = Readonly<{ W: tf.Tensor2D; b: tf.Tensor1D }>;

/** The LSTM in its compact form as a cell. */
export type LstmCompactCell = GatedCell<LstmCompactParams, LstmState, LstmOptions, LstmGates>;

const gates = ['i', 'f', 'o', 'g'] as const;

/**
 * The LSTM as one matrix, Zaremba, Sutskever and Vinyals 2014, Recurrent neural network regularization.
 *   (i f o g) = (σ σ σ tanh) ((x_t; h_{t-1}) W + b)
 *   c_t = f ⊙ c_{t-1} + i ⊙ g
 *   h_t = o ⊙ tanh(c_t)
 * The same function as `lstm`: {@link toCompactLstm} and {@link fromCompactLstm} turn one's parameters into the other's.
 * Shapes: x [batch, input]; h, c and every gate [batch, hidden].
 */
export const lstmCompact: LstmCompactCell = {
  name: 'lstm (compact)',

  init: (options) => disposing(lstm.init(options), toCompactLstm),

  sizes({ W, b }) {
    const { gates: columns } = checkShape('b', b, ['gates']);
    const hidden = columns / gates.length;
    const { rows } = checkShape('W', W, ['rows', { gates: columns }], 'the last axis must match b');
    if (!Number.isInteger(hidden) || rows <= hidden) {
      throw new Error(
        `W: got shape [${rows}, ${columns}], expected [input + hidden, 4 hidden]; there are 4 gates, and h stands below x.`,
      );
    }
    return { inputSize: rows - hidden, hiddenSize: hidden };
  },

  initialState: ({ b }, batch) => ({
    h: tf.zeros([batch, b.shape[0] / gates.length]),
    c: tf.zeros([batch, b.shape[0] / gates.length]),
  }),

  gates: ({ W, b }, x, { h }) => activated(tf.concat([x, h], 1).matMul(W).add(b)),

  step(params, x, { h, c }) {
    return update(lstmCompact.gates(params, x, { h, c }), c);
  },

  hoist({ W, b }, xs) {
    const { Wx, Wh } = aboveAndBelow(W);
    const xWx = unstackTime(affine(xs, Wx, b));
    return (t, { h, c }) => update(activated(at(xWx, t).add(h.matMul(Wh))), c);
  },
};

function activated(joined: tf.Tensor2D): LstmGates {
  const a = splitGates(gates, joined);
  return { i: a.i.sigmoid(), f: a.f.sigmoid(), o: a.o.sigmoid(), g: a.g.tanh() };
}

function update({ i, f, o, g }: LstmGates, c: tf.Tensor2D): LstmState {
  const c_t = f.mul(c).add<tf.Tensor2D>(i.mul(g));
  return { h: o.mul(tf.tanh(c_t)), c: c_t };
}

/**
 * The named parameters of an LSTM side by side and on top of each other: W = (Wxi Wxf Wxo Wxg; Whi Whf Who Whg),
 * b = (bi bf bo bg).
 *
 * @throws Error for parameters that do not fit each other
 */
export function toCompactLstm(params: LstmParams): LstmCompactParams {
  lstm.sizes(params);
  return tf.tidy(() => {
    const { Wx, Wh, b } = joinGates(gates, params);
    return { W: tf.concat([Wx, Wh], 0), b };
  });
}

/**
 * W and b taken apart into the named parameters of an LSTM.
 *
 * @throws Error for parameters that do not fit each other
 */
export function fromCompactLstm({ W, b }: LstmCompactParams): LstmParams {
  lstmCompact.sizes({ W, b });
  return tf.tidy(() => {
    const { Wx, Wh } = aboveAndBelow(W);
    const [x, h, bias] = [splitGates(gates, Wx), splitGates(gates, Wh), splitGates(gates, b)];
    const named = gates.flatMap((gate) => [
      [`Wx${gate}`, x[gate]],
      [`Wh${gate}`, h[gate]],
      [`b${gate}`, bias[gate]],
    ]);
    return Object.fromEntries(named) as LstmParams;
  });
}

/** What x meets, and below it what h meets. */
function aboveAndBelow(W: tf.Tensor2D): { Wx: tf.Tensor2D; Wh: tf.Tensor2D } {
  const [rows, columns] = W.shape;
  const hidden = columns / gates.length;
  return { Wx: W.slice([0, 0], [rows - hidden, -1]), Wh: W.slice([rows - hidden, 0], [hidden, -1]) };
}

function disposing<T extends LstmParams, R>(params: T, convert: (params: T) => R): R {
  const converted = convert(params);
  tf.dispose(params);
  return converted;
}
