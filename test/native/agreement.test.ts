import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-node';
import type { LstmState, Params, State } from 'kernel-lib/cells';
import { lstm, type NativeLstmParams } from 'kernel-lib/native';
import { describe, expect, test } from 'vitest';
import { subjects, tensorsOf, type Subject } from '../cells/derivations';
import { drawCase, relativeError, type Case, type Nested, type Result } from '../cells/reference/case';
import { solvePlainly } from '../cells/reference/sequence';

/** The cells that the native LSTM computes: sigmoid and tanh, with or without peepholes. */
const native = subjects.filter(({ cell }) => /^lstm( \(peepholes? [ifo ]+\))?$/.test(cell.name));

const sizes = { batch: 7, time: 33, input: 13, hidden: 17 };
const casesOf = ({ paramShapes, plain }: Subject): Case[] =>
  [
    drawCase(paramShapes, plain, { batch: 1, time: 1, input: 1, hidden: 1 }),
    drawCase(paramShapes, plain, { ...sizes, batch: 1 }, { givenState: true }),
    drawCase(paramShapes, plain, { ...sizes, time: 1 }, { givenState: true, masked: true }),
    drawCase(paramShapes, plain, sizes),
    drawCase(paramShapes, plain, sizes, { masked: true, reverse: true, givenState: true }),
  ]; // prettier-ignore

const goldenOf = ({ cell, golden }: Subject): (Case & Required<Result>)[] => {
  const file = new URL(`../golden/${golden}`, import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: (Case & Required<Result> & { cell: string })[] };
  return cases.filter((each) => each.cell === cell.name);
};

function solve(cell: Subject['cell'], problem: Case): Record<string, Nested> {
  return tf.tidy(() => {
    const { params, xs, dOutputs, options } = tensorsOf(problem);
    const start = options.initialState ?? cell.initialState(params, xs.shape[0]);
    const values: Params = { xs, ...params, h0: start.h, c0: (start as State & LstmState).c };
    const names = Object.keys(values);
    const walk = (tensors: tf.Tensor[]): ReturnType<typeof lstm> => {
      const { xs: now, h0, c0, ...weights } = Object.fromEntries(names.map((name, k) => [name, tensors[k]]));
      const initialState = { h: h0, c: c0 } as LstmState;
      return lstm(weights as unknown as NativeLstmParams, now as tf.Tensor3D, { ...options, initialState });
    };
    const gradients = tf.grads((...tensors) => walk(tensors).outputs.mul(dOutputs).sum())(Object.values(values));
    const { outputs, final } = walk(Object.values(values));
    return {
      outputs: outputs.arraySync(),
      h: final.h.arraySync(),
      c: final.c.arraySync(),
      ...Object.fromEntries(names.map((name, k) => [`d${name}`, gradients[k]?.arraySync() as Nested])),
    };
  });
}

function expectAgreement(got: Record<string, Nested>, { outputs, final, gradients }: Required<Result>): void {
  const expected: Record<string, Nested> = { outputs, ...final, ...gradients };
  expect(Object.keys(got).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, value] of Object.entries(got)) {
    expect(relativeError(value, expected[name] ?? []), name).toBeLessThan(1e-5);
  }
}

test('the registry has cells for the native LSTM, with and without peepholes', () => {
  expect(native.map(({ cell }) => cell.name)).toEqual(expect.arrayContaining(['lstm', 'lstm (peepholes i f o)']));
});

describe.each(native)('the native path of $cell.name', (subject) => {
  test.each(casesOf(subject))('agrees with the float64 reference: $name', (problem) => {
    expectAgreement(solve(subject.cell, problem), solvePlainly(subject.plain, problem));
  });

  test('agrees with PyTorch', () => {
    const golden = goldenOf(subject);
    expect(golden.length).toBeGreaterThan(0);
    for (const each of golden) expectAgreement(solve(subject.cell, each), each);
  });
});
