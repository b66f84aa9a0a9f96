import * as tf from '@tensorflow/tfjs-node';
import { rnnWith, type Activation, type Cell, type Params, type RnnState } from '../cells';
import type { Unrolled } from '../sequence';
import { droppedRnn, drops } from './dropped-cells';
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

/** The weights of a simple recurrent network, named as in Keras. */
export type PackedRnnParams = Readonly<{
  /** Wxh [input, hidden] */
  kernel: tf.Tensor2D;
  /** Whh [hidden, hidden] */
  recurrentKernel: tf.Tensor2D;
  /** bh [hidden] */
  bias: tf.Tensor1D;
}>;

/** How to walk along the sequence, and with which activation. */
export type NativeRnnOptions = NativeSequenceOptions<RnnState> & {
  /** f: tanh unless given. */
  readonly activation?: Activation;
};

/** What the network made of a sequence. */
export type NativeRnnResult = Unrolled<RnnState>;

/**
 * The simple recurrent network of Elman 1990 on fused ops, the same numbers as the equation of `rnnWith(activation)`, and
 * differentiable (once) with respect to xs, every weight and the initial state.
 *   h_t = f(x_t Wxh + h_{t-1} Whh + bh)
 * Where the mask is 0 the step is not taken and the state is carried on, so its output is the one before.
 * Shapes: xs [batch, time, input], or ids int32 [batch, time] ({@link NativeSequence}); kernel Wxh [input, hidden], recurrentKernel Whh [hidden, hidden], bias bh [hidden].
 *
 * @throws Error, before any op runs, for shapes and dtypes that do not fit each other, and for an activation that is none
 */
export function packedRnn(
  params: PackedRnnParams,
  xs: NativeSequence,
  options: NativeRnnOptions = {},
): NativeRnnResult {
  checkSequenceArguments(checkPacked(params, ['h']), xs, options, ['h'], ['h']);
  const { kernel: Wxh, recurrentKernel: Whh, bias: bh } = params;
  const activation = options.activation ?? 'tanh';
  const plain = rnnWith(activation) as Cell<Params, RnnState, never>;
  return tf.tidy(() => {
    if (opsInUse().ops === 'stock') {
      const cell = drops(options) ? droppedRnn(plain, options) : plain;
      return walkEquations(cell, { Wxh, Whh, bh }, asVectors(xs, Wxh.shape[0]), options);
    }
    const { hs, h } = ownSequence(
      {
        ...sequenceInputs(xs, options),
        h0: options.initialState?.h ?? tf.zeros([xs.shape[0], Whh.shape[0]]),
        ...{ kernel: Wxh, recurrent: Whh, bias: bh },
      },
      {
        ...{ kind: 'rnn', reverse: options.reverse ?? false, replace: false },
        ...{ gate: 'linear', candidate: activation, output: 'linear' },
      },
    );
    return { outputs: hs, final: { h } };
  });
}
