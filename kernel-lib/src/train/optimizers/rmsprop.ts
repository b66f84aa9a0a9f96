import * as tf from '@tensorflow/tfjs-node';
import { disposeResource, makeResource, readResource, type Resource } from '../../native/optimizer-resource';
import {
  applyAdam,
  applyCenteredRmsprop,
  applyGradientDescent,
  applyMomentum,
  applyRmsprop,
  applyScale,
} from '../../native/optimizer-updates';
import type { RatedOptimizer } from '../optimizer';
import { checkDecay, checkForm, checkPositive } from './arguments';
import { FusedOptimizer, type UpdateRule } from './fused-optimizer';

/** How the mean square is taken. */
export interface RmspropOptions {
  /** ρ, default 0.99 as in PyTorch (0.9 in Keras and tf.train). */
  readonly decay?: number;
  /** μ, default 0. */
  readonly momentum?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** Divides by the standard deviation of the gradient, its mean left out (Graves 2013, eq. 38 to 41). */
  readonly centered?: boolean;
  /** Whether ε stands outside of the root ('pytorch', the default) or inside of it ('keras', and TensorFlow's op). */
  readonly form?: 'pytorch' | 'keras';
}

type Moment = 'v' | 'a' | 'gBar';

/** {@link rmsprop} */
export class RmsProp extends FusedOptimizer<Moment> {
  /** What tf.layers calls it in a saved model. */
  static readonly className: string = 'UnrolledRmsProp';
  private readonly options: Readonly<Required<RmspropOptions>>;

  constructor({ learningRate, ...given }: Readonly<{ learningRate: number }> & RmspropOptions) {
    const options = { decay: 0.99, momentum: 0, epsilon: 1e-8, centered: false, form: 'pytorch' as const, ...given };
    // TensorFlow's op has a place for a even where μ is 0.
    const hasSum = options.momentum > 0 || options.form === 'keras';
    super(learningRate, ['v', ...(hasSum ? (['a'] as const) : []), ...(options.centered ? (['gBar'] as const) : [])]);
    checkDecay('decay', options.decay);
    checkDecay('momentum', options.momentum);
    checkPositive('epsilon', options.epsilon);
    checkForm(options.form);
    this.options = options;
  }

  protected override rule(): UpdateRule<Moment> {
    const { decay, momentum, epsilon, centered, form } = this.options;
    const eta = tf.scalar(this.learningRate);
    const [rho, mu] = [tf.scalar(decay), tf.scalar(momentum)];
    if (form === 'keras') {
      const scalars = { eta, rho, mu, epsilon: tf.scalar(epsilon) };
      return (theta, g, { v, gBar, a }) => {
        if (centered) applyCenteredRmsprop(theta, v, gBar, a, g, scalars);
        else applyRmsprop(theta, v, a, g, scalars);
      };
    }
    const means = { beta1: rho, beta2: rho, epsilon: tf.scalar(epsilon), zero: tf.scalar(0) };
    if (centered) {
      return (theta, g, { v, gBar, a }) => {
        const u = centeredDirection(g, v, gBar, means);
        if (momentum > 0) applyMomentum(theta, a, u, { eta, mu });
        else applyGradientDescent(theta, eta, u);
      };
    }
    const minusOne = tf.scalar(-1);
    return (theta, g, { v, a }) => {
      // Adam's op on a mean that is g before it stays g: θ ← θ − η g / (√v + ε).
      const mean = makeResource(g);
      if (momentum > 0) {
        applyScale(a, mu);
        applyAdam(a, mean, v, g, { ...means, eta: minusOne });
        applyGradientDescent(theta, eta, readResource(a));
      } else {
        applyAdam(theta, mean, v, g, { ...means, eta });
      }
      disposeResource(mean);
    };
  }

  /** The options that would make it again. */
  override getConfig(): tf.serialization.ConfigDict {
    return { learningRate: this.learningRate, ...this.options };
  }
}
tf.serialization.registerClass(RmsProp);

type Means = Readonly<Record<'beta1' | 'beta2' | 'epsilon' | 'zero', tf.Scalar>>;

/**
 *   v ← ρ v + (1 − ρ) g²
 *   ḡ ← ρ ḡ + (1 − ρ) g
 *   u = g / (√(v − ḡ²) + ε)
 * Both means are Adam's, whose own step nobody takes.
 */
function centeredDirection(g: tf.Tensor, v: Resource, gBar: Resource, means: Means): tf.Tensor {
  const unused = makeResource(g);
  applyAdam(unused, gBar, v, g, { ...means, eta: means.zero });
  disposeResource(unused);
  const variance = tf.tidy(() => readResource(v).sub(readResource(gBar).square()));
  // In float32 the variance of a gradient that never changes may come out below 0.
  return g.div(variance.relu().sqrt().add(means.epsilon));
}

/**
 * RMSprop, Hinton, Srivastava and Swersky 2012, Neural networks for machine learning, lecture 6e; with momentum and centred, Graves
 * 2013, Generating sequences with recurrent neural networks, eq. 38 to 45:
 *   v ← ρ v + (1 − ρ) g²
 *   ḡ ← ρ ḡ + (1 − ρ) g where `centered`, 0 otherwise
 *   a ← μ a + g / (√(v − ḡ²) + ε)
 *   θ ← θ − η a
 * As torch.optim.RMSprop. In the form 'keras', as Keras's and TensorFlow's op:
 *   a ← μ a + η g / √(v − ḡ² + ε)
 *   θ ← θ − a
 * Keras's defaults are decay 0.9 and epsilon 1e-7.
 *
 * @throws Error for a learning rate below 0, a decay or momentum that is not from 0 to below 1, or an ε that is not above 0
 */
export function rmsprop(learningRate = 0.01, options: RmspropOptions = {}): RatedOptimizer {
  return new RmsProp({ learningRate, ...options });
}
