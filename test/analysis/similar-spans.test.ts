import * as tf from '@tensorflow/tfjs-node';
import { describe, expect, it } from 'vitest';
import { rng } from '../../kernel-lib/src';
import { similarSpans, type SimilarSpanOptions } from '../../kernel-lib/src/analysis';

/** States that draw a hook at 5, 20 and, at twice the size, at 40; noise elsewhere. */
const random = rng(1);
const hook = [[2, 0], [2, 2], [0, 2]]; // prettier-ignore
const states = Array.from({ length: 60 }, () => [random.uniform() - 0.5, random.uniform() - 0.5]);
for (const [from, scale] of [[5, 1], [20, 1], [40, 2]] as const) {
  hook.forEach((row, at) => (states[from + at] = row.map((value) => scale * value)));
} // prettier-ignore

describe('similarSpans', () => {
  it('finds the same path again, by place', () => {
    const [first, second] = similarSpans(states, { from: 5, to: 8 }, { measure: 'euclid' });
    expect(first).toEqual({ from: 20, to: 23, score: expect.closeTo(0, 12) as number });
    expect(second?.score).toBeGreaterThan(0.5);
  });

  it('finds the same direction again, whatever its length, by cosine', () => {
    const found = similarSpans(states, { from: 5, to: 8 }, { count: 2 });
    expect(found.map(({ from }) => from).sort((a, b) => a - b)).toEqual([20, 40]);
    expect(found.every(({ score }) => score > 0.99)).toBe(true);
  });

  it('is what its equation says, one span at a time', () => {
    const mean = (from: number, to: number): number[] =>
      [0, 1].map((i) => states.slice(from, to).reduce((sum, row) => sum + (row[i] ?? NaN), 0) / (to - from));
    const centre = mean(0, 60);
    const away = (v: number[]): number[] => v.map((value, i) => value - (centre[i] ?? NaN));
    const dot = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);
    for (const { from, to, score } of similarSpans(states, { from: 30, to: 34 }, { count: 50 })) {
      const [a, b] = [away(mean(from, to)), away(mean(30, 34))];
      expect(score).toBeCloseTo(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)), 9);
    }
    const [nearest] = similarSpans(states, { from: 30, to: 34 }, { measure: 'euclid', by: 'end', count: 1 });
    const gap = (t: number): number => Math.hypot(...[0, 1].map((i) => (states[t]?.[i] ?? NaN) - (states[33]?.[i] ?? NaN))); // prettier-ignore
    expect(nearest?.score).toBeCloseTo(gap((nearest?.to ?? NaN) - 1), 12);
    const free = Array.from({ length: 57 }, (_, start) => start).filter((start) => start + 4 <= 30 || start >= 34);
    expect(nearest?.score).toBeCloseTo(Math.min(...free.map((start) => gap(start + 3))), 12);
  });

  it('never overlaps the asked span or another one, and gives the best first', () => {
    const found = similarSpans(states, { from: 10, to: 15 }, { count: 100 });
    const spans = [{ from: 10, to: 15 }, ...found].sort((a, b) => a.from - b.from);
    for (const [at, span] of spans.entries()) expect(span.from).toBeGreaterThanOrEqual(spans[at - 1]?.to ?? 0);
    const scores = found.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(found.length).toBeGreaterThan(5);
    expect(similarSpans(states, { from: 0, to: 60 })).toEqual([]);
  });

  it('takes a tensor', () => {
    const tensor = tf.tensor2d(states);
    expect(similarSpans(tensor, { from: 5, to: 8 }, { count: 1 })[0]?.score).toBeGreaterThan(0.99);
    tensor.dispose();
  });

  it.each([
    [{ from: 3, to: 3 }, {}, 'span: got 3 to 3, expected integers with 0 ≤ from < to ≤ 60'],
    [{ from: 50, to: 61 }, {}, 'span: got 50 to 61'],
    [{ from: 1, to: 2 }, { count: 0 }, 'count: got 0, expected an integer of at least 1.'],
    [{ from: 1, to: 2 }, { measure: 'dot' }, "measure: got 'dot', expected 'cosine' or 'euclid'."],
    [{ from: 1, to: 2 }, { by: 'start' }, "by: got 'start', expected 'mean' or 'end'."],
  ])('refuses %j with %j', (span, options, sentence) => {
    expect(() => similarSpans(states, span, options as SimilarSpanOptions)).toThrow(sentence);
  });
});
