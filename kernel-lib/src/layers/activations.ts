import type { Activation } from '../cells';

/**
 * The nonlinearities that the native ops have, under every name that `tf.layers`, Keras and this library's cells know them by.
 *
 * Two ramps go by the name of hard sigmoid: `hardSigmoid` is a / 5 + 1/2, which `tf.layers`, Keras 1 and Keras 2 mean by it, and
 * `hard_sigmoid` is a / 6 + 1/2, which Keras 3, PyTorch and the cells mean. Both are clipped to [0, 1].
 */
export type LayerActivation =
  Activation | 'hardSigmoid' | 'hardSigmoidKeras2' | 'hardSigmoidKeras3' | 'hard_sigmoid_keras3';

const natives: Readonly<Record<LayerActivation, Activation>> = {
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  relu: 'relu',
  linear: 'linear',
  hardSigmoid: 'hard_sigmoid_keras2',
  hardSigmoidKeras2: 'hard_sigmoid_keras2',
  hard_sigmoid_keras2: 'hard_sigmoid_keras2',
  hard_sigmoid: 'hard_sigmoid',
  hardSigmoidKeras3: 'hard_sigmoid',
  hard_sigmoid_keras3: 'hard_sigmoid',
};

/** Is there a native form of what goes by that name? */
export const isLayerActivation = (name: unknown): name is LayerActivation =>
  typeof name === 'string' && Object.hasOwn(natives, name);

/**
 * @returns the fallback where nothing was given; the identity for null, as in Keras
 * @throws Error, one sentence, for a nonlinearity that the native ops do not have
 */
export function readActivation(argument: string, given: unknown, fallback: Activation): Activation {
  if (given === undefined) return fallback;
  if (given === null) return 'linear';
  if (isLayerActivation(given)) return natives[given];
  const got = typeof given === 'string' ? `'${given}'` : JSON.stringify(given);
  throw new Error(
    `${argument}: got ${got}, expected one that the native ops have (tanh, sigmoid, relu, linear, ` +
      'hardSigmoid as in tf.layers, hard_sigmoid as in Keras 3); the layers of tf.layers have the others.',
  );
}

/**
 * The name to write into a config. tfjs turns `hard_sigmoid` into `hardSigmoid` on the way through a file, which would be the
 * other ramp: a number at the end tells the two apart.
 */
export const writtenActivation = (activation: Activation): LayerActivation =>
  activation === 'hard_sigmoid' ? 'hardSigmoidKeras3' : activation;
