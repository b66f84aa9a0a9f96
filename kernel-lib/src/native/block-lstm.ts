import * as tf from '@tensorflow/tfjs-node';
import { at } from '../tensor';
import { backward } from './block-lstm-backward';
import { attribute, int64, refuseSecondDerivative, runOp } from './op';

/** Peephole weights, each [hidden]: the input and forget gates look at c_{t-1}, the output gate at c_t. */
export type Peepholes = Readonly<{ pi: tf.Tensor1D; pf: tf.Tensor1D; po: tf.Tensor1D }>;

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
    const given = args as tf.Tensor[];
    const steps = forward(inputs);
    const c = finalCell(c0, steps.c, lengths);
    save([...given, ...stepParts.map((part) => steps[part])]);
    return {
      value: tf.concat([steps.h, c.expandDims<tf.Tensor3D>(0)]),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        refuseSecondDerivative('native.lstm');
        const before = inputsOf(saved.slice(0, given.length));
        const after = stepsOf(saved.slice(given.length));
        return tf.tidy(() => backward(dy as tf.Tensor3D, before, after, lengths));
      },
    };
  });
  const packed = fused(xs, h0, c0, Wx, Wh, b, ...(peepholes ? [peepholes.pi, peepholes.pf, peepholes.po] : []));
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

/** What the forward pass leaves for the backward pass, each [time, batch, hidden], in the op's order. */
export type LstmSteps = Readonly<Record<(typeof stepParts)[number], tf.Tensor3D>>;
const stepParts = ['i', 'c', 'f', 'o', 'g', 'tanhC', 'h'] as const;

const stepsOf = (steps: readonly tf.Tensor[]): LstmSteps =>
  Object.fromEntries(stepParts.map((part, k) => [part, at(steps, k)])) as LstmSteps;

/** The inputs again, from the list that tf.customGrad hands on. */
function inputsOf([xs, h0, c0, Wx, Wh, b, pi, pf, po]: readonly tf.Tensor[]): BlockLstmInputs {
  return { xs, h0, c0, Wx, Wh, b, peepholes: pi && { pi, pf, po } } as BlockLstmInputs;
}

function forward({ xs, h0, c0, Wx, Wh, b, peepholes }: BlockLstmInputs): LstmSteps {
  const none = tf.zeros([Wh.shape[0]]);
  const attributes = [
    attribute.float32('T'),
    attribute.float('forget_bias', 0),
    attribute.float('cell_clip', -1),
    attribute.bool('use_peephole', peepholes !== undefined),
  ];
  const { pi = none, pf = none, po = none } = peepholes ?? {};
  const W = tf.concat([Wx, Wh]);
  const all = [int64([xs.shape[0]], []), xs, c0, h0, W, pi, pf, po, b];
  return stepsOf(runOp('BlockLSTM', attributes, all, stepParts.length));
}

/** c after the last step of every sequence. */
function finalCell(c0: tf.Tensor2D, c: tf.Tensor3D, lengths?: readonly number[]): tf.Tensor2D {
  const [time, batch, hidden] = c.shape;
  if (!lengths) return c.slice(time - 1, 1).reshape([batch, hidden]);
  const rows = tf.concat([c0, c.reshape<tf.Tensor2D>([time * batch, hidden])]);
  const last = lengths.map((length, n) => length * batch + n);
  return tf.gather(rows, tf.tensor1d(last, 'int32'));
}
