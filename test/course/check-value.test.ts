import * as tf from '@tensorflow/tfjs-node';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { checkValue, ExerciseError } from '../../kernel-lib/src/course';

const log = vi.spyOn(console, 'log');
beforeEach(() => {
  log.mockReset().mockImplementation(() => undefined);
});

function passes(answer: unknown, reference: unknown, tolerance?: number): boolean {
  try {
    checkValue('value', { answer, reference, ...(tolerance === undefined ? {} : { tolerance }) });
    return true;
  } catch (error) {
    if (!(error instanceof ExerciseError)) throw error;
    return false;
  }
}

function refusal(answer: unknown, reference: unknown): string {
  try {
    checkValue('value', { answer, reference });
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the answer passed');
}

describe('checkValue', () => {
  it('passes with one line', () => {
    checkValue('02.1 count', { answer: 104, reference: 104 });
    expect(log.mock.calls).toEqual([['✓ 02.1 count: agrees with the reference']]);
  });

  it('knows its exercise', () => {
    expect(() => {
      checkValue('02.1 count', { answer: 103, reference: 104 });
    }).toThrow(expect.objectContaining({ name: 'ExerciseError', exercise: '02.1 count' }));
  });

  it('allows for the rounding of float32, and no more', () => {
    expect(passes(Math.fround(0.1), 0.1)).toBe(true);
    expect(passes(0.1001, 0.1)).toBe(false);
    expect(passes(0.1001, 0.1, 0.01)).toBe(true);
  });

  it('measures small numbers by their own size', () => {
    expect(passes([0, 0], [1e-7, 2e-7])).toBe(false);
    expect(passes([1e-7, 2e-7], [1e-7, 2e-7])).toBe(true);
    expect(passes([1e-9, 0], [0, 0])).toBe(true);
    expect(passes([1e-3, 0], [0, 0])).toBe(false);
  });

  it('takes a count for wrong that is off by one, however large', () => {
    expect(passes(1_000_001, 1_000_000)).toBe(false);
    expect(passes(1_000_000, 1_000_000)).toBe(true);
  });

  it('takes a typed array for an array, and no number for a tensor', () => {
    expect(passes(new Float32Array([1, 2]), [1, 2])).toBe(true);
    expect(
      refusal(
        tf.tidy(() => tf.scalar(1).arraySync()),
        tf.scalar(1),
      ),
    ).toContain('is a number, expected a tensor');
    expect(refusal(tf.scalar(1), 1)).toContain('is a tensor, expected a number');
  });

  it('compares objects field by field', () => {
    const reference = { outputs: [[1, 2]], final: { h: [2] } };
    expect(passes({ outputs: [[1, 2]], final: { h: [2] }, extra: 1 }, reference)).toBe(true);
    expect(refusal({ outputs: [[1, 2]], final: { h: [3] } }, reference)).toBe(
      '✗ value: `final.h` in the answer differs from the reference first at element [0], by about 1.',
    );
    expect(refusal({ outputs: [[1, 2]] }, reference)).toContain('lacks `final.h`');
    expect(refusal(3, reference)).toContain('the answer is a number, expected one that holds `outputs`');
    expect(refusal({ outputs: undefined, final: { h: [2] } }, reference)).toContain(
      '`outputs` in the answer is undefined',
    );
  });

  it('compares texts without telling them', () => {
    expect(passes('hello', 'hello')).toBe(true);
    expect(refusal('help', 'hello')).toBe('✗ value: the answer is another text, from its character 4 on.');
    expect(refusal('hello!', 'hello')).toBe('✗ value: the answer goes on after its last character should have come.');
    expect(passes(['more', 'less'], ['more', 'less'])).toBe(true);
    expect(passes(['more', 'less', 'less'], ['more', 'less'])).toBe(false);
    expect(passes(['more'], ['more', 'less'])).toBe(false);
    expect(passes('true', true)).toBe(false);
    expect(passes(false, true)).toBe(false);
  });

  it('refuses ragged and holed arrays', () => {
    expect(
      refusal(
        [[1, 2], [3]],
        [
          [1, 2],
          [3, 4],
        ],
      ),
    ).toContain('is ragged: its element 1 has shape [1], its element 0 has [2]');
    const holed: number[] = [1];
    holed[2] = 3;
    expect(refusal(holed, [1, 2, 3])).toContain('`[1]` in the answer is undefined');
    expect(refusal([1, 2], [1, 2, 3])).toContain('has shape [2], expected [3]');
  });

  it.each<[string, unknown, string]>([
    ['a map', new Map(), 'an object of the class Map'],
    ['a bigint', 104n, 'a bigint'],
    ['a NaN', NaN, 'is NaN'],
    ['an infinity', -Infinity, 'is -Infinity'],
    ['a string of the number', '104', 'is a string, expected a number'],
    ['a symbol', Symbol('104'), 'a symbol'],
  ])('refuses %s', (_, answer, sentence) => {
    expect(refusal(answer, 104)).toContain(sentence);
  });

  it('lets the failure of a promised answer end with the check', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    expect(refusal(Promise.reject(new Error('later')), 1)).toContain('is a Promise');
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('makes and disposes of no tensor', () => {
    const answer = tf.tensor1d([1, 2]);
    const before = tf.memory().numTensors;
    checkValue('value', { answer, reference: answer });
    expect(tf.memory().numTensors).toBe(before);
    expect(answer.isDisposed).toBe(false);
    answer.dispose();
  });

  it.each<[string, unknown]>([
    ['nothing', []],
    ['a NaN', [1, NaN]],
  ])('is no check against a reference of %s', (_, reference) => {
    expect(() => {
      checkValue('value', { answer: reference, reference });
    }).toThrow(/^reference of value: got /);
  });
});
