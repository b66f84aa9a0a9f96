import * as tf from '@tensorflow/tfjs-node';
import { at } from '../tensor';
import { attribute, int64Scalar, refuseSecondDerivative, runOp, runOp1 } from './op';

/** Peephole weights, each [hidden]: the input and forget gates look at c_{t-1}, the output gate at c_t. */
export type Peepholes = Readonly<{ Wci: tf.Tensor1D; Wcf: tf.Tensor1D; Wco: tf.Tensor1D }>;

/** All that the recurrence reads, the gates in the order i, g, f, o along the last axis of Wx, Wh and b. */
export interface BlockLstmInputs {
  /** [time, batch, input] */
  readonly xs: tf.Tensor3D;
  /** [batch, hidden] */
  readonly h0: tf.Tensor2D;
  /** [batch, hidden] */
  readonly c0: tf.Tensor2D;
  /** [input, 4 hidden] */
  readonly Wx: tf.Tensor2D;
  /** [hidden, 4 hidden] */
  readonly Wh: tf.Tensor2D;
  /** [4 hidden] */
  readonly b: tf.Tensor1D;
  readonly peepholes?: Peepholes | undefined;
}

/** What the recurrence made of it. */
export interface BlockLstmOutputs {
  /** [time, batch, hidden] */
  readonly hs: tf.Tensor3D;
  /** [batch, hidden] */
  readonly c: tf.Tensor2D;
}

/**
 * The LSTM on whole time-major sequences, by TensorFlow's fused ops, differentiable. Forward, one BlockLSTM. Backward, from
 * the last step to the first, one LSTMBlockCellGrad and one product with Whᵀ:
 *   dh_t = dhs_t + da_{t+1} Whᵀ
 *   (dc_{t-1}, da_t) = LSTMBlockCellGrad(dh_t, dc_t, gates_t, c_t, c_{t-1})
 * then, over all steps at once:
 *   dxs = dA Wxᵀ    dWx = Xᵀ dA    dWh = H_{-1}ᵀ dA    db = Σ dA
 *
 * @param lengths how many steps each sequence has; its c is the one after its last step, and no gradient may come into its
 * hs after that step. All of them unless given.
 */
export function blockLstm(inputs: BlockLstmInputs, lengths?: readonly number[]): BlockLstmOutputs {
  const { xs, h0, c0, Wx, Wh, b, peepholes } = inputs;
  const [time, batch, input] = xs.shape;
  if (batch % 2 === 1 && (input % 2 === 1 || Wh.shape[0] % 2 === 1)) return withOneMoreSequence(inputs, lengths);

  // tf.customGrad has one output: h_1 to h_T and the final c travel in one tensor, along time.
  const fused = tf.customGrad((...args) => {
    const save = args.pop() as unknown as tf.GradSaveFunc;
    const [steps, ...gates] = forward(inputs);
    const c = finalCell(c0, gates[1], lengths);
    save([...(args as tf.Tensor[]), steps, ...gates]);
    return {
      value: tf.concat([steps, c.expandDims<tf.Tensor3D>(0)]),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        refuseSecondDerivative('native.lstm');
        return tf.tidy(() => backward(dy as tf.Tensor3D, saved, peepholes !== undefined, lengths));
      },
    };
  });
  const packed = fused(xs, h0, c0, Wx, Wh, b, ...(peepholes ? [peepholes.Wci, peepholes.Wcf, peepholes.Wco] : []));
  return {
    hs: packed.slice<tf.Tensor3D>(0, time),
    c: packed.slice(time, 1).squeeze<tf.Tensor2D>([0]),
  };
}

/** TensorFlow warns on stderr, each time, of an odd batch that meets another odd size: a notebook would show every warning. */
function withOneMoreSequence(inputs: BlockLstmInputs, lengths?: readonly number[]): BlockLstmOutputs {
  const [time, batch, input] = inputs.xs.shape;
  const more = (state: tf.Tensor2D): tf.Tensor2D => tf.concat([state, tf.zeros([1, state.shape[1]])]);
  const xs = tf.concat([inputs.xs, tf.zeros<tf.Rank.R3>([time, 1, input])], 1);
  const { hs, c } = blockLstm({ ...inputs, xs, h0: more(inputs.h0), c0: more(inputs.c0) }, lengths && [...lengths, 0]);
  return { hs: hs.slice([0, 0], [time, batch]), c: c.slice(0, batch) };
}

/** h, then what the backward pass needs: i, c, f, o, g and tanh(c), each [time, batch, hidden]. */
type Steps = [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D, tf.Tensor3D, tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];

function forward({ xs, h0, c0, Wx, Wh, b, peepholes }: BlockLstmInputs): Steps {
  const none = tf.zeros([Wh.shape[0]]);
  const attributes = [
    attribute.float32('T'),
    attribute.float('forget_bias', 0),
    attribute.float('cell_clip', -1),
    attribute.bool('use_peephole', peepholes !== undefined),
  ];
  const { Wci = none, Wcf = none, Wco = none } = peepholes ?? {};
  const W = tf.concat([Wx, Wh]);
  const [i, c, f, o, g, tanhC, h] = runOp(
    'BlockLSTM',
    attributes,
    [int64Scalar(xs.shape[0]), xs, c0, h0, W, Wci, Wcf, Wco, b],
    7,
  );
  return [h, i, c, f, o, g, tanhC] as Steps;
}

/** c after the last step of every sequence. */
function finalCell(c0: tf.Tensor2D, c: tf.Tensor3D, lengths?: readonly number[]): tf.Tensor2D {
  const [time, batch, hidden] = c.shape;
  if (!lengths) return c.slice(time - 1, 1).reshape([batch, hidden]);
  const rows = tf.concat([c0, c.reshape<tf.Tensor2D>([time * batch, hidden])]);
  const last = lengths.map((length, n) => length * batch + n);
  return tf.gather(rows, tf.tensor1d(last, 'int32'));
}

function backward(
  dy: tf.Tensor3D,
  saved: readonly tf.Tensor[],
  withPeepholes: boolean,
  lengths: readonly number[] | undefined,
): tf.Tensor[] {
  const [xs, h0, c0, Wx, Wh, b] = saved as [
    tf.Tensor3D,
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor1D,
  ];
  const [time, batch, input] = xs.shape;
  const hidden = Wh.shape[0];
  const none = tf.zeros<tf.Rank.R1>([hidden]);
  const peepholes = withPeepholes ? saved.slice(6, 9) : [none, none, none];
  const h = saved[withPeepholes ? 9 : 6] as tf.Tensor3D;
  const [i, c, f, o, g, tanhC] = saved.slice(withPeepholes ? 10 : 7).map(unpack) as [
    tf.Tensor[], tf.Tensor[], tf.Tensor[], tf.Tensor[], tf.Tensor[], tf.Tensor[],
  ]; // prettier-ignore

  const dhs = unpack(dy);
  const dcFinal = at(dhs, time);
  const dcAt = (t: number): tf.Tensor | undefined => dcFinalAfter(t, time, dcFinal, lengths);
  // The op looks at the shapes of x, h and W alone; an input of one feature is as good as any.
  const x = tf.zeros([batch, 1]);
  const W = tf.zeros([1 + hidden, 4 * hidden]);
  const WhT = Wh.transpose();
  const T = attribute.float32('T');
  const cellAttributes = [T, attribute.bool('use_peephole', withPeepholes)];
  const matMulAttributes = [T, attribute.bool('transpose_a', false), attribute.bool('transpose_b', false)];
  const add = (p: tf.Tensor, q: tf.Tensor): tf.Tensor => runOp1('AddV2', [T], [p, q]);

  const da = new Array<tf.Tensor>(time);
  const dPeepholes: tf.Tensor[][] = [[], [], []];
  let dh: tf.Tensor = at(dhs, time - 1);
  let dc = dcAt(time) ?? tf.zeros([batch, hidden]);
  for (let t = time - 1; t >= 0; t--) {
    const before = t > 0 ? at(c, t - 1) : c0;
    const gates = [at(i, t), at(c, t), at(f, t), at(o, t), at(g, t), at(tanhC, t)];
    const [dcBefore, da_t, ...dLooks] = runOp(
      'LSTMBlockCellGrad',
      cellAttributes,
      [x, before, h0, W, ...peepholes, b, ...gates, dc, dh],
      5,
    ) as [tf.Tensor, tf.Tensor, ...tf.Tensor[]];
    da[t] = da_t;
    if (withPeepholes) dLooks.forEach((dLook, k) => at(dPeepholes, k).push(dLook));

    const dhBefore = runOp1('MatMul', matMulAttributes, [da_t, WhT]);
    dh = t > 0 ? add(dhBefore, at(dhs, t - 1)) : dhBefore;
    const dcEnd = dcAt(t);
    dc = dcEnd ? add(dcBefore, dcEnd) : dcBefore;
  }

  const dA = runOp1('Pack', [T, attribute.int('N', time), attribute.int('axis', 0)], da);
  const rows = dA.reshape<tf.Tensor2D>([time * batch, 4 * hidden]);
  const dxs = rows.matMul(Wx, false, true).reshape(xs.shape);
  const dWx = xs.reshape<tf.Tensor2D>([time * batch, input]).matMul(rows, true);
  const dWh = h0.matMul(at(da, 0), true);
  const dWhLater = (): tf.Tensor => {
    const hBefore = h.slice(0, time - 1).reshape<tf.Tensor2D>([(time - 1) * batch, hidden]);
    return hBefore.matMul(rows.slice(batch), true);
  };
  return [
    dxs,
    dh,
    dc,
    dWx,
    time > 1 ? dWh.add(dWhLater()) : dWh,
    rows.sum(0),
    ...(withPeepholes ? dPeepholes.map((steps) => tf.addN(steps)) : []),
  ];
}

/** The gradient that the final c puts in after t steps: every sequence that has t of them, and no other. */
function dcFinalAfter(
  t: number,
  time: number,
  dcFinal: tf.Tensor,
  lengths: readonly number[] | undefined,
): tf.Tensor | undefined {
  if (!lengths) return t === time ? dcFinal : undefined;
  if (!lengths.includes(t)) return undefined;
  const ended = tf.tensor2d(lengths.map((length) => [length === t ? 1 : 0]));
  return dcFinal.mul(ended);
}

/** One tensor a time step. */
function unpack(steps: tf.Tensor): tf.Tensor[] {
  const [time = 0] = steps.shape;
  const attributes = [attribute.float32('T'), attribute.int('num', time), attribute.int('axis', 0)];
  return runOp('Unpack', attributes, [steps], time);
}
