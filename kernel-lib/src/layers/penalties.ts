import * as tf from '@tensorflow/tfjs-node';
import type { Regularizer } from './identifiers';

/**
 * The penalty on what a layer gives, from the call that gives it to the loss that asks for it, which tfjs does not have: there a
 * layer with an activity regularizer throws. It lies on the tape of the same training step, so that gradients go through it.
 */
export class Penalties {
  private pending: tf.Tensor[] = [];

  constructor(private readonly regularizer: Regularizer) {}

  add(outputs: readonly tf.Tensor[]): void {
    this.pending = [...this.live(), ...outputs.map((output) => this.regularizer.apply(output))];
  }

  /** Their sum. A layer that is called twice is asked twice, and has said all the first time. */
  take(): tf.Scalar {
    const live = this.live();
    this.pending = [];
    return live.length === 0 ? tf.scalar(0) : (tf.addN(live) as tf.Scalar);
  }

  /** A step that was broken off has left penalties that are no longer there. */
  private live(): tf.Tensor[] {
    return this.pending.filter((penalty) => !penalty.isDisposed);
  }
}
