import * as tf from '@tensorflow/tfjs-node';
import { checkDtype, checkShape } from '../tensor';
import { blockLstm, type Peepholes } from './block-lstm';
import { checkFloats } from './check';
import { rowsAt, takenSteps } from './taken-steps';

/** All four gates in one, in the order i, g, f, o along the last axis (g is the candidate). */
export type PackedLstmParams = Readonly<{
  /** [input, 4 hidden] */
  kernel: tf.Tensor2D;
  /** [hidden, 4 hidden] */
  recurrentKernel: tf.Tensor2D;
  /** [4 hidden] */
  bias: tf.Tensor1D;
  /** Each [hidden]; a plain LSTM without them. */
  peepholes?: Peepholes;
}>;

/** h and c, each [batch, hidden]. */
export type LstmFinal = Readonly<{ h: tf.Tensor2D; c: tf.Tensor2D }>;

/** How to walk along the sequence. */
export interface NativeLstmOptions {
  /** The state before the first step; zeros unless given. */
  readonly initialState?: LstmFinal;
  /** 1 (true) where there is a symbol, 0 (false) where there is padding [batch, time]. */
  readonly mask?: tf.Tensor2D;
  /** From the last time step to the first. */
  readonly reverse?: boolean;
}

/** What the LSTM made of a sequence. */
export interface NativeLstmResult {
  /** h after every step [batch, time, hidden], in the order of the inputs' time axis. */
  readonly outputs: tf.Tensor3D;
  /** The state after the last step taken (the first of the sequence, in reverse). */
  readonly final: LstmFinal;
}

/**
 * The LSTM of Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000 and, where given, the peepholes of Gers
 * and Schmidhuber 2000, on TensorFlow's fused ops: the same numbers as the equations, and differentiable (once) with respect
 * to xs, every weight and the initial state.
 *   i_t = σ(x_t Wxi + h_{t-1} Whi + pi ⊙ c_{t-1} + bi)
 *   g_t = tanh(x_t Wxg + h_{t-1} Whg + bg)
 *   f_t = σ(x_t Wxf + h_{t-1} Whf + pf ⊙ c_{t-1} + bf)
 *   c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
 *   o_t = σ(x_t Wxo + h_{t-1} Who + po ⊙ c_t + bo)
 *   h_t = o_t ⊙ tanh(c_t)
 * Where the mask is 0 the step is not taken and the state is carried on, so its output is the one before.
 * Shapes: xs [batch, time, input], kernel (Wxi Wxg Wxf Wxo) [input, 4 hidden], recurrentKernel (Whi Whg Whf Who)
 * [hidden, 4 hidden], bias (bi bg bf bo) [4 hidden].
 *
 * @throws Error, before any op runs, for shapes and dtypes that do not fit each other
 */
export function packedLstm(
  params: PackedLstmParams,
  xs: tf.Tensor3D,
  options: NativeLstmOptions = {},
): NativeLstmResult {
  const { batch, time, hidden } = checkArguments(params, xs, options);
  const { initialState, mask, reverse = false } = options;
  return tf.tidy(() => {
    const { h: h0, c: c0 } = initialState ?? { h: tf.zeros<tf.Rank.R2>([batch, hidden]), c: tf.zeros([batch, hidden]) };
    const { kernel: Wx, recurrentKernel: Wh, bias: b, peepholes } = params;
    const weights = { Wx, Wh, b, peepholes };
    if (!mask) {
      const turn = (steps: tf.Tensor3D): tf.Tensor3D => (reverse ? steps.reverse(0) : steps);
      const { hs, c } = blockLstm({ ...weights, xs: turn(xs.transpose<tf.Tensor3D>([1, 0, 2])), h0, c0 });
      const h = hs.slice(time - 1, 1).squeeze<tf.Tensor2D>([0]);
      return { outputs: turn(hs).transpose<tf.Tensor3D>([1, 0, 2]), final: { h, c } };
    }

    const { lengths, source, target } = takenSteps(mask.cast('bool').dataSync(), batch, time, reverse);
    const taken = rowsAt(xs.reshape([batch * time, -1]), source).reshape<tf.Tensor3D>([-1, batch, xs.shape[2]]);
    const { hs, c } = blockLstm({ ...weights, xs: taken, h0, c0 }, lengths);
    const states = tf.concat([h0, hs.reshape<tf.Tensor2D>([-1, hidden])]);
    const last = lengths.map((length, n) => length * batch + n);
    return {
      outputs: rowsAt(states, target).reshape<tf.Tensor3D>([batch, time, hidden]),
      final: { h: rowsAt(states, last), c },
    };
  });
}

/**
 * @throws Error for the first argument that does not fit
 */
function checkArguments(
  { kernel, recurrentKernel, bias, peepholes }: PackedLstmParams,
  xs: tf.Tensor3D,
  options: NativeLstmOptions,
): SequenceSizes {
  const { hidden } = checkShape('recurrentKernel', recurrentKernel, ['hidden', 'gates']);
  const gates = { '4 hidden': 4 * hidden };
  checkFloats('recurrentKernel', recurrentKernel, [{ hidden }, gates], 'it must hold i, g, f and o side by side');
  const { input } = checkFloats('kernel', kernel, ['input', gates], 'the last axis must match recurrentKernel');
  checkFloats('bias', bias, [gates], 'it must match recurrentKernel');
  for (const name of peepholes ? (['pi', 'pf', 'po'] as const) : []) {
    checkFloats(`peepholes.${name}`, peepholes?.[name] as tf.Tensor, [{ hidden }], 'it must match recurrentKernel');
  }
  return checkSequenceArguments({ input, hidden }, xs, options);
}

interface SequenceSizes {
  readonly batch: number;
  readonly time: number;
  readonly hidden: number;
}

/**
 * @throws Error for whichever of the sequence, its mask and its initial state does not fit the weights
 */
export function checkSequenceArguments(
  { input, hidden }: { readonly input: number; readonly hidden: number },
  xs: tf.Tensor3D,
  { initialState, mask }: NativeLstmOptions,
): SequenceSizes {
  const { batch, time } = checkFloats(
    'xs',
    xs,
    ['batch', 'time', { input }],
    'the last axis must match the first of the input weights',
  );
  if (mask) {
    checkShape('mask', mask, [{ batch }, { time }], 'it must match the first two axes of xs');
    checkDtype('mask', mask, 'bool', 'int32', 'float32');
  }
  for (const part of initialState ? (['h', 'c'] as const) : []) {
    const value = initialState?.[part] as tf.Tensor;
    checkFloats(`initialState.${part}`, value, [{ batch }, { hidden }], 'it must match xs and the recurrent weights');
  }
  return { batch, time, hidden };
}
