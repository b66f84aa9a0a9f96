import { cells } from 'kernel-lib/cells';
import { describe, expect, test } from 'vitest';
import { casesOf, errorAt, expectAgreement, goldenOf, largest } from './agreement';
import { derivationsOf, subjects, type Subject } from './derivations';
import { drawCase, type Case, type CaseFlags, type CaseSizes, type Nested, type Result } from './reference/case';
import { plainLoss, solvePlainly } from './reference/sequence';

const small: CaseSizes = { batch: 3, time: 4, input: 2, hidden: 5 };
const smallCasesOf = ({ paramShapes, plain }: Subject): Case[] => {
  const draw = (sizes: CaseSizes, flags?: CaseFlags): Case => drawCase(paramShapes, plain, sizes, flags);
  return [
    draw(small),
    draw(small, { givenState: true, masked: true }),
    draw(small, { givenState: true, reverse: true }),
  ];
};

test('every cell is a subject', () => {
  const names = subjects.map(({ cell }) => cell.name);
  expect(names).toEqual(expect.arrayContaining(Object.keys(cells)));
  expect(new Set(names).size).toBe(names.length);
});

test('the LSTM, with and without peepholes, the GRU and the RNN have a native path', () => {
  const native = subjects.filter(({ cell, native }) => native && cell.name in cells).map(({ cell }) => cell.name);
  expect(native.sort()).toEqual([
    'gru',
    'gru (reset before)',
    'gru (reset before, z replaces)',
    'gru (z replaces)',
    'irnn',
    'lstm',
    'lstm (output linear)',
    'lstm (peephole o)',
    'lstm (peepholes i f o)',
    'rnn',
  ]);
});

describe.each(subjects)('$cell.name', (subject) => {
  describe.each(Object.entries(derivationsOf(subject)))('%s', (_, derive) => {
    test.each(casesOf(subject))('agrees with the float64 reference: $name', (problem) => {
      expectAgreement(derive(problem), solvePlainly(subject.plain, problem));
    });

    test.each(goldenOf(subject))('agrees with PyTorch: $name', (golden) => {
      expectAgreement(derive(golden), golden);
    });
  });

  test('has golden values from PyTorch, masked and not', () => {
    const masked = goldenOf(subject).map(({ mask }) => mask !== null);
    expect(new Set(masked)).toEqual(new Set([true, false]));
  });

  test.each(smallCasesOf(subject))('has gradients that are the slopes of its loss: $name', (problem) => {
    const slopes = slopesOfLoss(subject, problem);
    expectSlopes(solvePlainly(subject.plain, problem).gradients, slopes);
    const byHand = derivationsOf(subject)['backward pass by hand'];
    if (byHand) expectSlopes(byHand(problem).gradients, slopes);
  });
});

/** Central differences of E in float64, with respect to everything that it depends on, by the names of the gradients. */
function slopesOfLoss({ plain }: Subject, problem: Case): Record<string, Nested> {
  const slopes: Record<string, Nested> = {
    dxs: centralDifferences(problem.xs, (xs) => plainLoss(plain, { ...problem, xs: xs as never })),
  };
  for (const [name, value] of Object.entries(problem.params)) {
    slopes[`d${name}`] = centralDifferences(value, (moved) => {
      return plainLoss(plain, { ...problem, params: { ...problem.params, [name]: moved as never } });
    });
  }
  for (const [part, value] of Object.entries(problem.initialState ?? {})) {
    slopes[`d${part}0`] = centralDifferences(value, (moved) => {
      return plainLoss(plain, { ...problem, initialState: { ...problem.initialState, [part]: moved as never } });
    });
  }
  return slopes;
}

/** The backward pass by hand too, though it computes in float32: on cases this small it loses no more than that. */
function expectSlopes(gradients: Result['gradients'], slopes: Result['gradients']): void {
  const scale = largest(Object.values(slopes));
  for (const [name, slope] of Object.entries(slopes)) {
    expect(errorAt(gradients[name] ?? [], slope, scale), name).toBeLessThan(1e-6);
  }
}

/** (E(v + ε) - E(v - ε)) / 2ε for every number v. */
function centralDifferences(value: Nested, loss: (moved: Nested) => number, epsilon = 1e-5): Nested {
  const walk = (part: Nested, put: (changed: Nested) => Nested): Nested =>
    Array.isArray(part)
      ? part.map((item, i) => walk(item, (changed) => put(part.with(i, changed))))
      : (loss(put(part + epsilon)) - loss(put(part - epsilon))) / (2 * epsilon);
  return walk(value, (changed) => changed);
}
