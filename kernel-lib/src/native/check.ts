import type * as tf from '@tensorflow/tfjs-node';
import { checkDtype, checkFinite, checkShape, checkUsable, type Axis, type NamedSizes } from '../tensor';

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

/**
 * @returns the sizes of the last two axes
 * @throws Error unless the tensor is a matrix, or a batch of them, of finite float32 numbers
 */
export function checkMatrices(name: string, A: tf.Tensor): readonly [rows: number, columns: number] {
  checkUsable(name, A);
  if (A.rank < 2) {
    throw new Error(`${name}: got shape [${A.shape.join(', ')}], expected [..., rows, columns]; it has too few axes.`);
  }
  checkFloats(name, A, [...A.shape]);
  checkFinite(name, A);
  return A.shape.slice(-2) as [number, number];
}

/**
 * @throws Error unless the tensor is a square matrix, or a batch of them, of finite float32 numbers
 */
export function checkSquare(name: string, A: tf.Tensor): void {
  const [rows, columns] = checkMatrices(name, A);
  if (rows !== columns) {
    throw new Error(`${name}: got shape [${A.shape.join(', ')}], expected [..., n, n]; it is not square.`);
  }
}
