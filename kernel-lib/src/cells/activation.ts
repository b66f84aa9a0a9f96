import * as tf from '@tensorflow/tfjs-node';

/**
 * The nonlinearity f in h_t = f(a_t), or of a gate.
 * - `tanh`
 * - `sigmoid`: 1 / (1 + e⁻ᵃ)
 * - `hard_sigmoid`: a / 6 + 1/2, clipped to [0, 1], as Keras 3 and PyTorch define it
 * - `hard_sigmoid_keras2`: a / 5 + 1/2, clipped to [0, 1], as Keras 1, Keras 2 and `tf.layers` define it
 * - `relu`: max(a, 0)
 * - `linear`: a
 */
export type Activation = 'tanh' | 'sigmoid' | 'hard_sigmoid' | 'hard_sigmoid_keras2' | 'relu' | 'linear';

interface Nonlinearity {
  /** h = f(a). */
  f(a: tf.Tensor): tf.Tensor;
  /** f'(a) from h: every one of these f can be had from its output alone. */
  slope(h: tf.Tensor): tf.Tensor;
}

const nonlinearities: Readonly<Record<Activation, Nonlinearity>> = {
  tanh: { f: tf.tanh, slope: (h) => tf.sub(1, h.square()) },
  sigmoid: { f: tf.sigmoid, slope: (h) => h.mul(tf.sub(1, h)) },
  hard_sigmoid: ramp(1 / 6),
  hard_sigmoid_keras2: ramp(1 / 5),
  relu: { f: tf.relu, slope: (h) => tf.step(h) },
  linear: { f: (a) => a.clone(), slope: tf.onesLike },
};

/** f(a), element by element. */
export function activate<T extends tf.Tensor>(activation: Activation, a: T): T {
  return nonlinearities[activation].f(a) as T;
}

/**
 * f'(a), element by element, from h = f(a): 1 - h² for tanh, h (1 - h) for the sigmoid, and for those made of straight lines
 * the slope of the line that h lies on, 0 where they bend.
 */
export function activationSlope<T extends tf.Tensor>(activation: Activation, h: T): T {
  return tf.tidy(() => nonlinearities[activation].slope(h) as T);
}

/**
 * @param argument the argument's name, which begins the message
 * @throws Error for a name that is no {@link Activation}
 */
export function checkActivation(activation: string, argument = 'activation'): void {
  if (Object.hasOwn(nonlinearities, activation)) return;
  const names = Object.keys(nonlinearities).map((name) => `'${name}'`);
  throw new Error(
    `${argument}: got '${activation}', expected ${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? 'nothing'}.`,
  );
}

/** A straight line through (0, 1/2), clipped to [0, 1]. */
function ramp(slope: number): Nonlinearity {
  return {
    f: (a) => tf.tidy(() => a.mul(slope).add(0.5).clipByValue(0, 1)),
    slope: (h) => tf.mul(slope, h.greater(0).logicalAnd(h.less(1))),
  };
}
