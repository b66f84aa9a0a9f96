import fc from 'fast-check';
import { rng } from 'kernel-lib/tensor/rng';
import { generateText } from 'kernel-lib/text/generate';
import { ngram, type Smoothing } from 'kernel-lib/text/ngram';
import { vocabulary } from 'kernel-lib/text/vocabulary';
import { describe, expect, it } from 'vitest';

const abc = vocabulary('abc');
const ids = abc.encode('abcabcabaacab');
const smoothings: readonly Smoothing[] = ['kneser-ney', 'witten-bell', { add: 0.5 }];

/** How often a run of ids stands in the text. */
const count = (text: readonly number[], run: readonly number[]): number =>
  text.filter((_, t) => run.every((id, j) => text[t + j] === id)).length;

describe('ngram', () => {
  it('adds k to every count', () => {
    const model = ngram(ids, { order: 2, size: 3, smoothing: { add: 1 } });
    // a comes 6 times with something after it 5 times: b 4 times, a once, c once... counted here
    const text = [...ids];
    const after = [0, 1, 2].map((w) => count(text, [0, w]));
    const all = after.reduce((a, b) => a + b);
    const p = model.probabilities([2, 1, 0]);
    after.forEach((c, w) => {
      expect(p[w]).toBeCloseTo((c + 1) / (all + 3), 12);
    });
  });

  it('gives shorter contexts the weight of Witten and Bell', () => {
    const model = ngram(ids, { order: 2, size: 3, smoothing: 'witten-bell' });
    const text = [...ids];
    const single = [0, 1, 2].map((w) => (count(text, [w]) + 3 * (1 / 3)) / (ids.length + 3));
    const after = [0, 1, 2].map((w) => count(text, [1, w])); // b is followed by c and by a
    const [all, types] = [after.reduce((a, b) => a + b), after.filter((c) => c > 0).length];
    expect(types).toBe(2);
    const p = model.probabilities([1]);
    after.forEach((c, w) => {
      expect(p[w]).toBeCloseTo((c + types * (single[w] ?? NaN)) / (all + types), 12);
    });
  });

  it('discounts as Kneser and Ney, and counts places below', () => {
    const model = ngram(ids, { order: 2, size: 3 });
    const text = [...ids];
    const pairs = [0, 1, 2].flatMap((v) => [0, 1, 2].map((w) => ({ v, w, c: count(text, [v, w]) })));
    const discountOf = (counts: number[]): number => {
      const [once, twice] = [1, 2].map((n) => counts.filter((c) => c === n).length) as [number, number];
      return once === 0 ? 0.5 : once / (once + 2 * twice);
    };
    // continuation counts: after how many different symbols w came
    const places = [0, 1, 2].map((w) => pairs.filter((pair) => pair.w === w && pair.c > 0).length);
    const sum = places.reduce((a, b) => a + b);
    const D0 = discountOf(places);
    const single = places.map((n) => (Math.max(n - D0, 0) + (D0 * 3) / 3) / sum);
    const D = discountOf(pairs.map(({ c }) => c));
    expect(D).toBeGreaterThan(0);
    const after = pairs.filter(({ v }) => v === 0);
    const all = after.reduce((total, { c }) => total + c, 0);
    const types = after.filter(({ c }) => c > 0).length;
    const p = model.probabilities([0]);
    for (const { w, c } of after) {
      expect(p[w]).toBeCloseTo((Math.max(c - D, 0) + D * types * (single[w] ?? NaN)) / all, 12);
    }
  });

  it.each(smoothings)('is a distribution after any context, with nothing ruled out: %j', (smoothing) => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(3), { minLength: 3, maxLength: 40 }),
        fc.array(fc.nat(3), { maxLength: 4 }),
        fc.integer({ min: 1, max: 3 }),
        (text, context, order) => {
          const p = ngram(text, { order, size: 4, smoothing }).probabilities(context);
          expect(p.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
          expect(Math.min(...p)).toBeGreaterThan(0);
        },
      ),
    );
  });

  it.each(smoothings)('measures a text by the probabilities it gives: %j', (smoothing) => {
    const model = ngram(ids, { order: 3, size: 3, smoothing });
    const heldOut = abc.encode('cabbacc');
    let nats = 0;
    heldOut.forEach((id, t) => (nats -= Math.log(model.probabilities(heldOut.subarray(0, t))[id] ?? NaN)));
    expect(model.nats(heldOut)).toBeCloseTo(nats / heldOut.length, 12);
  });

  it('knows how many different n-grams came, and reads no more of a context than it counts', () => {
    const model = ngram(ids, { order: 2, size: 3 });
    expect(model.seen).toBe(new Set('ab bc ca ab bc ca ab ba aa ac ca ab'.split(' ')).size);
    expect(model.probabilities([2, 2, 1, 0])).toEqual(model.probabilities([0]));
    expect(ngram(ids, { order: 3, size: 3 }).probabilities([1, 0])).not.toEqual(model.probabilities([0]));
  });

  it('keeps apart runs that differ in the oldest symbol alone, in a large vocabulary', () => {
    const far = [900, 7, 1, 12, 7, 2, 900, 7, 1, 12, 7, 2];
    const model = ngram(far, { order: 3, size: 1000, smoothing: { add: 1e-9 } });
    expect(model.probabilities([900, 7])[1]).toBeCloseTo(1, 5);
    expect(model.probabilities([12, 7])[2]).toBeCloseTo(1, 5);
  });

  it('beats add-k on text it has not counted', () => {
    const random = rng(3);
    // a Markov chain of which 1,000 symbols show too little for contexts of 4
    const chain = (n: number): number[] => {
      const text = [0];
      while (text.length < n) {
        const [a = 0, b = 0] = text.slice(-2);
        text.push(random.uniform() < 0.8 ? (3 * a + b + 1) % 8 : random.integer(8));
      }
      return text;
    };
    const [counted, heldOut] = [chain(1500), chain(1500)];
    const nats = (smoothing: Smoothing): number => ngram(counted, { order: 4, size: 8, smoothing }).nats(heldOut);
    expect(nats('kneser-ney')).toBeLessThan(nats({ add: 1 }) - 0.1);
    expect(nats('witten-bell')).toBeLessThan(nats({ add: 1 }) - 0.1);
  });

  it('writes', async () => {
    const model = ngram(abc.encode('abc'.repeat(50)), { order: 2, size: 3 });
    const options = { vocabulary: abc, prime: 'a', length: 30, temperature: 0.2, rng: rng(1) };
    expect(await generateText({ model: model.writer(), ...options })).toBe('bca'.repeat(10));
  });

  it('writes from as many symbols as it counts, and begins anew when disposed of', async () => {
    const model = ngram(ids, { order: 3, size: 3 });
    const writer = model.writer();
    const scores: ArrayLike<number>[] = [];
    for (const id of [0, 1, 2]) scores.push(await writer.step(id));
    const logs = (context: number[]): number[] => Array.from(model.probabilities(context), Math.log);
    expect(scores.map((one) => Array.from(one))).toEqual([logs([0]), logs([0, 1]), logs([1, 2])]);
    writer.dispose?.();
    expect(Array.from(await writer.step(0))).toEqual(logs([0]));
    expect(logs([0])).not.toEqual(logs([2, 0]));
  });

  it('refuses what it cannot count', () => {
    expect(() => ngram([0, 1], { order: 3, size: 2 })).toThrow('ids has 2 symbols; expected at least 3, one n-gram');
    expect(() => ngram([0, 5], { order: 1, size: 2 })).toThrow('ids[1] is 5; expected an integer from 0 to 1');
    expect(() => ngram(ids, { order: 0, size: 3 })).toThrow('order is 0; expected an integer of at least 1');
    expect(() => ngram(ids, { order: 9, size: 100 })).toThrow('more than 2^53 possible n-grams');
    const none = (smoothing: unknown): unknown => ngram(ids, { order: 2, size: 3, smoothing: smoothing as Smoothing });
    expect(() => none('good-turing')).toThrow('smoothing is "good-turing"; expected');
    expect(() => none({ add: 0 })).toThrow('{ add: k } with k above 0');
    const model = ngram(ids, { order: 2, size: 3 });
    expect(() => model.nats([])).toThrow('ids is empty');
    expect(() => model.nats([0, 3])).toThrow('ids[1] is 3');
    expect(() => model.probabilities([-1])).toThrow('context[0] is -1');
  });
});
