import * as tf from '@tensorflow/tfjs-node';
import { packedRnn } from '../native';
import type { RecurrentArgs } from './arguments';
import { Recurrent } from './recurrent';
import type { RecurrentWeights, Walk, Walked } from './walk';

/** The layer that {@link simpleRNN} makes. */
export class SimpleRnn extends Recurrent {
  static readonly className: string = 'NativeSimpleRNN';
  readonly stateNames: readonly string[] = ['h'];
  protected readonly gates = 1;

  protected walk(weights: RecurrentWeights, xs: tf.Tensor3D, { initialState, ...options }: Walk): Walked {
    const { kernel, recurrentKernel, bias = tf.zeros(this.biasShape) } = weights;
    const [h] = initialState ?? [];
    const { outputs, final } = packedRnn({ kernel, recurrentKernel, bias: bias as tf.Tensor1D }, xs, {
      ...options,
      ...(h && { initialState: { h } }),
      activation: this.options.activation,
    });
    return { outputs, states: [final.h] };
  }
}
tf.serialization.registerClass(SimpleRnn);

/**
 * The simple recurrent network as a layer for `tf.sequential` and `tf.model`, on the native ops: what `tf.layers.simpleRNN` and
 * Keras's SimpleRNN compute.
 *   h_t = φ(x_t Wxh + h_{t-1} Whh + bh)
 * φ is `activation`, `tanh` unless given.
 * Weights, as Keras's: kernel [input, units], recurrent_kernel [units, units], bias [units]. Shapes: xs [batch, time, input],
 * output [batch, units] or, with `returnSequences`, [batch, time, units]; with `returnState`, [output, h].
 * The first state comes as `layer.apply(xs, { initialState: [h] })`, [batch, units].
 * Source: Elman 1990, Finding structure in time.
 *
 * @throws Error, one sentence, for the first argument that cannot be used
 */
export function simpleRNN(args: RecurrentArgs): SimpleRnn {
  return new SimpleRnn(args);
}
