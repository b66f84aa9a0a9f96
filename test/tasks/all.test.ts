import * as tf from '@tensorflow/tfjs-node';
import { rng, tasks, type Rng } from 'kernel-lib';
import { describe, expect, it } from 'vitest';

type Task = (options: { rng: Rng; batch: number; length: number }) => Record<string, tf.Tensor | number[]>;
const all: [name: string, task: Task, shortest: number][] = [
  ['addingProblem', tasks.addingProblem, 2],
  ['addingProblem1997', tasks.addingProblem1997, 20],
  ['temporalOrder', tasks.temporalOrder, 10],
  ['temporalOrder1997', tasks.temporalOrder1997, 20],
  ['copyMemory', tasks.copyMemory, 1],
  ['recallFirst', tasks.recallFirst, 1],
  ['keepAndForget', tasks.keepAndForget, 1],
];

function numbersOf(task: Task, seed: number, length: number): unknown {
  const drawn = task({ rng: rng(seed), batch: 3, length });
  const numbers = Object.values(drawn).map((part) => (part instanceof tf.Tensor ? part.arraySync() : part));
  tf.dispose(drawn);
  return numbers;
}

describe.each(all)('%s', (_, task, shortest) => {
  it('depends on its seed alone, and leaves no tensor behind', () => {
    const before = tf.memory().numTensors;
    expect(numbersOf(task, 1, 30)).toEqual(numbersOf(task, 1, 30));
    expect(numbersOf(task, 1, 30)).not.toEqual(numbersOf(task, 2, 30));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('can be as short as it says, and no shorter', () => {
    expect(() => numbersOf(task, 1, shortest)).not.toThrow();
    const sentence = `expected an integer of at least ${shortest}.`;
    expect(() => numbersOf(task, 1, shortest - 1)).toThrow(`length: got ${shortest - 1}, ${sentence}`);
    expect(() => numbersOf(task, 1, 30.5)).toThrow(`length: got 30.5, ${sentence}`);
  });

  it('refuses an empty batch', () => {
    expect(() => task({ rng: rng(1), batch: 0, length: 30 })).toThrow('batch: got 0, expected a positive integer.');
  });
});

describe('what the symbols may be', () => {
  const some = { rng: rng(1), batch: 2, length: 5 };

  it.each([
    ['symbols', () => tasks.recallFirst({ ...some, symbols: 1 }), 'symbols: got 1, expected an integer of at least 2.'],
    [
      'distractors',
      () => tasks.recallFirst({ ...some, distractors: -1 }),
      'distractors: got -1, expected an integer of at least 0.',
    ],
    ['symbols', () => tasks.keepAndForget({ ...some, symbols: 1 }), 'symbols: got 1, expected'],
    [
      'flagRate',
      () => tasks.keepAndForget({ ...some, flagRate: 1.5 }),
      'flagRate: got 1.5, expected a number from 0 to 1.',
    ],
    [
      'flagRate',
      () => tasks.keepAndForgetFloor({ length: 5, flagRate: NaN }),
      'flagRate: got NaN, expected a number from 0 to 1.',
    ],
    ['length', () => tasks.copyMemoryFloor(0), 'length: got 0, expected an integer of at least 1.'],
  ])('%s', (_, draw, sentence) => {
    expect(draw).toThrow(sentence);
  });
});
