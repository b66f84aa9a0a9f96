import * as tf from '@tensorflow/tfjs-node';
import { gruWith, type Cell, type GruForm, type GruParams, type GruState, type Params } from '../cells';
import type { Unrolled } from '../sequence';
import { checkFloats } from './check';
import { droppedGru, drops } from './dropped-cells';
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

/** Both gates and the candidate in one, in the order z, r, h along the last axis, as Keras has them. */
export type PackedGruParams = Readonly<{
  /** [input, 3 hidden] */
  kernel: tf.Tensor2D;
  /** [hidden, 3 hidden] */
  recurrentKernel: tf.Tensor2D;
  /** [3 hidden] */
  bias: tf.Tensor1D;
  /** bhh, inside of the reset [hidden]: with reset 'after' alone, and zeros unless given. */
  candidateRecurrentBias?: tf.Tensor1D;
}>;

/** How to walk along the sequence, and which form of the GRU. */
export type NativeGruOptions = NativeSequenceOptions<GruState> &
  GruForm & {
    /**
     * Whether the h that is carried on goes through the recurrent dropout too, h_t = z_t ⊙ (h_{t-1} ⊙ mask) + …, as in `tf.layers`:
     * a unit that is kept then grows by 1 / (1 − p) a step. False unless given, as in Keras 3; for a mask shared by all gates.
     */
    readonly carryDropped?: boolean;
  };

/** What the GRU made of a sequence. */
export type NativeGruResult = Unrolled<GruState>;

/**
 * The GRU in each of its forms on fused ops, the same numbers as the equations of `gruWith(options)`, and differentiable (once)
 * with respect to xs, every weight and the initial state.
 *   z_t = σ(x_t Wxz + h_{t-1} Whz + bz)
 *   r_t = σ(x_t Wxr + h_{t-1} Whr + br)
 *   h̃_t = φ(x_t Wxh + bh + r_t ⊙ (h_{t-1} Whh + bhh))      with reset 'after', the default
 *   h̃_t = φ(x_t Wxh + (r_t ⊙ h_{t-1}) Whh + bh)            with reset 'before'
 *   h_t = z_t ⊙ h_{t-1} + (1 − z_t) ⊙ h̃_t                  with update 'keep', the default
 * Where the mask is 0 the step is not taken and the state is carried on, so its output is the one before.
 * Shapes: xs [batch, time, input], or ids int32 [batch, time] ({@link NativeSequence}); kernel (Wxz Wxr Wxh) [input, 3 hidden], recurrentKernel (Whz Whr Whh) [hidden, 3 hidden],
 * bias (bz br bh) [3 hidden].
 * Sources: Cho et al. 2014, eq. 5-8; for reset 'after', Keras's and cuDNN's definition.
 *
 * @throws Error, before any op runs, for shapes and dtypes that do not fit each other, and for a form that there is none of
 */
export function packedGru(
  params: PackedGruParams,
  xs: NativeSequence,
  options: NativeGruOptions = {},
): NativeGruResult {
  checkArguments(params, xs, options);
  return tf.tidy(() =>
    opsInUse().ops === 'own'
      ? walkOwn(params, xs, options)
      : walkEquations(...equationsOf(params, options), asVectors(xs, params.kernel.shape[0]), options),
  );
}

function walkOwn(params: PackedGruParams, xs: NativeSequence, options: NativeGruOptions): NativeGruResult {
  const { kernel, recurrentKernel, bias, candidateRecurrentBias } = params;
  const { reset = 'after', update = 'keep', carryDropped = false } = options;
  const { gateActivation: gate = 'sigmoid', candidateActivation: candidate = 'tanh' } = options;
  const hidden = recurrentKernel.shape[0];
  const after = reset === 'after';
  const { hs, h } = ownSequence(
    {
      ...sequenceInputs(xs, options),
      h0: options.initialState?.h ?? tf.zeros([xs.shape[0], hidden]),
      ...{ kernel, recurrent: recurrentKernel, bias },
      innerBias: after ? (candidateRecurrentBias ?? tf.zeros([hidden])) : undefined,
    },
    {
      ...{ kind: after ? 'gru' : 'gru before', reverse: options.reverse ?? false, replace: update === 'replace' },
      carryDropped,
      ...{ gate, candidate, output: 'linear' },
    },
  );
  return { outputs: hs, final: { h } };
}

/** The cell that computes the same, and its parameters. */
function equationsOf(
  { kernel, recurrentKernel, bias, candidateRecurrentBias }: PackedGruParams,
  options: NativeGruOptions,
): [cell: Cell<Params, GruState, never>, params: Params] {
  const [Wxz, Wxr, Wxh] = thirds(kernel);
  const [Whz, Whr, Whh] = thirds(recurrentKernel);
  const [bz, br, bh] = thirds(bias);
  const params = { Wxz, Wxr, Wxh, Whz, Whr, Whh, bz, br, bh };
  const plain = gruWith(options) as Cell<Params, GruState, never>;
  const cell = drops(options) ? droppedGru(plain, options, options) : plain;
  if (options.reset === 'before') return [cell, params];
  const whole: GruParams = { ...params, bhh: candidateRecurrentBias ?? tf.zerosLike(bh) };
  return [cell, whole];
}

const thirds = <T extends tf.Tensor>(packed: T): [T, T, T] => tf.split(packed, 3, packed.rank - 1) as [T, T, T];

/**
 * @throws Error for the first argument that does not fit
 */
function checkArguments(params: PackedGruParams, xs: NativeSequence, options: NativeGruOptions): void {
  gruWith(options);
  const gates = ['z', 'r', 'h'];
  const { input, hidden } = checkPacked(params, gates);
  const { candidateRecurrentBias } = params;
  if (candidateRecurrentBias !== undefined) {
    checkFloats('candidateRecurrentBias', candidateRecurrentBias, [{ hidden }], 'it must match recurrentKernel');
    if (options.reset === 'before') {
      throw new Error(
        "candidateRecurrentBias: got a tensor, expected none with reset 'before', which has one bias alone.",
      );
    }
  }
  checkSequenceArguments({ input, hidden }, xs, options, ['h'], gates);
  if (options.carryDropped && options.recurrentDropoutMask?.rank === 3) {
    throw new Error(
      'carryDropped: got true with a mask for each gate, expected a mask shared by all of them: pass recurrentDropoutMask as [batch, hidden].',
    );
  }
}
