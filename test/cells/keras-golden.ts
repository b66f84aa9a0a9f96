import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-node';
import type { Params, State } from 'kernel-lib/cells';
import type { Nested } from './reference/case';

/** What test/golden/keras_golden.py wrote of one case. */
export interface KerasCase {
  readonly cell: 'rnn' | 'gru' | 'gru (reset before)' | 'lstm';
  readonly name: string;
  readonly seed: number;
  readonly sizes: { readonly batch: number; readonly time: number; readonly input: number; readonly hidden: number };
  readonly flags: readonly ('masked' | 'givenState' | 'zeroOutput' | 'reverse' | 'bothDirections' | 'twoLayers')[];
  readonly outputs: Nested;
  readonly dxs: Nested;
  /** Of each layer and direction, the lowest first, forward before backward. */
  readonly walks: readonly KerasWalk[];
}
interface KerasWalk {
  readonly final: Readonly<Record<string, Nested>>;
  readonly gradients: Readonly<Record<string, Nested>>;
}

/** The inputs of a case, which both sides draw. */
export interface KerasInputs {
  readonly xs: tf.Tensor3D;
  readonly dOutputs: tf.Tensor3D;
  readonly mask?: tf.Tensor2D;
  /** 1 where Keras's outputs are those of `unroll`, 0 where they are zeros instead [batch, time, directions · hidden]. */
  readonly counted: tf.Tensor3D;
  readonly walks: readonly { readonly params: Params; readonly start: State }[];
}

const file = new URL('../golden/keras.json', import.meta.url);
export const kerasCases = (JSON.parse(readFileSync(file, 'utf8')) as { cases: KerasCase[] }).cases;

const RZH = ['r', 'z', 'h'];
const CELLS = {
  rnn: [['h'], ['h']],
  gru: [RZH, ['h']],
  'gru (reset before)': [RZH, ['h']],
  lstm: [
    ['i', 'f', 'o', 'g'],
    ['h', 'c'],
  ],
} as const;

/** s = 1664525 s + 1013904223 mod 2³², u = ⌊s / 2¹⁶⌋ / 2¹⁶ − 1/2: in every step exact, here and in Python. */
function draws(seed: number): <R extends tf.Rank>(shape: number[], scale?: number) => tf.Tensor<R> {
  let s = seed;
  return (shape, scale = 1) => {
    const count = shape.reduce((product, axis) => product * axis, 1);
    const values = Float32Array.from({ length: count }, () => {
      s = (Math.imul(1664525, s) + 1013904223) >>> 0;
      return scale * ((s >>> 16) / 2 ** 16 - 0.5);
    });
    return tf.tensor(values, shape as never);
  };
}

/** Draws in the order that keras_golden.py gives. For the caller's tidy to free. */
export function drawInputs({ cell, seed, sizes: { batch, time, input, hidden }, flags }: KerasCase): KerasInputs {
  const draw = draws(seed);
  const [gates, parts] = CELLS[cell];
  const directions = flags.includes('bothDirections') ? 2 : 1;
  const inputs = flags.includes('twoLayers') ? [input, hidden] : Array<number>(directions).fill(input);
  const params = inputs.map((size): Params => {
    const named = gates.flatMap((gate) => [
      [`Wx${gate}`, draw([size, hidden])],
      [`Wh${gate}`, draw([hidden, hidden])],
      [`b${gate}`, draw([hidden])],
    ]);
    return { ...(Object.fromEntries(named) as Params), ...(cell === 'gru' && { bhh: draw([hidden]) }) };
  });
  const xs = draw<tf.Rank.R3>([batch, time, input], 4);
  const dOutputs = draw<tf.Rank.R3>([batch, time, directions * hidden], 2);
  const given = flags.includes('givenState');
  const states = params.map(() =>
    parts.map((part) => [part, given ? draw([batch, hidden]) : tf.zeros([batch, hidden])]),
  );
  const starts = (n: number): State => Object.fromEntries(states[n] ?? []) as State;
  const mask = flags.includes('masked') ? maskOf(draw([batch, time])) : undefined;
  const counted = Array.from({ length: directions }, (_, direction) => {
    const steps = countedSteps(mask ?? tf.ones([batch, time]), flags, direction === 1 || flags.includes('reverse'));
    return steps.expandDims<tf.Tensor3D>(2).tile<tf.Tensor3D>([1, 1, hidden]);
  });
  return {
    xs,
    dOutputs,
    ...(mask && { mask }),
    counted: tf.concat3d(counted, 2),
    walks: params.map((each, n) => ({ params: each, start: starts(n) })),
  };
}

/** The first sequence takes no step at all. */
function maskOf(drawn: tf.Tensor2D): tf.Tensor2D {
  const others = tf.range(0, drawn.shape[0]).greater(0).expandDims<tf.Tensor2D>(1);
  return drawn.greater(-0.2).logicalAnd(others).cast<tf.Tensor2D>('float32');
}

/**
 * zero_output_for_mask, which Keras's Bidirectional sets whether asked or not, gives zeros wherever a step is masked; without it
 * they stand before the first step that is taken.
 */
function countedSteps(mask: tf.Tensor2D, flags: KerasCase['flags'], reverse: boolean): tf.Tensor2D {
  if (flags.includes('zeroOutput') || flags.includes('bothDirections')) return mask;
  const taken = tf.cumsum(mask, 1, false, reverse);
  return taken.greater(0).cast<tf.Tensor2D>('float32');
}
