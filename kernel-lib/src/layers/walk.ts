import type * as tf from '@tensorflow/tfjs-node';
import type { NativeSequenceOptions } from '../native';
import type { RecurrentOptions } from './options';

/** The weights of one layer as they are now. */
export interface RecurrentWeights {
  /** [input, gates · units] */
  readonly kernel: tf.Tensor2D;
  /** [units, gates · units] */
  readonly recurrentKernel: tf.Tensor2D;
  /** None without `useBias`. */
  readonly bias?: tf.Tensor;
}

/** How one walk along a batch goes. */
export interface Walk extends Omit<NativeSequenceOptions<never>, 'initialState'> {
  readonly initialState?: readonly tf.Tensor2D[];
}

/** What a walk along a batch gives. */
export interface Walked {
  /** h after every step [batch, time, units], in the order of the inputs' time axis. */
  readonly outputs: tf.Tensor3D;
  /** Every part of the last state, h first, each [batch, units]. */
  readonly states: readonly [h: tf.Tensor2D, ...others: tf.Tensor2D[]];
}

/** What the layer gives of it, next to its states. */
export function outputOf(
  { outputs, states }: Walked,
  mask: tf.Tensor2D | undefined,
  { returnSequences, goBackwards, zeroOutputForMask }: RecurrentOptions,
): tf.Tensor {
  const seen = zeroOutputForMask ? mask?.cast('bool').cast('float32') : undefined;
  if (returnSequences) {
    const visible = seen ? outputs.mul<tf.Tensor3D>(seen.expandDims(2)) : outputs;
    return goBackwards ? visible.reverse(1) : visible;
  }
  const [h] = states;
  // A tensor of its own beside the state: models dispose of each output once it has been read.
  return seen ? h.mul(seen.slice([0, goBackwards ? 0 : outputs.shape[1] - 1], [-1, 1])) : h.clone();
}
