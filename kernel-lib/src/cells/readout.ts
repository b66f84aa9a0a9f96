import * as tf from '@tensorflow/tfjs-node';
import { affine, checkShape, checkSize, checkUsable, glorotUniform, type Initializer, type Rng } from '../tensor';

/** Why [hidden, output], by [output]. */
export type ReadoutParams = Readonly<{ Why: tf.Tensor2D; by: tf.Tensor1D }>;

/** How to draw a readout's parameters. Glorot for Why, zeros for by, unless said otherwise. */
export interface ReadoutOptions {
  readonly hiddenSize: number;
  readonly outputSize: number;
  readonly rng: Rng;
  readonly initializers?: { readonly Why?: Initializer };
}

/** The layer that reads the state. */
export interface Readout {
  /** Draws the parameters. */
  init(options: ReadoutOptions): ReadoutParams;
  /**
   * y = h Why + by, at one time step or at all of them.
   * Shapes: h [batch, hidden] or [batch, time, hidden]; y has output in place of hidden.
   */
  apply<T extends tf.Tensor2D | tf.Tensor3D>(params: ReadoutParams, h: T): T;
}

/** Linear readout: y_t = h_t Why + by. */
export const readout: Readout = {
  init({ hiddenSize, outputSize, rng, initializers: { Why = glorotUniform } = {} }) {
    checkSize('hiddenSize', hiddenSize);
    checkSize('outputSize', outputSize);
    return { Why: Why(rng, [hiddenSize, outputSize]), by: tf.zeros([outputSize]) };
  },

  apply({ Why, by }, h) {
    checkReadout({ Why, by }, h);
    return tf.tidy(() => affine(h, Why, by));
  },
};

/**
 * @throws Error unless Why, by and h fit each other
 */
export function checkReadout({ Why, by }: ReadoutParams, h: tf.Tensor2D | tf.Tensor3D): void {
  const { hidden, output } = checkShape('Why', Why, ['hidden', 'output']);
  checkShape('by', by, [{ output }], 'it must match the last axis of Why');
  checkUsable('h', h);
  const axes = h.rank === 2 ? (['batch', { hidden }] as const) : (['batch', 'time', { hidden }] as const);
  checkShape('h', h, axes, 'the last axis must match the first of Why');
}
