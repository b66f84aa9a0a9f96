import * as classify from 'kernel-lib/classify';
import { rng } from 'kernel-lib/tensor/rng';
import { describe, expect, it } from 'vitest';

const random = rng(1);
const texts = Array.from({ length: 40 }, () =>
  Int32Array.from({ length: 1 + random.integer(12) }, () => random.integer(6)),
);
const labels = texts.map((text) => (text.filter((id) => id === 2).length + random.normal() > 1 ? 1 : 0));
const size = 6;

/** A sparse row as plain numbers. */
function dense({ starts, columns, values, width }: classify.SparseRows, n: number): number[] {
  const row = new Array<number>(width).fill(0);
  for (let k = starts[n] ?? 0; k < (starts[n + 1] ?? 0); k++) row[columns[k] ?? 0] = values[k] ?? 0;
  return row;
}

describe('tfidf', () => {
  it('is f · idf, of length 1, as scikit-learn has it', () => {
    // TfidfVectorizer's formula by hand: N = 3, n_0 = 2, n_1 = 1, n_2 = 3
    const { weights, rows } = classify.tfidf([Int32Array.of(0, 2, 0), Int32Array.of(2, 1), Int32Array.of(0, 2)], { size: 3 });
    const idf = [Math.log(4 / 3) + 1, Math.log(4 / 2) + 1, 1];
    weights.forEach((weight, id) => {
      expect(weight).toBeCloseTo(idf[id] ?? NaN, 12);
    });
    const [two, one] = [2 * (idf[0] ?? NaN), 1];
    const length = Math.hypot(two, one);
    expect(dense(rows([Int32Array.of(0, 2, 0)]), 0)).toEqual([two / length, 0, one / length].map(Math.fround));
  });

  it('forgets the order, leaves out what is not in the vocabulary, and makes an empty row of an empty text', () => {
    const { rows } = classify.tfidf(texts, { size });
    const some = rows([Int32Array.of(5, 1, 1, 3), Int32Array.of(1, 3, 5, 1), Int32Array.of(1, 9, 3, -1, 5, 1), new Int32Array(0)]);
    expect(dense(some, 1)).toEqual(dense(some, 0));
    expect(dense(some, 2)).toEqual(dense(some, 0));
    expect(dense(some, 3)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(some.rows).toBe(4);
    expect([...some.starts]).toEqual([0, 3, 6, 9, 9]);
  });

  it('refuses a size that is none', () => {
    expect(() => classify.tfidf([], { size: 0 })).toThrow(/tfidf: size is 0/);
  });
}); // prettier-ignore

describe('logisticRegression', () => {
  const x = classify.tfidf(texts, { size }).rows(texts);
  const C = 3;

  /** The penalised loss, written out. */
  const loss = (w: ArrayLike<number>, b: number): number => {
    const each = labels.map((y, n) => {
      const z = dense(x, n).reduce((sum, value, j) => sum + value * (w[j] ?? 0), b);
      return -Math.log(1 / (1 + Math.exp(y === 1 ? -z : z)));
    });
    const penalty = Array.from(w).reduce((sum, weight) => sum + weight * weight, 0) / (2 * C * labels.length);
    return each.reduce((sum, nats) => sum + nats, 0) / labels.length + penalty;
  };

  it('ends where the loss rises in every direction, the bias not held back', () => {
    const { w, b, slope } = classify.logisticRegression(x, labels, { C, tolerance: 1e-9 });
    expect(slope).toBeLessThan(1e-9);
    const least = loss(w, b);
    const step = 1e-4;
    for (let j = 0; j < size; j++) {
      for (const sign of [-1, 1]) {
        const moved = w.slice();
        moved[j] = (moved[j] ?? 0) + sign * step;
        expect(loss(moved, b)).toBeGreaterThan(least);
      }
    }
    expect(loss(w, b + step)).toBeGreaterThan(least);
    expect(loss(w, b - step)).toBeGreaterThan(least);
    // slopes by differences, in the middle of nowhere as well
    const slopeAt = (db: number): number => (loss(w, b + db + step) - loss(w, b + db - step)) / (2 * step);
    expect(Math.abs(slopeAt(0))).toBeLessThan(1e-7);
    expect(Math.abs(slopeAt(1))).toBeGreaterThan(1e-2);
  });

  it('gives larger weights to a larger C, and the same ones to the same data', () => {
    const norm = (each: number): number => Math.hypot(...classify.logisticRegression(x, labels, { C: each }).w);
    expect(norm(0.1)).toBeLessThan(norm(1));
    expect(norm(1)).toBeLessThan(norm(10));
    expect(norm(1)).toBe(norm(1));
  });

  it('stops at the number of steps that it is given', () => {
    expect(classify.logisticRegression(x, labels, { maxSteps: 2 }).steps).toBe(2);
  });

  it('says P(yes) = σ(x w + b)', () => {
    const model = { w: Float64Array.of(1, -2, 0, 0, 0.5, 3), b: -0.25 };
    const probabilities = classify.logisticProbabilities(model, x);
    probabilities.forEach((p, n) => {
      const z = dense(x, n).reduce((sum, value, j) => sum + value * (model.w[j] ?? 0), model.b);
      expect(p).toBeCloseTo(1 / (1 + Math.exp(-z)), 6);
    });
  });

  it.each([
    ['too few labels', labels.slice(1), {}, /labels: got 39, expected 40/],
    ['a label that is neither', [2, ...labels.slice(1)], {}, /labels: got 2 at position 0, expected 0 or 1/],
    ['a C of 0', labels, { C: 0 }, /C: got 0, expected a number above 0/],
  ] as const)('refuses %s', (_, given, options, sentence) => {
    expect(() => classify.logisticRegression(x, given, options)).toThrow(sentence);
  });
});
