import type * as tf from '@tensorflow/tfjs-node';
import { checkDtype, checkShape, type Axis, type NamedSizes } from '../tensor';

/**
 * @throws Error unless the tensor has that shape and holds float32, the one type that the ops here are registered for
 */
export function checkFloats<const Spec extends readonly Axis[]>(
  name: string,
  tensor: tf.Tensor,
  spec: Spec,
  reason?: string,
): NamedSizes<Spec> {
  const sizes = checkShape(name, tensor, spec, reason);
  checkDtype(name, tensor, 'float32');
  return sizes;
}
