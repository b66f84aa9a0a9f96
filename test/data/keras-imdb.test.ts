import { readFileSync } from 'node:fs';
import { kerasReviews, type ReviewOptions, type ReviewSet } from 'kernel-lib/data/keras-imdb';
import type { StoredReviews } from 'kernel-lib/data/review-cache';
import { describe, expect, it } from 'vitest';

interface Half {
  reviews: number[][];
  labels: number[];
}
interface Golden {
  ranks: { train: number[][]; test: number[][] };
  labels: { train: number[]; test: number[] };
  loads: { arguments: Record<string, number | null>; train: Half; test: Half }[];
}
const { cases } = JSON.parse(readFileSync(new URL('../golden/imdb.json', import.meta.url), 'utf8')) as {
  cases: Golden;
};
const ranks = [...cases.ranks.train, ...cases.ranks.test];

const stored: StoredReviews = {
  words: Array.from({ length: 30 }, (_, i) => `w${i + 1}`),
  trainCount: cases.ranks.train.length,
  ratings: Uint8Array.from([...cases.labels.train, ...cases.labels.test], (label) => (label === 1 ? 9 : 2)),
  lengths: Int32Array.from(ranks, ({ length }) => length),
  ranks: Int32Array.from(ranks.flat()),
  text: (i) => `text ${i}`,
};

const camel = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
const optionsOf = (given: Record<string, number | null>): ReviewOptions =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [camel(name), value]));
const plain = ({ reviews, labels }: ReviewSet): Half => ({
  reviews: reviews.map((ids) => [...ids]),
  labels: [...labels],
});

describe('kerasReviews', () => {
  const limited = cases.loads.filter((load) => 'num_words' in load.arguments);
  it.each(limited)('gives what Keras gives with $arguments', ({ arguments: given, train, test }) => {
    const reviews = kerasReviews(stored, optionsOf(given));
    expect(plain(reviews.train)).toEqual(train);
    expect(plain(reviews.test)).toEqual(test);
  });

  it('keeps all words without numWords, where the code of Keras loses the rarest', () => {
    const keras = cases.loads.find((load) => !('num_words' in load.arguments));
    const rarest = 33; // rank 30 and indexFrom
    const lost = plain(kerasReviews(stored).train).reviews.map((ids) => ids.map((id) => (id === rarest ? 2 : id)));
    expect(lost).toEqual(keras?.train.reviews);
    expect(plain(kerasReviews(stored).train).reviews.flat()).toContain(rarest);
  });

  it('gives the text of the review that the order and maxlen put at a place', () => {
    const { train, test } = kerasReviews(stored, { maxlen: 8 });
    for (const [half, first] of [
      [train, 0],
      [test, stored.trainCount],
    ] as const) {
      // prettier-ignore
      half.reviews.forEach((ids, i) => {
        const at = Number(half.text(i).slice(5));
        expect([...ids].slice(1)).toEqual(ranks[at]?.map((rank) => rank + 3));
        expect(at).toBeGreaterThanOrEqual(first);
        expect(half.labels[i]).toBe((stored.ratings[at] ?? 0) > 5 ? 1 : 0);
      });
    }
    expect(() => test.text(99)).toThrow(
      `imdb: there is no review 99; expected an integer from 0 to ${test.reviews.length - 1}.`,
    );
  });

  it('encodes a text of one’s own with the same arguments, and decodes', () => {
    const reviews = kerasReviews(stored, { numWords: 10 });
    expect(reviews.wordIndex.get('w2')).toBe(2);
    const ids = reviews.encode('W2, w6<br />w7; nothing!');
    expect([...ids]).toEqual([1, 5, 9, 2, 2]);
    expect(reviews.decode([0, ...ids, 40])).toEqual(['[PAD]', '[START]', 'w2', 'w6', '[OOV]', '[OOV]', '[OOV]']);
    const bare = kerasReviews(stored, { startChar: null, oovChar: null, indexFrom: 0 });
    expect([...bare.encode('w2 nothing w6')]).toEqual([2, 6]);
    expect(bare.decode([0, 2])).toEqual(['[PAD]', 'w2']);
  });

  it('takes a word that the training half does not have for an unknown one', () => {
    const unknown = { ...stored, ranks: stored.ranks.map((rank, i) => (i === 0 ? 0 : rank)) };
    const find = (options: ReviewOptions): number[] => {
      const { train } = kerasReviews(unknown, options);
      return [...(train.reviews[train.reviews.findIndex((_, i) => train.text(i) === 'text 0')] ?? [])];
    };
    expect(find({}).slice(0, 2)).toEqual([1, 2]);
    expect(find({ oovChar: null })).toHaveLength(find({}).length - 1);
  });

  it.each<[ReviewOptions, string]>([
    [{ numWords: 0 }, 'numWords is 0; expected an integer of at least 1, or nothing for no limit'],
    [{ maxlen: 2.5 }, 'maxlen is 2.5; expected an integer of at least 1'],
    [{ skipTop: -1 }, 'skipTop is -1; expected an integer of at least 0'],
    [{ indexFrom: NaN }, 'indexFrom is NaN; expected an integer of at least 0'],
    [{ oovChar: -2 }, 'oovChar is -2; expected an integer of at least 0'],
    [{ maxlen: 1 }, 'no review is shorter than maxlen 1; expected a larger one'],
  ])('refuses %o', (options, sentence) => {
    expect(() => kerasReviews(stored, options)).toThrow(`imdb: ${sentence}`);
  });

  it.each([-1, 2 ** 32, 0.5])('refuses the seed %d', (seed) => {
    expect(() => kerasReviews(stored, { seed })).toThrow(`seed is ${seed}; expected an integer from 0 to 4294967295`);
  });
});
