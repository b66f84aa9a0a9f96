import * as tf from '@tensorflow/tfjs-node';
import {
  affine,
  at,
  checkShape,
  checkSize,
  glorotUniform,
  orthogonal,
  unstackTime,
  type Initializer,
  type Rng,
} from '../tensor';
import type { Params } from './cell';

/**
 * What each gate k is computed from: a_k = x_t Wxk + h_{t-1} Whk + bk.
 * Shapes: Wxk [input, cell], Whk [hidden, cell], bk [cell]; c is as wide as the cell, h usually too.
 */
export type GateParams<Gate extends string> = Readonly<
  Record<`Wx${Gate}` | `Wh${Gate}`, tf.Tensor2D> & Record<`b${Gate}`, tf.Tensor1D>
>;

/** One tensor a gate. */
export type PerGate<Gate extends string> = Readonly<Record<Gate, tf.Tensor2D>>;

/** How to draw the parameters of gates. For each gate, Glorot for Wx and orthogonal for Wh, unless said otherwise. */
export interface GateOptions {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly rng: Rng;
  readonly initializers?: { readonly Wx?: Initializer; readonly Wh?: Initializer };
}

/** The gates' parameters side by side: Wx [input, gates · cell], Wh [hidden, gates · cell], b [gates · cell]. */
export type JoinedGates = Readonly<{ Wx: tf.Tensor2D; Wh: tf.Tensor2D; b: tf.Tensor1D }>;

/** Draws every gate's parameters, the biases zero. */
export function drawGates<Gate extends string>(
  gates: readonly Gate[],
  { inputSize, hiddenSize, rng, initializers: { Wx = glorotUniform, Wh = orthogonal } = {} }: GateOptions,
  cellSize: number = hiddenSize,
): GateParams<Gate> {
  checkSize('inputSize', inputSize);
  checkSize('hiddenSize', hiddenSize);
  const params = gates.map((gate) => ({
    [`Wx${gate}`]: Wx(rng, [inputSize, cellSize]),
    [`Wh${gate}`]: Wh(rng, [hiddenSize, cellSize]),
    [`b${gate}`]: tf.zeros([cellSize]),
  }));
  return Object.assign({}, ...params) as GateParams<Gate>;
}

/**
 * @param like the parameter that the widths were read from
 * @returns how wide the input is
 * @throws Error unless every gate's parameters fit each other and the widths
 */
export function checkGates<Gate extends string>(
  gates: readonly Gate[],
  params: GateParams<Gate>,
  { hidden, cell }: { readonly hidden: number; readonly cell: number },
  like: string,
): number {
  let input: number | undefined;
  for (const gate of gates) {
    const inputAxis = input === undefined ? 'input' : { input };
    ({ input } = checkShape(
      `Wx${gate}`,
      parameter(params, `Wx${gate}`),
      [inputAxis, { cell }],
      `it must match ${like} and the other gates`,
    ));
    checkShape(`Wh${gate}`, parameter(params, `Wh${gate}`), [{ hidden }, { cell }], `it must match ${like}`);
    checkShape(`b${gate}`, parameter(params, `b${gate}`), [{ cell }], `it must match ${like}`);
  }
  return input ?? 0;
}

/** So that all gates take one matrix product. */
export function joinGates<Gate extends string>(gates: readonly Gate[], params: GateParams<Gate>): JoinedGates {
  const all = (kind: string): tf.Tensor[] => gates.map((gate) => parameter(params, `${kind}${gate}`));
  return {
    Wx: tf.concat(all('Wx') as tf.Tensor2D[], 1),
    Wh: tf.concat(all('Wh') as tf.Tensor2D[], 1),
    b: tf.concat(all('b') as tf.Tensor1D[], 0),
  };
}

/** The last axis cut into one tensor a gate. */
export function splitGates<Gate extends string, T extends tf.Tensor = tf.Tensor2D>(
  gates: readonly Gate[],
  joined: T,
): Readonly<Record<Gate, T>> {
  const parts = tf.split(joined, gates.length, joined.rank - 1);
  return Object.fromEntries(gates.map((gate, k) => [gate, at(parts, k)])) as Readonly<Record<Gate, T>>;
}

/** x_t Wx + b for all time steps at once; what comes back adds h_{t-1} Wh at one of them. */
export function hoistGates<Gate extends string>(
  gates: readonly Gate[],
  { Wx, Wh, b }: JoinedGates,
  xs: tf.Tensor3D,
): (t: number, h: tf.Tensor2D) => PerGate<Gate> {
  const xWx = unstackTime(affine(xs, Wx, b));
  return (t, h) => splitGates(gates, at(xWx, t).add<tf.Tensor2D>(h.matMul(Wh)));
}

/** A parameter, which may be missing where TypeScript does not look: the shape checks say so. */
function parameter(params: Params, name: string): tf.Tensor {
  return params[name] as tf.Tensor;
}
