import * as tf from '@tensorflow/tfjs-node';
import { at } from '../tensor';
import type { BlockLstmInputs, LstmSteps } from './block-lstm';
import { attribute, runOp, runOp1, type Attribute } from './op';

/**
 * The gradients of `blockLstm`, in the order of its inputs.
 *
 * @param dy of h_1 to h_T and of the final c [time + 1, batch, hidden]
 */
export function backward(
  dy: tf.Tensor3D,
  { xs, h0, c0, Wx, Wh, b, peepholes }: BlockLstmInputs,
  steps: LstmSteps,
  lengths: readonly number[] | undefined,
): tf.Tensor[] {
  const [time, batch, input] = xs.shape;
  const hidden = Wh.shape[0];
  const [i, c, f] = [unpack(steps.i), unpack(steps.c), unpack(steps.f)];
  const [o, g, tanhC] = [unpack(steps.o), unpack(steps.g), unpack(steps.tanhC)];
  const dhs = unpack(dy);
  const dcFinal = at(dhs, time);
  const dcAt = (t: number): tf.Tensor | undefined => dcFinalAfter(t, time, dcFinal, lengths);
  // The op looks at the shapes of x, h and W alone; an input of one feature is as good as any.
  const x = tf.zeros([batch, 1]);
  const W = tf.zeros([1 + hidden, 4 * hidden]);
  const none = tf.zeros<tf.Rank.R1>([hidden]);
  const looks = peepholes ? [peepholes.pi, peepholes.pf, peepholes.po] : [none, none, none];
  const WhT = Wh.transpose();
  const T = attribute.float32('T');
  const cellAttributes = [T, attribute.bool('use_peephole', peepholes !== undefined)];
  const plain = matMulAttributes(false);
  const transposed = matMulAttributes(true);
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
      [x, before, h0, W, ...looks, b, ...gates, dc, dh],
      5,
    ) as [tf.Tensor, tf.Tensor, ...tf.Tensor[]];
    da[t] = da_t;
    if (peepholes) dLooks.forEach((dLook, k) => at(dPeepholes, k).push(dLook));

    const dhBefore = runOp1('MatMul', plain, [da_t, WhT]);
    dh = t > 0 ? add(dhBefore, at(dhs, t - 1)) : dhBefore;
    const dcEnd = dcAt(t);
    dc = dcEnd ? add(dcBefore, dcEnd) : dcBefore;
  }

  const dA = runOp1('Pack', [T, attribute.int('N', time), attribute.int('axis', 0)], da);
  const rows = dA.reshape<tf.Tensor2D>([time * batch, 4 * hidden]);
  const dxs = rows.matMul(Wx, false, true).reshape(xs.shape);
  // tf.matMul would run BatchMatMulV2, which is slower on a transposed left side.
  const dWx = runOp1('MatMul', transposed, [xs.reshape([time * batch, input]), rows]);
  const dWh = runOp1('MatMul', transposed, [h0, at(da, 0)]);
  const dWhLater = (): tf.Tensor => {
    const hBefore = steps.h.slice(0, time - 1).reshape([(time - 1) * batch, hidden]);
    return runOp1('MatMul', transposed, [hBefore, rows.slice(batch)]);
  };
  return [
    dxs,
    dh,
    dc,
    dWx,
    time > 1 ? dWh.add(dWhLater()) : dWh,
    rows.sum(0),
    ...(peepholes ? dPeepholes.map((steps) => tf.addN(steps)) : []),
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

const matMulAttributes = (transposeFirst: boolean): Attribute[] => [
  attribute.float32('T'),
  attribute.bool('transpose_a', transposeFirst),
  attribute.bool('transpose_b', false),
];

/** One tensor a time step. */
function unpack(steps: tf.Tensor): tf.Tensor[] {
  const [time = 0] = steps.shape;
  const attributes = [attribute.float32('T'), attribute.int('num', time), attribute.int('axis', 0)];
  return runOp('Unpack', attributes, [steps], time);
}
