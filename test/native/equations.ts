import * as tf from '@tensorflow/tfjs-node';
import type { NativeLstmOptions, NativeLstmResult, PackedLstmParams } from 'kernel-lib/native';

/** The equations of the LSTM, one step after the other under tfjs's own autodiff, for nothing but comparison. */
export function lstmEquations(
  { kernel, recurrentKernel, bias, peepholes }: PackedLstmParams,
  xs: tf.Tensor3D,
  { initialState, mask, reverse }: NativeLstmOptions = {},
): NativeLstmResult {
  const [batch, time, input] = xs.shape;
  const [hidden] = recurrentKernel.shape;
  const order = [...Array(time).keys()];
  const outputs = new Array<tf.Tensor2D>(time);
  let h = initialState?.h ?? tf.zeros<tf.Rank.R2>([batch, hidden]);
  let c = initialState?.c ?? tf.zeros<tf.Rank.R2>([batch, hidden]);
  for (const t of reverse ? order.reverse() : order) {
    const x = xs.slice([0, t, 0], [batch, 1, input]).reshape<tf.Tensor2D>([batch, input]);
    const a = x.matMul(kernel).add(h.matMul(recurrentKernel)).add<tf.Tensor2D>(bias);
    const gate = (k: number): tf.Tensor2D => a.slice([0, k * hidden], [batch, hidden]);
    const look = (W: tf.Tensor1D | undefined, cell: tf.Tensor2D): tf.Tensor => (W ? W.mul(cell) : tf.scalar(0));
    const i = tf.sigmoid(gate(0).add(look(peepholes?.pi, c)));
    const f = tf.sigmoid(gate(1).add(look(peepholes?.pf, c)));
    const g = tf.tanh(gate(2));
    const next = f.mul(c).add<tf.Tensor2D>(i.mul(g));
    const o = tf.sigmoid(gate(3).add(look(peepholes?.po, next)));
    const out = o.mul<tf.Tensor2D>(tf.tanh(next));
    const taken = mask?.slice([0, t], [batch, 1]).cast('float32') ?? tf.ones([batch, 1]);
    h = h.add(taken.mul(out.sub(h)));
    c = c.add(taken.mul(next.sub(c)));
    outputs[t] = h;
  }
  return { outputs: tf.stack(outputs, 1) as tf.Tensor3D, final: { h, c } };
}
