import * as tf from '@tensorflow/tfjs-node';
import { applyKerasMomentum, applyMomentum } from '../../native/optimizer-updates';
import type { RatedOptimizer } from '../optimizer';
import { checkDecay, checkForm } from './arguments';
import { FusedOptimizer, type UpdateRule } from './fused-optimizer';

/** How the past counts. */
export interface MomentumOptions {
  /** μ, default 0.9. */
  readonly momentum?: number;
  /** Looks ahead by one step of the momentum (Nesterov 1983; Sutskever et al. 2013, section 2). */
  readonly nesterov?: boolean;
  /** Where the learning rate stands; 'pytorch' unless given. The two differ only while the rate changes. */
  readonly form?: 'pytorch' | 'keras';
}

/** {@link momentum} */
export class Momentum extends FusedOptimizer<'a'> {
  /** What tf.layers calls it in a saved model. */
  static readonly className: string = 'UnrolledMomentum';
  private readonly options: Readonly<Required<MomentumOptions>>;

  constructor({ learningRate, ...options }: Readonly<{ learningRate: number }> & MomentumOptions) {
    super(learningRate, ['a']);
    this.options = { momentum: 0.9, nesterov: false, form: 'pytorch', ...options };
    checkDecay('momentum', this.options.momentum);
    checkForm(this.options.form);
  }

  protected override rule(): UpdateRule<'a'> {
    const { momentum, nesterov, form } = this.options;
    const scalars = { eta: tf.scalar(this.learningRate), mu: tf.scalar(momentum) };
    const apply = form === 'keras' ? applyKerasMomentum : applyMomentum;
    return (theta, g, { a }) => {
      apply(theta, a, g, scalars, nesterov);
    };
  }

  /** The options that would make it again. */
  override getConfig(): tf.serialization.ConfigDict {
    return { learningRate: this.learningRate, ...this.options };
  }
}
tf.serialization.registerClass(Momentum);

/**
 * Gradient descent with momentum, Polyak 1964, or Nesterov's:
 *   a ← μ a + g
 *   θ ← θ − η a, or θ ← θ − η (g + μ a) with `nesterov`
 * As torch.optim.SGD. The form 'keras' keeps η in the sum: a ← μ a − η g, θ ← θ + a or θ ← θ + μ a − η g.
 *
 * @throws Error for a learning rate below 0 or a momentum that is not from 0 to below 1
 */
export function momentum(learningRate: number, options: MomentumOptions = {}): RatedOptimizer {
  return new Momentum({ learningRate, ...options });
}
