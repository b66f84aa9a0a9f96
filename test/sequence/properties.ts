import * as tf from '@tensorflow/tfjs-node';
import fc from 'fast-check';
import type { Params, State } from 'kernel-lib/cells';
import { normalTensor, rng, type Rng } from 'kernel-lib/tensor';
import { expect } from 'vitest';
import type { AnyCell } from './golden';

/** A drawn problem. */
export interface Drawn {
  readonly params: Params;
  readonly xs: tf.Tensor3D;
  readonly lengths: number[];
  readonly initialState: State;
  readonly batch: number;
  readonly time: number;
  readonly input: number;
  readonly hidden: number;
  readonly g: Rng;
  /** Other parameters for inputs of the given size. */
  readonly draw: (inputSize?: number) => Params;
  readonly drawState: () => State;
}

/** Holds for every drawn problem, each in a tidy of its own. */
export function forAll(cell: AnyCell, property: (drawn: Drawn) => void): void {
  const anySizes = fc.record({
    batch: fc.integer({ min: 1, max: 4 }),
    time: fc.integer({ min: 2, max: 7 }),
    input: fc.integer({ min: 1, max: 4 }),
    hidden: fc.integer({ min: 1, max: 4 }),
    seed: fc.integer({ min: 0, max: 2 ** 31 }),
  });
  fc.assert(
    fc.property(anySizes, ({ batch, time, input, hidden, seed }) => {
      tf.tidy(() => {
        const g = rng(seed);
        const draw = (inputSize = input): Params => cell.init({ inputSize, hiddenSize: hidden, rng: g });
        const params = draw();
        const drawState = (): State => {
          const zero = Object.entries(cell.initialState(params, batch));
          return Object.fromEntries(
            zero.map(([part, { shape }]) => [part, drawPart(part, normalTensor(g, shape, 0.5))]),
          ) as unknown as State;
        };
        const lengths = Array.from({ length: batch }, () => 1 + g.integer(time));
        const xs = normalTensor(g, [batch, time, input]);
        property({ params, xs, lengths, initialState: drawState(), batch, time, input, hidden, g, draw, drawState });
      });
    }),
    { numRuns: 12, seed: 1 },
  );
}

/** A part of a state from numbers of any sign: an sLSTM's normalizer n is a sum of exponentials. */
export function drawPart(part: string, drawn: tf.Tensor2D): tf.Tensor2D {
  return part === 'n' ? drawn.abs().add(0.5) : drawn;
}

/** Each tensor within 1e-6 of the one of its name. */
export function expectClose(
  got: Readonly<Record<string, tf.Tensor>>,
  expected: Readonly<Record<string, tf.Tensor>>,
): void {
  expect(Object.keys(got)).toEqual(Object.keys(expected));
  for (const [name, tensor] of Object.entries(got)) {
    const wanted = expected[name] ?? tf.scalar(NaN);
    expect(tensor.shape, name).toEqual(wanted.shape);
    expect(tensor.sub(wanted).abs().max().dataSync()[0], name).toBeLessThan(1e-6);
  }
}
