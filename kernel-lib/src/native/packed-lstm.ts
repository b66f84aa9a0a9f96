import * as tf from '@tensorflow/tfjs-node';
import { lstmPeepholeWith, lstmWith, type Cell, type LstmActivations, type LstmState, type Params } from '../cells';
import type { Unrolled } from '../sequence';
import { blockLstm, type Peepholes } from './block-lstm';
import { checkFloats } from './check';
import { droppedLstm, drops } from './dropped-cells';
import { walkEquations } from './equations';
import { opsInUse } from './own-ops';
import { ownSequence } from './own-sequence';
import {
  checkPacked,
  checkSequenceArguments,
  sequenceInputs,
  asVectors,
  type NativeSequence,
  type NativeSequenceOptions,
} from './sequence';
import { rowsAt, takenSteps } from './taken-steps';

/** All four gates in one, in the order i, f, g, o along the last axis (g is the candidate), as Keras and PyTorch have them. */
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

/** How to walk along the sequence, and with which activations. */
export type NativeLstmOptions = NativeSequenceOptions<LstmState> & LstmActivations;

/** What the LSTM made of a sequence. */
export type NativeLstmResult = Unrolled<LstmState>;

/**
 * The LSTM of Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000 and, where given, the peepholes of Gers
 * and Schmidhuber 2000, on fused ops: the same numbers as the equations, and differentiable (once) with respect to xs, every
 * weight and the initial state.
 *   i_t = σ(x_t Wxi + h_{t-1} Whi + pi ⊙ c_{t-1} + bi)
 *   f_t = σ(x_t Wxf + h_{t-1} Whf + pf ⊙ c_{t-1} + bf)
 *   g_t = φ(x_t Wxg + h_{t-1} Whg + bg)
 *   c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
 *   o_t = σ(x_t Wxo + h_{t-1} Who + po ⊙ c_t + bo)
 *   h_t = o_t ⊙ ψ(c_t)
 * Where the mask is 0 the step is not taken and the state is carried on, so its output is the one before.
 * Shapes: xs [batch, time, input], or ids int32 [batch, time] ({@link NativeSequence}); kernel (Wxi Wxf Wxg Wxo) [input, 4 hidden], recurrentKernel (Whi Whf Whg Who)
 * [hidden, 4 hidden], bias (bi bf bg bo) [4 hidden].
 *
 * @throws Error, before any op runs, for shapes and dtypes that do not fit each other, and for an activation that is none
 */
export function packedLstm(
  params: PackedLstmParams,
  xs: NativeSequence,
  options: NativeLstmOptions = {},
): NativeLstmResult {
  checkArguments(params, xs, options);
  return tf.tidy(() => {
    if (opsInUse().ops === 'own') return walkOwn(params, xs, options);
    const vectors = asVectors(xs, params.kernel.shape[0]);
    return isStock(options)
      ? walkBlocks(params, vectors, options)
      : walkEquations(...equationsOf(params, options), vectors, options);
  });
}

function walkOwn(params: PackedLstmParams, xs: NativeSequence, options: NativeLstmOptions): NativeLstmResult {
  const { kernel, recurrentKernel, bias, peepholes } = params;
  const { gateActivation = 'sigmoid', candidateActivation = 'tanh', outputActivation = 'tanh' } = options;
  const zeros = tf.zeros<tf.Rank.R2>([xs.shape[0], recurrentKernel.shape[0]]);
  const { hs, h, c } = ownSequence(
    {
      ...sequenceInputs(xs, options),
      ...{ h0: options.initialState?.h ?? zeros, c0: options.initialState?.c ?? zeros },
      ...{ kernel, recurrent: recurrentKernel, bias },
      peepholes: peepholes && (tf.stack([peepholes.pi, peepholes.pf, peepholes.po]) as tf.Tensor2D),
    },
    {
      ...{ kind: 'lstm', reverse: options.reverse ?? false, replace: false },
      ...{ gate: gateActivation, candidate: candidateActivation, output: outputActivation },
    },
  );
  return { outputs: hs, final: { h, c } };
}

/** TensorFlow's own fused ops know sigmoid and tanh alone, and no dropout. */
function isStock(options: NativeLstmOptions): boolean {
  const { gateActivation = 'sigmoid', candidateActivation = 'tanh', outputActivation = 'tanh' } = options;
  const usual = gateActivation === 'sigmoid' && candidateActivation === 'tanh' && outputActivation === 'tanh';
  return usual && !drops(options);
}

function walkBlocks(params: PackedLstmParams, xs: tf.Tensor3D, options: NativeLstmOptions): NativeLstmResult {
  const [batch, time, input] = xs.shape;
  const hidden = params.recurrentKernel.shape[0];
  const { initialState, mask, reverse = false } = options;
  const { h: h0, c: c0 } = initialState ?? { h: tf.zeros<tf.Rank.R2>([batch, hidden]), c: tf.zeros([batch, hidden]) };
  const weights = {
    Wx: inBlockOrder(params.kernel),
    Wh: inBlockOrder(params.recurrentKernel),
    b: inBlockOrder(params.bias),
    peepholes: params.peepholes,
  };
  if (!mask) {
    const turn = (steps: tf.Tensor3D): tf.Tensor3D => (reverse ? steps.reverse(0) : steps);
    const { hs, c } = blockLstm({ ...weights, xs: turn(xs.transpose<tf.Tensor3D>([1, 0, 2])), h0, c0 });
    const h = hs.slice(time - 1, 1).squeeze<tf.Tensor2D>([0]);
    return { outputs: turn(hs).transpose<tf.Tensor3D>([1, 0, 2]), final: { h, c } };
  }

  const { lengths, source, target } = takenSteps(mask.cast('bool').dataSync(), batch, time, reverse);
  const taken = rowsAt(xs.reshape([batch * time, -1]), source).reshape<tf.Tensor3D>([-1, batch, input]);
  const { hs, c } = blockLstm({ ...weights, xs: taken, h0, c0 }, lengths);
  const states = tf.concat([h0, hs.reshape<tf.Tensor2D>([-1, hidden])]);
  const last = lengths.map((length, n) => length * batch + n);
  return {
    outputs: rowsAt(states, target).reshape<tf.Tensor3D>([batch, time, hidden]),
    final: { h: rowsAt(states, last), c },
  };
}

/** BlockLSTM wants i, g, f, o. */
function inBlockOrder<T extends tf.Tensor>(packed: T): T {
  const axis = packed.rank - 1;
  const [i, f, g, o] = tf.split(packed, 4, axis) as [T, T, T, T];
  return tf.concat([i, g, f, o], axis);
}

/** The cell that computes the same, and its parameters. */
function equationsOf(
  { kernel, recurrentKernel, bias, peepholes }: PackedLstmParams,
  options: NativeLstmOptions,
): [cell: Cell<Params, LstmState, never>, params: Params] {
  const [Wxi, Wxf, Wxg, Wxo] = quarters(kernel);
  const [Whi, Whf, Whg, Who] = quarters(recurrentKernel);
  const [bi, bf, bg, bo] = quarters(bias);
  const params = { Wxi, Wxf, Wxg, Wxo, Whi, Whf, Whg, Who, bi, bf, bg, bo, ...peepholes };
  const cell = (peepholes ? lstmPeepholeWith(options) : lstmWith(options)) as Cell<Params, LstmState, never>;
  return [drops(options) ? droppedLstm(cell, options, options) : cell, params];
}

const quarters = <T extends tf.Tensor>(packed: T): [T, T, T, T] => tf.split(packed, 4, packed.rank - 1) as [T, T, T, T];

/**
 * @throws Error for the first argument that does not fit
 */
function checkArguments(params: PackedLstmParams, xs: NativeSequence, options: NativeLstmOptions): void {
  lstmWith(options);
  const gates = ['i', 'f', 'g', 'o'];
  const { input, hidden } = checkPacked(params, gates);
  const { peepholes } = params;
  for (const name of peepholes ? (['pi', 'pf', 'po'] as const) : []) {
    checkFloats(`peepholes.${name}`, peepholes?.[name] as tf.Tensor, [{ hidden }], 'it must match recurrentKernel');
  }
  checkSequenceArguments({ input, hidden }, xs, options, ['h', 'c'], gates);
}
