import fs from 'node:fs';
import * as tf from '@tensorflow/tfjs-node';
import { describe, expect, it } from 'vitest';
import { fit, momentum, schedules, type History } from 'kernel-lib/train';
import { lineData, lineOptions } from './line';

interface Golden {
  readonly cases: readonly { readonly name: string; readonly arguments: never[]; readonly rates: readonly number[] }[];
  readonly initial: number;
  readonly losses: readonly number[];
  readonly plateaus: readonly { readonly options: object; readonly rates: readonly number[] }[];
}
const file = new URL('../golden/schedules.json', import.meta.url);
const golden = JSON.parse(fs.readFileSync(file, 'utf8')) as Golden;

const { constant, stepped, exponential, cosine, cosineRestarts, oneCycle, reduceOnPlateau, warmUp } = schedules;
const makers: Record<string, (argument: never) => schedules.Schedule> = {
  constant,
  stepped,
  exponential,
  cosine,
  cosineRestarts,
  oneCycle,
  warmUp: (options) => warmUp(exponential({ initial: golden.initial, factor: 0.9 }), options),
};

/** A history of epochs that ended with these losses. */
function historyOf(loss: readonly number[], validationLoss: readonly number[] = []): History {
  return {
    steps: { loss: [], gradientNorm: [], milliseconds: [] },
    epochs: { loss: [...loss], validationLoss: [...validationLoss], gradientNorm: [], steps: [], seconds: [] },
  };
}

describe('the rates are those of PyTorch', () => {
  it.each(golden.cases)('$name $arguments', ({ name, arguments: [argument], rates }) => {
    const schedule = makers[name]?.(argument as never) ?? constant(NaN);
    expect(rates.length).toBe(60);
    rates.forEach((rate, k) => {
      expect(Math.abs(schedule(k + 1) - rate)).toBeLessThan(1e-14);
    });
  });

  it.each(golden.plateaus)('reduceOnPlateau $options', ({ options, rates }) => {
    const schedule = reduceOnPlateau({ initial: golden.initial, ...options });
    rates.forEach((rate, epochs) => {
      const losses = golden.losses.slice(0, epochs);
      expect(schedule(1, historyOf(losses))).toBeCloseTo(rate, 14);
      expect(schedule(1, historyOf([], losses))).toBeCloseTo(rate, 14);
    });
  });
});

it('what ends stays at its end', () => {
  expect(cosine({ initial: 1, steps: 10, final: 0.5 })(50)).toBe(0.5);
  expect(oneCycle({ max: 1, steps: 10, divide: 10, finalDivide: 10 })(50)).toBeCloseTo(0.01, 14);
  expect(oneCycle({ max: 1, steps: 10, divide: 10, finalDivide: 10 })(10)).toBeCloseTo(0.01, 14);
});

it('reduceOnPlateau watches the validation loss where there is one', () => {
  const schedule = reduceOnPlateau({ initial: 1, patience: 0, factor: 0.5 });
  expect(schedule(1, historyOf([3, 2, 1], [1, 1, 1]))).toBe(0.25);
  expect(schedule(1, historyOf([1, 1, 1], [3, 2, 1]))).toBe(1);
});

it('a warm-up hands the history on', () => {
  const schedule = warmUp(reduceOnPlateau({ initial: 1, patience: 0, factor: 0.5 }), { steps: 4 });
  expect(schedule(1, historyOf([]))).toBe(0);
  expect(schedule(3, historyOf([]))).toBe(0.5);
  expect(schedule(9, historyOf([1, 1]))).toBe(0.5);
});

it('fit sets the rate before every step, and lowers it on a plateau', async () => {
  const rates: number[] = [];
  const optimizer = momentum(99);
  const learningRate = reduceOnPlateau({ initial: 0.01, patience: 0, factor: 0.5 });
  const { params } = await fit({
    ...lineOptions(lineData()),
    optimizer,
    learningRate,
    validate: () => 1,
    steps: 4,
    onStep: () => rates.push(optimizer.learningRate),
  });
  expect(rates).toEqual([0.01, 0.01, 0.005, 0.0025]);
  tf.dispose([params.W, params.b]);
});

it.each([
  [() => constant(-1), 'rate: got -1, expected a number of at least 0.'],
  [() => stepped({ initial: 1, every: 0.5 }), 'every: got 0.5, expected a positive integer.'],
  [() => stepped({ initial: 1, every: 5, factor: 0 }), 'factor: got 0, expected a number above 0.'],
  [() => exponential({ initial: NaN, factor: 1 }), 'initial: got NaN, expected a number of at least 0.'],
  [() => cosine({ initial: 1, steps: 0 }), 'steps: got 0, expected a positive integer.'],
  [() => cosine({ initial: 1, steps: 5 })(0), 'step: got 0, expected a positive integer.'],
  [() => cosineRestarts({ initial: 1, period: 5, stretch: 1.5 }), 'stretch: got 1.5, expected a positive integer.'],
  [
    () => oneCycle({ max: 1, steps: 3 }),
    'oneCycle: got 3 steps and a rise of 0.3, expected an integer and a share below 1, with rise · steps above 1.',
  ],
  [() => warmUp(constant(1), { steps: -1 }), 'steps: got -1, expected a positive integer.'],
  [() => reduceOnPlateau({ initial: 1, factor: 1 }), 'factor: got 1, expected a number from 0 to below 1.'],
  [() => reduceOnPlateau({ initial: 1, patience: -1 }), 'patience: got -1, expected a number of at least 0.'],
])('refuses %#', (call, message) => {
  expect(call).toThrow(message);
});
