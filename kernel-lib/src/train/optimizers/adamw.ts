import * as tf from '@tensorflow/tfjs-node';
import { applyScale } from '../../native/optimizer-updates';
import { Adam, type AdamOptions } from './adam';
import type { RatedOptimizer } from '../optimizer';
import { checkRate } from './arguments';
import type { UpdateRule } from './fused-optimizer';

/** Adam's, and how fast weights shrink. */
export interface AdamwOptions extends AdamOptions {
  /** λ, default 0.01: the share of η by which every parameter shrinks at each step. */
  readonly weightDecay?: number;
}

/** {@link adamw} */
export class AdamW extends Adam {
  /** What tf.layers calls it in a saved model. */
  static override readonly className: string = 'UnrolledAdamW';
  private readonly weightDecay: number;

  constructor({ weightDecay = 0.01, ...adam }: Readonly<{ learningRate: number }> & AdamwOptions) {
    super(adam);
    checkRate('weightDecay', weightDecay);
    this.weightDecay = weightDecay;
  }

  protected override rule(t: number): UpdateRule<'m' | 'v'> {
    const adam = super.rule(t);
    const kept = tf.scalar(1 - this.learningRate * this.weightDecay);
    return (theta, g, moments) => {
      applyScale(theta, kept);
      adam(theta, g, moments);
    };
  }

  /** The options that would make it again. */
  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), weightDecay: this.weightDecay };
  }
}
tf.serialization.registerClass(AdamW);

/**
 * Adam with decoupled weight decay, Loshchilov and Hutter 2019, Algorithm 2:
 *   θ ← θ − η λ θ, then {@link adam}'s step
 * As torch.optim.AdamW and Keras's AdamW, where the decay follows the learning rate; in the paper it follows the schedule's multiplier
 * alone. Unlike an L2 penalty it does not pass through Adam's moments.
 *
 * @throws Error as {@link adam}, and for a weight decay below 0
 */
export function adamw(learningRate = 0.001, options: AdamwOptions = {}): RatedOptimizer {
  return new AdamW({ learningRate, ...options });
}
