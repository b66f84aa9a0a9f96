import { averagePrecision } from 'kernel-lib/analysis';
import { describe, expect, it } from 'vitest';

describe('averagePrecision', () => {
  it.each([
    ['every mark first', [4, 3, 2, 1], [1, 1, 0, 0], 1],
    ['every mark last', [1, 2, 3, 4], [1, 1, 0, 0], (1 / 3 + 2 / 4) / 2],
    // marks at ranks 1, 3 and 4
    ['by hand', [0.9, 0.1, 0.8, 0.5, 0.4], [1, 0, 0, 1, 1], (1 + 2 / 3 + 3 / 4) / 3],
    ['the same, in another order', [0.4, 0.8, 0.1, 0.9, 0.5], [1, 0, 0, 1, 1], (1 + 2 / 3 + 3 / 4) / 3],
    ['nothing but equal scores', [2, 2, 2, 2, 2], [0, 1, 0, 0, 1], 2 / 5],
    ['equal scores, whatever comes first', [2, 1, 1, 0], [1, 0, 1, 0], (1 + 2 / 3) / 2],
    ['equal scores at the end', [2, 1, 1], [1, 1, 0], (1 + 2 / 3) / 2],
    ['infinite scores', [Infinity, -Infinity, 0], [1, 0, 0], 1],
  ])('of %s', (_, scores, marks, expected) => {
    const { precision, chance } = averagePrecision(scores, Float32Array.from(marks));
    expect(precision).toBeCloseTo(expected, 12);
    expect(chance).toBeCloseTo(marks.reduce((a, b) => a + b) / marks.length, 12);
  });

  it.each([
    ['lengths that differ', [1, 2], [1], 'got 2 scores and 1 marks, expected one of each a step'],
    ['a score that is no number', [1, NaN], [1, 0], 'scores: got NaN at step 2'],
    ['a track that counts', [1, 2], [0, 2], 'marks: got 2 at step 2, expected 0 or 1'],
    ['no marks', [1, 2], [0, 0], 'marks: got 0 marked steps of 2, expected some of each kind'],
    ['nothing but marks', [1, 2], [1, 1], 'marks: got 2 marked steps of 2, expected some of each kind'],
    ['nothing', [], [], 'marks: got 0 marked steps of 0'],
  ])('refuses %s', (_, scores, marks, sentence) => {
    expect(() => averagePrecision(scores, marks)).toThrow(sentence);
  });
});
