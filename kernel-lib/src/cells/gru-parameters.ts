import * as tf from '@tensorflow/tfjs-node';
import { affine, checkShape, unstackTime } from '../tensor';
import type { CellSizes } from './cell';
import { drawGates, joinGates, type GateOptions, type GateParams } from './lstm-gates';

/** Of the gates r and z and of the candidate h̃: Wx· [input, hidden], Wh· [hidden, hidden], b· [hidden]. */
export type GruResetBeforeParams = GateParams<'r' | 'z' | 'h'>;

/**
 * The same, and bhh [hidden], the bias inside of the reset. PyTorch and Keras hold a second bias for r and z too, where the
 * sum of both is all that counts.
 */
export type GruParams = GruResetBeforeParams & Readonly<{ bhh: tf.Tensor1D }>;

/** h [batch, hidden]. */
export type GruState = Readonly<{ h: tf.Tensor2D }>;

/** The gates r and z and the candidate h̃, each [batch, hidden]. */
export type GruGates = Readonly<{ r: tf.Tensor2D; z: tf.Tensor2D; hTilde: tf.Tensor2D }>;

/** How to draw a GRU's parameters: the biases are zero. */
export type GruOptions = GateOptions;

const gates = ['r', 'z', 'h'] as const;

/** Draws what every form has. */
export function initGru(options: GruOptions): GruResetBeforeParams {
  return drawGates(gates, options);
}

/**
 * @throws Error unless what every form has fits each other
 */
export function gruSizes(params: GruResetBeforeParams): CellSizes {
  const { hidden } = checkShape('Whh', params.Whh, ['hidden', 'hidden']);
  const { input } = checkShape('Wxh', params.Wxh, ['input', { hidden }], 'the last axis must match Whh');
  const matchWhh = 'it must match Whh';
  for (const name of ['Whr', 'Whz'] as const) checkShape(name, params[name], [{ hidden }, { hidden }], matchWhh);
  for (const name of ['Wxr', 'Wxz'] as const)
    checkShape(name, params[name], [{ input }, { hidden }], 'it must match Wxh');
  for (const name of ['br', 'bz', 'bh'] as const) checkShape(name, params[name], [{ hidden }], matchWhh);
  return { inputSize: input, hiddenSize: hidden };
}

/**
 * Turns the parameters of one update convention into those of the other, with which the other computes the same: as
 * σ(−a) = 1 − σ(a), it negates Wxz, Whz and bz. It is its own inverse. The rest are clones, so that each record is freed alone.
 * That holds for gates of `sigmoid`, `hard_sigmoid` and `hard_sigmoid_keras2`, and for no other activation.
 */
export function flipUpdateGate<P extends GruResetBeforeParams>(params: P): P {
  const flipped = Object.entries<tf.Tensor>(params).map(([name, value]) => [
    name,
    name === 'Wxz' || name === 'Whz' || name === 'bz' ? value.neg() : value.clone(),
  ]);
  return Object.fromEntries(flipped) as P;
}

/** x_t Wxr + br, x_t Wxz + bz and x_t Wxh + bh of all time steps, with one matrix product; of each a list by time. */
export function projectInputs(params: GruResetBeforeParams, xs: tf.Tensor3D): Triple<tf.Tensor2D[]> {
  const { Wx, b } = joinGates(gates, params);
  const [xr, xz, xh] = thirds(affine(xs, Wx, b));
  return [unstackTime(xr), unstackTime(xz), unstackTime(xh)];
}

/** One each for r, z and h̃, in this order. */
export type Triple<T> = [T, T, T];

/** What was put side by side on the last axis for r, z and h̃. */
export function thirds<T extends tf.Tensor>(x: T): Triple<T> {
  return tf.split(x, 3, x.rank - 1) as Triple<T>;
}

/** What was put side by side on the last axis for r and z. */
export function halves<T extends tf.Tensor>(x: T): [T, T] {
  return tf.split(x, 2, x.rank - 1) as [T, T];
}
