import * as tf from '@tensorflow/tfjs-node';
import { checkDtype, checkFinite, checkIds, checkShape, checkSize } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';

const zeros = (...shape: number[]): tf.Tensor => tf.zeros(shape);

describe('checkShape', () => {
  test('returns the sizes that the specification names', () => {
    const sizes = checkShape('xs', zeros(2, 5, 4), ['batch', 'time', { input: 4 }]);
    expect(sizes).toEqual({ batch: 2, time: 5, input: 4 });
    const { batch, input }: { batch: number; input: number } = sizes;
    expect(batch * input).toBe(8);
    // @ts-expect-error: no axis has this name.
    expect(sizes.hidden).toBeUndefined();
    expect(checkShape('ids', zeros(3), [3])).toEqual({});
    expect(checkShape('loss', zeros(), [])).toEqual({});
  });

  test.each<[string, tf.Tensor, Parameters<typeof checkShape>[2], string | undefined, string]>([
    [
      'a size, with the reason',
      zeros(2, 5, 3),
      ['batch', 'time', { input: 4 }],
      "the last axis must match Wxh's first",
      "xs: got shape [2, 5, 3], expected [batch, time, input = 4]; the last axis must match Wxh's first.",
    ],
    [
      'a size',
      zeros(2, 5),
      ['batch', 4],
      undefined,
      'xs: got shape [2, 5], expected [batch, 4]; axis 1 has size 5 where 4 is needed.',
    ],
    [
      'a rank',
      zeros(5),
      ['batch', 'time'],
      undefined,
      'xs: got shape [5], expected [batch, time]; it has 1 axis where 2 are needed.',
    ],
    ['a vector', zeros(5, 1), ['n'], undefined, 'xs: got shape [5, 1], expected [n]; it has 2 axes where 1 is needed.'],
    [
      'a square',
      zeros(4, 5),
      ['n', 'n'],
      undefined,
      'xs: got shape [4, 5], expected [n, n]; axis 1 has size 5 where 4 is needed.',
    ],
    [
      'an empty axis',
      zeros(0, 5),
      ['batch', 'time'],
      undefined,
      'xs: got shape [0, 5], expected [batch, time]; axis 0, batch, is empty.',
    ],
    [
      'no tensor',
      [1, 2] as never,
      ['n'],
      undefined,
      'xs: got an array, expected a tensor; make one with tf.tensor(...).',
    ],
    [
      'a number',
      3 as never,
      ['n'],
      undefined,
      'xs: got the number 3, expected a tensor; make one with tf.tensor(...).',
    ],
    [
      'nothing',
      undefined as never,
      ['n'],
      undefined,
      'xs: got undefined, expected a tensor; make one with tf.tensor(...).',
    ],
    [
      'an object',
      new Map() as never,
      ['n'],
      undefined,
      'xs: got a Map, expected a tensor; make one with tf.tensor(...).',
    ],
  ])('says what is wrong with %s', (_, tensor, spec, reason, message) => {
    expect(messageOf(() => checkShape('xs', tensor, spec, reason))).toBe(message);
  });

  test('says that a tensor was disposed', () => {
    const tensor = zeros(2);
    tensor.dispose();
    expect(messageOf(() => checkShape('h', tensor, ['n']))).toBe(
      'h: got a disposed tensor, expected a live one; clone it, or tf.keep it, before its tidy ends.',
    );
  });
});

test('checkDtype names the types that serve, and how to get the first', () => {
  expect(
    messageOf(() => {
      checkDtype('mask', zeros(2), 'float32', 'bool');
    }),
  ).toBe('');
  expect(
    messageOf(() => {
      checkDtype('mask', zeros(2), 'bool', 'int32');
    }),
  ).toBe("mask: got dtype float32, expected bool or int32; convert it with mask.cast('bool').");
});

test('checkFinite counts what is not finite and says where the first stands', () => {
  const values = tf.tensor3d([1, 2, 3, 4, NaN, 6, 7, Infinity], [2, 2, 2]);
  expect(
    messageOf(() => {
      checkFinite('xs', values);
    }),
  ).toBe('xs: got 2 of 8 numbers that are not finite, the first NaN at [1, 0, 0], expected finite numbers only.');
  expect(
    messageOf(() => {
      checkFinite('xs', zeros(2, 2));
    }),
  ).toBe('');
});

test('checkSize takes positive integers', () => {
  expect(
    messageOf(() => {
      checkSize('hiddenSize', 3);
    }),
  ).toBe('');
  for (const size of [0, -1, 1.5, NaN, '3' as never]) {
    expect(
      messageOf(() => {
        checkSize('hiddenSize', size);
      }),
    ).toBe(`hiddenSize: got ${size}, expected a positive integer.`);
  }
});

test('checkIds names the first id that is none of the vocabulary, at its place', () => {
  const sentence = (...given: Parameters<typeof checkIds>): string =>
    messageOf(() => {
      checkIds(...given);
    });
  expect(sentence('ids', Int32Array.of(0, 2, 1), 3)).toBe('');
  expect(sentence('ids', [], 3)).toBe('');
  expect(sentence('oneHot: ids', [0, 3, -1], 3)).toBe(
    'oneHot: ids[1] is 3; expected an integer from 0 to 2: encode with the vocabulary whose size was given.',
  );
  expect(sentence('ids', [0, 1, 2, 0, -1, 0], 3, { shape: [2, 3], fix: 'mend it' })).toBe(
    'ids[1][1] is -1; expected an integer from 0 to 2: mend it.',
  );
  expect(sentence('ids', [0.5], 3)).toContain('ids[0] is 0.5; ');
  expect(sentence('ids', { length: 1 }, 3)).toContain('ids[0] is NaN; ');
  expect(() => {
    checkIds('ids', [1], 1);
  }).toThrow(RangeError);
});

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}
