import * as tf from '@tensorflow/tfjs-node';
import type { Activation } from '../cells';
import { packedGru } from '../native';
import { readActivation, writtenActivation } from './activations';
import type { GruArgs } from './arguments';
import { readFlag } from './options';
import { Recurrent } from './recurrent';
import type { RecurrentWeights, Walk, Walked } from './walk';

/** The layer that {@link gru} makes. */
export class Gru extends Recurrent {
  static readonly className: string = 'NativeGRU';
  readonly stateNames: readonly string[] = ['h'];
  protected readonly gates = 3;
  readonly recurrentActivation: Activation;
  readonly resetAfter: boolean;

  /** @throws Error, one sentence, for the first argument that cannot be used */
  constructor(args: GruArgs) {
    super(args);
    this.recurrentActivation = readActivation('recurrentActivation', args.recurrentActivation, 'sigmoid');
    this.resetAfter = readFlag('resetAfter', args.resetAfter, true);
  }

  protected override get biasShape(): number[] {
    return this.resetAfter ? [2, 3 * this.options.units] : [3 * this.options.units];
  }

  protected walk(weights: RecurrentWeights, xs: tf.Tensor3D, { initialState, ...options }: Walk): Walked {
    const { kernel, recurrentKernel, bias = tf.zeros(this.biasShape) } = weights;
    const [h] = initialState ?? [];
    const { outputs, final } = packedGru({ kernel, recurrentKernel, ...this.biases(bias) }, xs, {
      ...options,
      ...(h && { initialState: { h } }),
      reset: this.resetAfter ? 'after' : 'before',
      carryDropped: true,
      gateActivation: this.recurrentActivation,
      candidateActivation: this.options.activation,
    });
    return { outputs, states: [final.h] };
  }

  /** Keras has a second bias beside the recurrent weights; only the candidate's is not the same as the first one's. */
  private biases(bias: tf.Tensor): { bias: tf.Tensor1D; candidateRecurrentBias?: tf.Tensor1D } {
    if (!this.resetAfter) return { bias: bias as tf.Tensor1D };
    const { units } = this.options;
    const [ofInput, ofState] = tf.unstack(bias) as [tf.Tensor1D, tf.Tensor1D];
    const [ofGates, candidateRecurrentBias] = tf.split(ofState, [2 * units, units]) as [tf.Tensor1D, tf.Tensor1D];
    return { bias: ofInput.add(ofGates.pad([[0, units]])), candidateRecurrentBias };
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { recurrentActivation, resetAfter } = this;
    return { ...super.getConfig(), recurrentActivation: writtenActivation(recurrentActivation), resetAfter };
  }
}
tf.serialization.registerClass(Gru);

/**
 * The GRU as a layer for `tf.sequential` and `tf.model`, on the native ops: what Keras's GRU computes, in both of its forms, and,
 * with `resetAfter: false`, what `tf.layers.gru` computes, which has that form alone.
 *   z_t = σ(x_t Wxz + h_{t-1} Whz + bz)
 *   r_t = σ(x_t Wxr + h_{t-1} Whr + br)
 *   h̃_t = φ(x_t Wxh + bxh + r_t ⊙ (h_{t-1} Whh + bhh))    with `resetAfter`, the default
 *   h̃_t = φ(x_t Wxh + (r_t ⊙ h_{t-1}) Whh + bh)           without
 *   h_t = z_t ⊙ h_{t-1} + (1 − z_t) ⊙ h̃_t
 * σ is `recurrentActivation`, `sigmoid` unless given, where `tf.layers` has `hardSigmoid`; φ is `activation`. With recurrent
 * dropout, every h_{t-1} is the one dropped from, that of the last line, too, as in `tf.layers`; Keras 3 spares that one.
 * Weights, as Keras's, the gates in the order z, r, h: kernel [input, 3 units], recurrent_kernel [units, 3 units], bias
 * [2, 3 units], the input's and the state's, with `resetAfter`, and [3 units] without. Shapes: xs [batch, time, input], output
 * [batch, units] or, with `returnSequences`, [batch, time, units]; with `returnState`, [output, h].
 * The first state comes as `layer.apply(xs, { initialState: [h] })`, [batch, units].
 * Sources: Cho et al. 2014, eq. 5-8; for `resetAfter`, Keras's and cuDNN's definition.
 *
 * @throws Error, one sentence, for the first argument that cannot be used
 */
export function gru(args: GruArgs): Gru {
  return new Gru(args);
}
