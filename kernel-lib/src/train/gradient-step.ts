import * as tf from '@tensorflow/tfjs-node';
import { clipByGlobalNorm, globalNorm } from './clip';
import type { LossAndGradients } from './fit-options';
import { checkSameShapes, flatten, type FlatParams, type ParamTree } from './params';

/** The loss and its gradient by path; the tensors are the caller's to dispose. */
export interface Gradient {
  readonly loss: number;
  readonly grads: FlatParams;
}

export type Variables = Readonly<Record<string, tf.Variable>>;

/** By tfjs: a parameter that the loss does not use has a gradient of zeros. */
export function byAutodiff(variables: Variables, loss: () => tf.Tensor): Gradient {
  const list = Object.values(variables);
  const { value, grads: byVariable } = variableGrads(() => checkedLoss(loss()), list);
  // Every parameter keeps its place: tfjs's optimizers know their moments by position.
  const grads = mapValues(variables, (variable) => byVariable[variable.name] ?? tf.zerosLike(variable));
  return { loss: readScalar(value), grads };
}

function variableGrads(loss: () => tf.Scalar, list: tf.Variable[]): ReturnType<typeof tf.variableGrads> {
  try {
    return tf.variableGrads(loss, list);
  } catch (cause) {
    if (!(cause instanceof Error && cause.message.startsWith('Cannot find a connection'))) throw cause;
    throw new Error(
      'loss: got a loss that depends on none of the params, expected one computed from those it is given.',
      {
        cause,
      },
    );
  }
}

/** By hand; checked against the parameters before any op sees them. */
export function byHand<P extends ParamTree>(variables: Variables, gradients: () => LossAndGradients<P>): Gradient {
  let loss = NaN;
  const grads = tf.tidy(() => {
    const result = gradients();
    const flat = flatten('gradients.grads', result.grads);
    checkSameShapes('gradients.grads', flat, variables, 'every parameter needs its gradient, of its own shape');
    loss = typeof result.loss === 'number' ? result.loss : (checkedLoss(result.loss).dataSync()[0] ?? NaN);
    return mapValues(variables, (_, path) => flat[path] as tf.Tensor);
  });
  return { loss, grads };
}

/** Clips in place of the given tensors: they are disposed, the result is new. */
export function clipped(grads: FlatParams, clipNorm: number | undefined): { grads: FlatParams; norm: number } {
  if (clipNorm === undefined) return { grads, norm: globalNorm(grads) };
  const result = clipByGlobalNorm(grads, clipNorm);
  tf.dispose(Object.values(grads));
  return { grads: result.clipped, norm: result.norm };
}

function checkedLoss(loss: tf.Tensor): tf.Scalar {
  if (!((loss as unknown) instanceof tf.Tensor)) {
    const got = (loss as unknown) instanceof Promise ? 'a promise' : String(loss);
    throw new Error(`loss: got ${got}, expected a scalar tensor; return the loss itself, not a number read from it.`);
  }
  if (loss.rank !== 0) {
    throw new Error(`loss: got shape [${loss.shape.join(', ')}], expected a scalar; take its mean or sum.`);
  }
  return loss as tf.Scalar;
}

function readScalar(scalar: tf.Scalar): number {
  const value = scalar.dataSync()[0] ?? NaN;
  scalar.dispose();
  return value;
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T, key: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
