import * as tf from '@tensorflow/tfjs-node';
import type { Activation } from '../cells';
import { packedLstm } from '../native';
import { readActivation, writtenActivation } from './activations';
import type { LstmArgs } from './arguments';
import type { Initializer } from './identifiers';
import { withForgetBias } from './initializers';
import { readFlag } from './options';
import { Recurrent } from './recurrent';
import type { RecurrentWeights, Walk, Walked } from './walk';

/** The layer that {@link lstm} makes. */
export class Lstm extends Recurrent {
  static readonly className: string = 'NativeLSTM';
  readonly stateNames: readonly string[] = ['h', 'c'];
  protected readonly gates = 4;
  readonly recurrentActivation: Activation;
  readonly unitForgetBias: boolean;

  /** @throws Error, one sentence, for the first argument that cannot be used */
  constructor(args: LstmArgs) {
    super(args);
    this.recurrentActivation = readActivation('recurrentActivation', args.recurrentActivation, 'sigmoid');
    this.unitForgetBias = readFlag('unitForgetBias', args.unitForgetBias, true);
  }

  protected override biasInitializer(initializer: Initializer): Initializer {
    return this.unitForgetBias ? withForgetBias(initializer, this.options.units) : initializer;
  }

  protected walk(weights: RecurrentWeights, xs: tf.Tensor3D, { initialState, ...options }: Walk): Walked {
    const { kernel, recurrentKernel, bias = tf.zeros(this.biasShape) } = weights;
    const [h, c] = initialState ?? [];
    const { outputs, final } = packedLstm({ kernel, recurrentKernel, bias: bias as tf.Tensor1D }, xs, {
      ...options,
      ...(h && c && { initialState: { h, c } }),
      gateActivation: this.recurrentActivation,
      candidateActivation: this.options.activation,
      outputActivation: this.options.activation,
    });
    return { outputs, states: [final.h, final.c] };
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { recurrentActivation, unitForgetBias } = this;
    return { ...super.getConfig(), recurrentActivation: writtenActivation(recurrentActivation), unitForgetBias };
  }
}
tf.serialization.registerClass(Lstm);

/**
 * The LSTM as a layer for `tf.sequential` and `tf.model`, on the native ops: what `tf.layers.lstm` and Keras's LSTM compute.
 *   i_t = σ(x_t Wxi + h_{t-1} Whi + bi)
 *   f_t = σ(x_t Wxf + h_{t-1} Whf + bf)
 *   c_t = f_t ⊙ c_{t-1} + i_t ⊙ φ(x_t Wxc + h_{t-1} Whc + bc)
 *   o_t = σ(x_t Wxo + h_{t-1} Who + bo)
 *   h_t = o_t ⊙ φ(c_t)
 * σ is `recurrentActivation`, `sigmoid` unless given, where `tf.layers` has `hardSigmoid`; φ is `activation`.
 * Weights, as Keras's, the gates in the order i, f, c, o: kernel [input, 4 units], recurrent_kernel [units, 4 units], bias
 * [4 units]. Shapes: xs [batch, time, input], output [batch, units] or, with `returnSequences`, [batch, time, units]; with
 * `returnState`, [output, h, c].
 * The first state comes as `layer.apply(xs, { initialState: [h, c] })`, each [batch, units].
 * Sources: Hochreiter and Schmidhuber 1997; Gers, Schmidhuber and Cummins 2000 for the forget gate.
 *
 * @throws Error, one sentence, for the first argument that cannot be used
 */
export function lstm(args: LstmArgs): Lstm {
  return new Lstm(args);
}
