import * as tf from '@tensorflow/tfjs-node';
import {
  affine,
  checkShape,
  checkSize,
  glorotUniform,
  orthogonal,
  unstackTime,
  type Initializer,
  type Rng,
} from '../tensor';
import type { CellSizes } from './cell';

/** For the gates r and z and for the candidate h̃: Wx· [input, hidden], Wh· [hidden, hidden], b· [hidden]. */
export type GruResetBeforeParams = Readonly<{
  Wxr: tf.Tensor2D;
  Whr: tf.Tensor2D;
  br: tf.Tensor1D;
  Wxz: tf.Tensor2D;
  Whz: tf.Tensor2D;
  bz: tf.Tensor1D;
  Wxh: tf.Tensor2D;
  Whh: tf.Tensor2D;
  bh: tf.Tensor1D;
}>;

/**
 * The same, and bhh [hidden], the bias inside of the reset. PyTorch and Keras hold a second bias for r and z too, where the
 * sum of both is all that counts.
 */
export type GruParams = GruResetBeforeParams & Readonly<{ bhh: tf.Tensor1D }>;

/** h [batch, hidden]. */
export type GruState = Readonly<{ h: tf.Tensor2D }>;

/** How to draw a GRU's parameters. Glorot for each Wx·, orthogonal for each Wh·, zeros for each b·, unless said otherwise. */
export interface GruOptions {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly rng: Rng;
  readonly initializers?: { readonly Wx?: Initializer; readonly Wh?: Initializer };
}

/** Draws what every form has. */
export function initGru({ inputSize, hiddenSize, rng, initializers = {} }: GruOptions): GruResetBeforeParams {
  checkSize('inputSize', inputSize);
  checkSize('hiddenSize', hiddenSize);
  const { Wx = glorotUniform, Wh = orthogonal } = initializers;
  const inputWeights = (): tf.Tensor2D => Wx(rng, [inputSize, hiddenSize]);
  const recurrentWeights = (): tf.Tensor2D => Wh(rng, [hiddenSize, hiddenSize]);
  const bias = (): tf.Tensor1D => tf.zeros([hiddenSize]);
  return {
    Wxr: inputWeights(),
    Whr: recurrentWeights(),
    br: bias(),
    Wxz: inputWeights(),
    Whz: recurrentWeights(),
    bz: bias(),
    Wxh: inputWeights(),
    Whh: recurrentWeights(),
    bh: bias(),
  };
}

/**
 * @throws Error unless what every form has fits each other
 */
export function gruSizes(params: GruResetBeforeParams): CellSizes {
  const { hidden } = checkShape('Whh', params.Whh, ['hidden', 'hidden']);
  const { input } = checkShape('Wxh', params.Wxh, ['input', { hidden }], 'the last axis must match Whh');
  for (const name of ['Whr', 'Whz'] as const) checkShape(name, params[name], [{ hidden }, { hidden }], MATCH_WHH);
  for (const name of ['Wxr', 'Wxz'] as const) checkShape(name, params[name], [{ input }, { hidden }], MATCH_WXH);
  for (const name of ['br', 'bz', 'bh'] as const) checkShape(name, params[name], [{ hidden }], MATCH_WHH);
  return { inputSize: input, hiddenSize: hidden };
}
const MATCH_WHH = 'it must match Whh';
const MATCH_WXH = 'it must match Wxh';

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
export function projectInputs(
  { Wxr, br, Wxz, bz, Wxh, bh }: GruResetBeforeParams,
  xs: tf.Tensor3D,
): Triple<tf.Tensor2D[]> {
  const [xr, xz, xh] = thirds(affine(xs, tf.concat2d([Wxr, Wxz, Wxh], 1), tf.concat1d([br, bz, bh])));
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
