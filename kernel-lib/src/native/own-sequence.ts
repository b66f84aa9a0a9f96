import * as tf from '@tensorflow/tfjs-node';
import type { Activation } from '../cells';
import { at } from '../tensor';
import { attribute, refuseSecondDerivative, runOp } from './op';

/** Which recurrence, in the order of `ops/addon.cc`. */
export type OwnKind = (typeof kinds)[number];
const kinds = ['rnn', 'gru', 'gru before', 'lstm'] as const;

/** In the order of `ops/problem.h`. */
const activations: readonly Activation[] = ['tanh', 'sigmoid', 'hard_sigmoid', 'hard_sigmoid_keras2', 'relu', 'linear'];

/** What the op is configured with. */
export interface OwnForm {
  readonly kind: OwnKind;
  readonly gate: Activation;
  readonly candidate: Activation;
  readonly output: Activation;
  readonly reverse: boolean;
  /** Of the GRU: z is the share of what is new. */
  readonly replace: boolean;
  /** Of the GRU: the h that is carried on goes through the dropout too. */
  readonly carryDropped?: boolean;
}

/** All that the op reads, float32: shapes as in `ops/problem.h`. What a recurrence has no use for is left out. */
export interface OwnInputs {
  /** Vectors [batch, time, input], or ids [batch, time], as float32 too. */
  readonly x: tf.Tensor<tf.Rank.R2 | tf.Rank.R3>;
  readonly mask?: tf.Tensor2D | undefined;
  readonly dropout?: tf.Tensor<tf.Rank.R2 | tf.Rank.R3> | undefined;
  readonly h0: tf.Tensor2D;
  readonly c0?: tf.Tensor2D | undefined;
  readonly kernel: tf.Tensor2D;
  readonly recurrent: tf.Tensor2D;
  readonly bias: tf.Tensor1D;
  readonly innerBias?: tf.Tensor1D | undefined;
  readonly peepholes?: tf.Tensor2D | undefined;
  readonly inputDropout?: tf.Tensor3D | undefined;
}

/** h after every step [batch, time, hidden], and the state after the last [batch, hidden]; c of the LSTM alone. */
export interface OwnOutputs {
  readonly hs: tf.Tensor3D;
  readonly h: tf.Tensor2D;
  readonly c: tf.Tensor2D;
}

const KERNEL = 'UnrolledSequence';
/** In the op's order. A gradient there is of all but the masks. */
const inputNames = [
  'x',
  'mask',
  'dropout',
  'h0',
  'c0',
  'kernel',
  'recurrent',
  'bias',
  'innerBias',
  'peepholes',
  'inputDropout',
] as const;
const gradientNames = ['x', 'h0', 'c0', 'kernel', 'recurrent', 'bias', 'innerBias', 'peepholes'] as const;

type Named = Readonly<Record<(typeof inputNames)[number], tf.Tensor>>;
type Attributes = OwnForm & { readonly save: boolean };

/** A whole sequence in one op and its gradient in another, both of `ops/`: differentiable (once) in all but the masks. */
export function ownSequence(inputs: OwnInputs, form: OwnForm): OwnOutputs {
  register();
  const none = tf.zeros([0]);
  const all = Object.fromEntries(inputNames.map((name) => [name, inputs[name] ?? none]));
  // A tape that is on will ask for the gradient, which needs what the gates were.
  const attributes: Attributes = { ...form, save: tf.engine().isTapeOn() };
  const outputs: tf.Tensor[] = tf.engine().runKernel(KERNEL, all, { ...attributes });
  return { hs: outputs[0], h: outputs[1], c: outputs[2] } as unknown as OwnOutputs;
}

let registered = false;

function register(): void {
  if (registered) return;
  registered = true;
  tf.registerKernel({
    kernelName: KERNEL,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs }) => {
      const given = inputNames.map((name) => (inputs as Named)[name]);
      const [hs, h, c, saved] = runOp(KERNEL, opAttributes(attrs), given, 4) as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ];
      return [hs, h, c, asOneNumber(saved)];
    },
  });
  tf.registerGradient({
    kernelName: KERNEL,
    inputsToSave: [...inputNames],
    outputsToSave: [true, false, false, true],
    gradFunc: (dys, saved, attrs) => {
      const { kind } = attrs as unknown as Attributes;
      refuseSecondDerivative(`native.${kind === 'gru before' ? 'gru' : kind}`);
      const [dhs, dh, dc] = dys as tf.Tensor[];
      const inputs = saved.slice(0, inputNames.length);
      const [hs, gates] = saved.slice(inputNames.length);
      const all = [...inputs, hs, gates, dhs, dh, dc] as tf.Tensor[];
      const gradients = runOp(`${KERNEL}Grad`, opAttributes(attrs), all, gradientNames.length);
      const none = (): tf.Tensor => tf.zeros([0]);
      return {
        mask: none,
        dropout: none,
        inputDropout: none,
        ...Object.fromEntries(gradientNames.map((name, k) => [name, () => at(gradients, k)])),
        ...(inputs[0]?.rank === 2 && { x: idsHaveNone }),
      };
    },
  });
}

function idsHaveNone(): never {
  throw new Error('ids: they have no gradient; ask for that of the input weights, or pass the ids as one-hot vectors.');
}

/**
 * The same memory as a tensor of one number: tfjs makes zeros, as many as there are numbers, for every output that has no
 * gradient, and of this one there is never a gradient.
 */
function asOneNumber(tensor: tf.Tensor): tf.Tensor {
  const { dataId, dtype, size } = tensor;
  if (size === 0) return tensor;
  tf.backend().incRef(dataId);
  tensor.dispose();
  return tf.engine().makeTensorFromTensorInfo({ dataId, shape: [1], dtype });
}

function opAttributes(attrs: unknown): ReturnType<typeof attribute.int>[] {
  const { kind, gate, candidate, output, reverse, replace, carryDropped = false, save } = attrs as Attributes;
  return [
    attribute.int('kind', kinds.indexOf(kind)),
    attribute.int('gate', activations.indexOf(gate)),
    attribute.int('candidate', activations.indexOf(candidate)),
    attribute.int('output', activations.indexOf(output)),
    attribute.bool('reverse', reverse),
    attribute.bool('replace', replace),
    attribute.bool('carry_dropped', carryDropped),
    attribute.bool('save', save),
  ];
}
