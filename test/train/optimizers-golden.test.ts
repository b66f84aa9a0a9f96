import fs from 'node:fs';
import * as tf from '@tensorflow/tfjs-node';
import { describe, expect, it } from 'vitest';
import { adam, adamw, momentum, rmsprop, sgd, type RatedOptimizer } from 'kernel-lib/train';
import { relativeError, type Nested } from '../cells/reference/case';

type Values = Readonly<Record<string, Nested>>;
interface Golden {
  readonly halvedAfter: number;
  readonly start: Values;
  readonly gradients: readonly Values[];
  readonly cases: readonly {
    readonly name: string;
    readonly optimizer: string;
    readonly learningRate: number;
    readonly options: object;
    readonly after: Readonly<Record<string, Values>>;
  }[];
}

const optimizers: Readonly<Record<string, (learningRate: number, options: object) => RatedOptimizer>> = {
  sgd,
  momentum,
  rmsprop,
  adam,
  adamw,
};
const file = new URL('../golden/optimizers.json', import.meta.url);
const golden = JSON.parse(fs.readFileSync(file, 'utf8')) as Golden;

const tensor = (value: Nested): tf.Tensor => tf.tensor(value);
const minus = (a: Nested, b: Nested): Nested =>
  Array.isArray(a) ? a.map((item, i) => minus(item, (b as Nested[])[i] ?? NaN)) : a - (b as number);

/** How far the parameters have gone after 1, 2 and all steps. */
function run(optimizer: RatedOptimizer): Record<string, Values> {
  const variables = Object.entries(golden.start).map(([key, value]) => ({
    key,
    variable: tf.tidy(() => tf.variable(tensor(value))),
  }));
  const seen: Record<string, Values> = {};
  golden.gradients.forEach((gradient, i) => {
    if (i === golden.halvedAfter) optimizer.learningRate /= 2;
    const named = variables.map(({ key, variable }) => ({ name: variable.name, tensor: tensor(gradient[key] ?? NaN) }));
    optimizer.applyGradients(named);
    tf.dispose(named.map(({ tensor: g }) => g));
    seen[i + 1] = Object.fromEntries(
      variables.map(({ key, variable }) => [key, minus(variable.arraySync() as Nested, golden.start[key] ?? NaN)]),
    );
  });
  tf.dispose(variables.map(({ variable }) => variable));
  optimizer.dispose();
  return seen;
}

describe('twenty steps are those of PyTorch and Keras', () => {
  it.each(golden.cases)('$name', ({ optimizer, learningRate, options, after }) => {
    const before = tf.memory().numTensors;
    const make = optimizers[optimizer];
    const seen = make ? run(make(learningRate, options)) : {};
    expect(tf.memory().numTensors).toBe(before);
    expect(Object.keys(after)).toEqual(['1', '2', '20']);
    for (const [step, values] of Object.entries(after)) {
      for (const [key, value] of Object.entries(values)) {
        const gone = minus(value, golden.start[key] ?? NaN);
        const error = relativeError(seen[step]?.[key] ?? NaN, gone);
        expect(error, `${key} after ${step}`).toBeLessThan(3e-6);
      }
    }
  });
});
