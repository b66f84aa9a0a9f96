import * as tf from '@tensorflow/tfjs-node';
import { applyAdam } from '../../native/optimizer-updates';
import type { RatedOptimizer } from '../optimizer';
import { checkDecay, checkForm, checkPositive } from './arguments';
import { FusedOptimizer, type UpdateRule } from './fused-optimizer';

/** How far Adam's two means look back. */
export interface AdamOptions {
  /** Of the mean gradient, default 0.9. */
  readonly beta1?: number;
  /** Of the mean square, default 0.999. */
  readonly beta2?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** Whether ε is added to √v̂ ('pytorch', the default) or to √v ('keras', TensorFlow and tf.train.adam as well). */
  readonly form?: 'pytorch' | 'keras';
}

/** {@link adam} */
export class Adam extends FusedOptimizer<'m' | 'v'> {
  /** What tf.layers calls it in a saved model. */
  static readonly className: string = 'UnrolledAdam';
  private readonly options: Readonly<Required<AdamOptions>>;

  constructor({ learningRate, ...options }: Readonly<{ learningRate: number }> & AdamOptions) {
    super(learningRate, ['m', 'v']);
    this.options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, form: 'pytorch', ...options };
    checkDecay('beta1', this.options.beta1);
    checkDecay('beta2', this.options.beta2);
    checkPositive('epsilon', this.options.epsilon);
    checkForm(this.options.form);
  }

  protected override rule(t: number): UpdateRule<'m' | 'v'> {
    const { epsilon, form } = this.options;
    // The op has β in float32: correcting with the same number keeps m̂ and v̂ exact means.
    const beta1 = Math.fround(this.options.beta1);
    const beta2 = Math.fround(this.options.beta2);
    const [c1, c2] = [1 - beta1 ** t, 1 - beta2 ** t];
    // ε = ε̂ / √(1 − β2^t)
    const added = form === 'keras' ? epsilon / Math.sqrt(1 - this.options.beta2 ** t) : epsilon;
    // η m̂ / (√v̂ + ε) = η √c2 / c1 · m / (√v + ε √c2), with m̂ = m / c1 and v̂ = v / c2
    const scalars = {
      eta: tf.scalar((this.learningRate * Math.sqrt(c2)) / c1),
      beta1: tf.scalar(beta1),
      beta2: tf.scalar(beta2),
      epsilon: tf.scalar(added * Math.sqrt(c2)),
      zero: tf.scalar(0),
    };
    return (theta, g, { m, v }) => {
      applyAdam(theta, m, v, g, scalars);
    };
  }

  /** The options that would make it again. */
  override getConfig(): tf.serialization.ConfigDict {
    return { learningRate: this.learningRate, ...this.options };
  }
}
tf.serialization.registerClass(Adam);

/**
 * Adam, Kingma and Ba 2015, Algorithm 1, with t the steps that the optimizer has taken:
 *   m ← β1 m + (1 − β1) g        m̂ = m / (1 − β1^t)
 *   v ← β2 v + (1 − β2) g²       v̂ = v / (1 − β2^t)
 *   θ ← θ − η m̂ / (√v̂ + ε)
 * As torch.optim.Adam. The form 'keras' has ε̂ instead, as in the end of the paper's section 2:
 *   θ ← θ − η √(1 − β2^t) / (1 − β1^t) · m / (√v + ε̂)
 *
 * @throws Error for a learning rate below 0, a β that is not from 0 to below 1, or an ε that is not above 0
 */
export function adam(learningRate = 0.001, options: AdamOptions = {}): RatedOptimizer {
  return new Adam({ learningRate, ...options });
}
