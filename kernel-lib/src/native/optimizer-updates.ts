import type * as tf from '@tensorflow/tfjs-node';
import { attribute, runOp } from './op';
import { assignResource, readResource, type Resource } from './optimizer-resource';

// TensorFlow's fused updates, each in place. They look at no shape and dtype before they run: optimizers check theirs.

type MomentumUpdate = (
  theta: Resource,
  a: Resource,
  g: tf.Tensor,
  scalars: Readonly<Record<'eta' | 'mu', tf.Scalar>>,
  nesterov?: boolean,
) => void;

const momentumUpdate =
  (op: string): MomentumUpdate =>
  (theta, a, g, { eta, mu }, nesterov = false) => {
    const attributes = [attribute.float32('T'), attribute.bool('use_nesterov', nesterov)];
    runOp(op, attributes, [theta.handle, a.handle, eta, g, mu], 0);
  };

/** θ ← θ − η g */
export function applyGradientDescent(theta: Resource, eta: tf.Scalar, g: tf.Tensor): void {
  runOp('ResourceApplyGradientDescent', [attribute.float32('T')], [theta.handle, eta, g], 0);
}

/**
 *   a ← μ a + g
 *   θ ← θ − η a, or θ ← θ − η (g + μ a) with Nesterov's
 */
export const applyMomentum: MomentumUpdate = momentumUpdate('ResourceApplyMomentum');

/**
 *   a ← μ a − η g
 *   θ ← θ + a, or θ ← θ + μ a − η g with Nesterov's
 */
export const applyKerasMomentum: MomentumUpdate = momentumUpdate('ResourceApplyKerasMomentum');

/**
 *   m ← β1 m + (1 − β1) g
 *   v ← β2 v + (1 − β2) g²
 *   θ ← θ − η m / (√v + ε)
 *
 * @param scalars `zero` is 0: where the op takes β^t to correct the bias by itself, in float32, which loses five of seven digits
 * of 1 − 0.999^t at first
 */
export function applyAdam(
  theta: Resource,
  m: Resource,
  v: Resource,
  g: tf.Tensor,
  scalars: Readonly<Record<'eta' | 'beta1' | 'beta2' | 'epsilon' | 'zero', tf.Scalar>>,
): void {
  const { eta, beta1, beta2, epsilon, zero } = scalars;
  const inputs = [theta.handle, m.handle, v.handle, zero, zero, eta, beta1, beta2, epsilon, g];
  runOp('ResourceApplyAdam', [attribute.float32('T')], inputs, 0);
}

/**
 *   v ← ρ v + (1 − ρ) g²
 *   a ← μ a + η g / √(v + ε)
 *   θ ← θ − a
 */
export function applyRmsprop(
  theta: Resource,
  v: Resource,
  a: Resource,
  g: tf.Tensor,
  { eta, rho, mu, epsilon }: Readonly<Record<'eta' | 'rho' | 'mu' | 'epsilon', tf.Scalar>>,
): void {
  const inputs = [theta.handle, v.handle, a.handle, eta, rho, mu, epsilon, g];
  runOp('ResourceApplyRMSProp', [attribute.float32('T')], inputs, 0);
}

/**
 *   v ← ρ v + (1 − ρ) g²
 *   ḡ ← ρ ḡ + (1 − ρ) g
 *   a ← μ a + η g / √(v − ḡ² + ε)
 *   θ ← θ − a
 */
export function applyCenteredRmsprop(
  theta: Resource,
  v: Resource,
  gBar: Resource,
  a: Resource,
  g: tf.Tensor,
  { eta, rho, mu, epsilon }: Readonly<Record<'eta' | 'rho' | 'mu' | 'epsilon', tf.Scalar>>,
): void {
  const inputs = [theta.handle, gBar.handle, v.handle, a.handle, eta, rho, mu, epsilon, g];
  runOp('ResourceApplyCenteredRMSProp', [attribute.float32('T')], inputs, 0);
}

/** θ ← factor θ */
export function applyScale(theta: Resource, factor: tf.Scalar): void {
  const value = readResource(theta);
  const scaled = value.mul(factor);
  assignResource(theta, scaled);
  // At once, or the next op would find the memory shared and write to a copy.
  value.dispose();
  scaled.dispose();
}
