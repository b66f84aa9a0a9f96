import * as tf from '@tensorflow/tfjs-node';
import { at, checkShape, checkSize, glorotUniform, unstackTime, type Initializer, type Rng } from '../tensor';
import type { CellSizes, GatedCell, Gates, Params, StepAt } from './cell';

/** h [batch, hidden]. */
export type LinearState = Readonly<{ h: tf.Tensor2D }>;

/** a and b of h_t = a_t ⊙ h_{t-1} + b_t, each [batch, time, hidden]. */
export type Recurrence = Readonly<{ a: tf.Tensor3D; b: tf.Tensor3D }>;

/** A cell whose gates look at x alone, so that h_t = a_t ⊙ h_{t-1} + b_t and all time steps can be computed at once. */
export interface LinearCell<P extends Params, Options, G extends Gates> extends GatedCell<P, LinearState, Options, G> {
  /** a and b of all time steps of xs [batch, time, input]. */
  linear(params: P, xs: tf.Tensor3D): Recurrence;
}

/** What gates that look at x alone are computed from: a_k = x_t Wxk + bk, with Wxk [input, hidden], bk [hidden]. */
export type LinearParams<Gate extends string> = Readonly<
  Record<`Wx${Gate}`, tf.Tensor2D> & Record<`b${Gate}`, tf.Tensor1D>
>;

/** How to draw them. Glorot for every Wx, unless said otherwise, and zeros for the biases. */
export interface LinearOptions {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly rng: Rng;
  readonly initializers?: { readonly Wx?: Initializer };
}

/** How the candidate of a minimal cell is computed. */
export interface MinimalForm {
  /** h̃ = g(a), as the versions for logarithms need it, rather than h̃ = a. Not unless true. */
  readonly log?: boolean;
}

/** Draws the parameters of gates that look at x alone. */
export function drawLinear<Gate extends string>(
  gates: readonly Gate[],
  { inputSize, hiddenSize, rng, initializers: { Wx = glorotUniform } = {} }: LinearOptions,
): LinearParams<Gate> {
  checkSize('inputSize', inputSize);
  checkSize('hiddenSize', hiddenSize);
  const params = gates.map((gate) => ({
    [`Wx${gate}`]: Wx(rng, [inputSize, hiddenSize]),
    [`b${gate}`]: tf.zeros([hiddenSize]),
  }));
  return Object.assign({}, ...params) as LinearParams<Gate>;
}

/**
 * @throws Error unless all gates' parameters fit those of h
 */
export function linearSizes<Gate extends string>(gates: readonly Gate[], params: LinearParams<Gate | 'h'>): CellSizes {
  const { input, hidden } = checkShape('Wxh', params.Wxh, ['input', 'hidden']);
  const named: Params = params;
  for (const gate of gates) {
    checkShape(`Wx${gate}`, named[`Wx${gate}`] as tf.Tensor, [{ input }, { hidden }], 'it must match Wxh');
    checkShape(`b${gate}`, named[`b${gate}`] as tf.Tensor, [{ hidden }], 'it must match Wxh');
  }
  return { inputSize: input, hiddenSize: hidden };
}

/** The step along a whole sequence. */
export function hoistLinear({ a, b }: Recurrence): StepAt<LinearState> {
  const [as, bs] = [unstackTime(a), unstackTime(b)];
  return (t, { h }) => ({ h: at(as, t).mul(h).add(at(bs, t)) });
}

/**
 * The candidate: a, or where it must be positive
 *   g(a) = a + 1/2 for a ≥ 0, σ(a) for a < 0
 */
export function minimalCandidate<T extends tf.Tensor>(a: T, { log = false }: MinimalForm): T {
  return log ? tf.where(a.greaterEqual(0), a.add<T>(0.5), tf.sigmoid(a)) : a.clone();
}

/** Its derivative, from the candidate alone: 1, or where it must be positive 1 for g ≥ 1/2 and g (1 − g) below. */
export function minimalSlope<T extends tf.Tensor>(candidate: T, { log = false }: MinimalForm): T {
  if (!log) return tf.onesLike(candidate);
  return tf.tidy(() => tf.where<T>(candidate.greaterEqual(0.5), 1, candidate.mul<T>(tf.sub(1, candidate))));
}
