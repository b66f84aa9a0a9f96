import * as tf from '@tensorflow/tfjs-node';
import { applyGradientDescent } from '../../native/optimizer-updates';
import type { RatedOptimizer } from '../optimizer';
import { FusedOptimizer, type UpdateRule } from './fused-optimizer';

/** {@link sgd} */
export class Sgd extends FusedOptimizer {
  /** What tf.layers calls it in a saved model. */
  static readonly className: string = 'UnrolledSgd';

  constructor({ learningRate }: Readonly<{ learningRate: number }>) {
    super(learningRate);
  }

  protected override rule(): UpdateRule {
    const eta = tf.scalar(this.learningRate);
    return (theta, g) => {
      applyGradientDescent(theta, eta, g);
    };
  }

  /** The options that would make it again. */
  override getConfig(): tf.serialization.ConfigDict {
    return { learningRate: this.learningRate };
  }
}
tf.serialization.registerClass(Sgd);

/**
 * Stochastic gradient descent, Robbins and Monro 1951:
 *   θ ← θ − η g
 * As torch.optim.SGD. In place, by TensorFlow's fused op.
 *
 * @throws Error when the learning rate is not a number of at least 0
 */
export function sgd(learningRate: number): RatedOptimizer {
  return new Sgd({ learningRate });
}
