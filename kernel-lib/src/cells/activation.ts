import * as tf from '@tensorflow/tfjs-node';

/** The nonlinearity f in h_t = f(a_t). */
export type Activation = 'tanh' | 'relu';

/** f(a), element by element. */
export function activate<T extends tf.Tensor>(activation: Activation, a: T): T {
  return activation === 'tanh' ? tf.tanh(a) : tf.relu(a);
}

/** f'(a), from h = f(a): 1 - h² for tanh, and for ReLU 1 where h is positive and 0 elsewhere. */
export function activationSlope<T extends tf.Tensor>(activation: Activation, h: T): T {
  return activation === 'tanh' ? tf.sub<T>(1, h.square()) : tf.step(h);
}

/**
 * @throws Error for a name that is neither 'tanh' nor 'relu'
 */
export function checkActivation(activation: string): void {
  if (activation !== 'tanh' && activation !== 'relu') {
    throw new Error(`activation: got '${activation}', expected 'tanh' or 'relu'.`);
  }
}
