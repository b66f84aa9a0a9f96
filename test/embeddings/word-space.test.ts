import * as tf from '@tensorflow/tfjs-node';
import { analogyQuestions, scoreAnalogies } from 'kernel-lib/embeddings/analogies';
import { principalComponents } from 'kernel-lib/embeddings/principal-components';
import { wordSpace } from 'kernel-lib/embeddings/word-space';
import { describe, expect, it } from 'vitest';

/** East, north-east, north, west and south-west, of different lengths. */
const vectors = Float32Array.of(3, 0, 1, 1, 0, 0.5, -2, 0, -4, -4);
const space = wordSpace({ vectors, dimensions: 2, size: 5 }, ['e', 'ne', 'n', 'w', 'sw']);
const close = (found: { word: string; cosine: number }[]): [string, number][] =>
  found.map(({ word, cosine }) => [word, Math.round(cosine * 1e4) / 1e4]);

describe('wordSpace', () => {
  it('ranks words by angle, whatever their length, without the word itself', () => {
    expect(close(space.nearest('ne', 3))).toEqual([['e', 0.7071], ['n', 0.7071], ['w', -0.7071]]); // prettier-ignore
    expect(close(space.nearest([0, 7], 2, ['n']))).toEqual([['ne', 0.7071], ['e', 0]]); // prettier-ignore
    expect(space.nearest('e', 99)).toHaveLength(4);
    expect(space.nearest('e', 99).at(-1)?.word).toBe('w');
    expect(space.cosine('e', 'sw')).toBeCloseTo(-Math.SQRT1_2, 6);
    expect([...space.vector('sw')].map((value) => value.toFixed(4))).toEqual(['-0.7071', '-0.7071']);
  });

  it('gives a copy, so that nobody changes the space', () => {
    space.vector('e')[0] = 99;
    expect(space.vector('e')[0]).toBe(1);
  });

  it('answers an analogy with unit vectors, the question left out unless asked for', () => {
    // ne − e + n = (-.29, 1.71): north, then north-east
    const question = { a: 'e', b: 'ne', c: 'n' };
    expect(space.analogy(question, 5).map(({ word }) => word)).toEqual(['w', 'sw']);
    expect(space.analogy(question, 2, { keepQuestion: true }).map(({ word }) => word)).toEqual(['n', 'ne']);
    const long = wordSpace({ vectors: vectors.map((value) => 50 * value), dimensions: 2, size: 5 }, [...space.words]);
    expect(close(long.analogy(question, 5))).toEqual(close(space.analogy(question, 5)));
  });

  it('leaves out rows without a word', () => {
    const partly = wordSpace({ vectors, dimensions: 2, size: 5 }, ['', 'ne', 'n']);
    expect([partly.words, partly.has(''), partly.has('ne')]).toEqual([['ne', 'n'], false, true]);
    expect(partly.nearest('ne', 9).map(({ word }) => word)).toEqual(['n']);
  });

  it('refuses what it cannot answer', () => {
    expect(() => space.nearest('up', 1)).toThrow("wordSpace: 'up' is not one of the 5 words; choose another");
    expect(() => space.nearest([1], 1)).toThrow('nearest: got a direction of 1 numbers; expected 2');
    expect(() => wordSpace({ vectors, dimensions: 2, size: 1 }, ['a', 'b'])).toThrow('got 2 words for 1 vectors');
    expect(() => wordSpace({ vectors, dimensions: 2, size: 5 }, ['a', 'a'])).toThrow("got the word 'a' twice");
  });
});

describe('analogies', () => {
  const pairs: [string, string][] = [['e', 'w'], ['n', 'sw'], ['up', 'down']]; // prettier-ignore

  it('are asked of every two pairs whose words are known', () => {
    expect(analogyQuestions(space, pairs)).toEqual([
      { a: 'e', b: 'w', c: 'n', d: 'sw' },
      { a: 'n', b: 'sw', c: 'e', d: 'w' },
    ]);
    expect(analogyQuestions(space, [['e', 'w'], ['e', 'sw']])).toEqual([]); // prettier-ignore
  });

  it('are counted right, among five, with the question kept, and without arithmetic', () => {
    const [score] = scoreAnalogies(space, { opposite: pairs });
    // w − e + n is nearer to w than to sw, sw − n + e nearer to sw than to w; without arithmetic it is ne both times.
    expect(score).toEqual({
      relation: 'opposite', pairs: 2, questions: 2, first: 1, firstFive: 1, firstKept: 0, nearestToC: 0,
    }); // prettier-ignore
    // Words on a circle, b next to a: b is found each time; d, f and j lie ever further from c.
    const turned = [0, 5, 90, 95, 100, 110, 120, 130, 140, 250].map((degrees) => (degrees * Math.PI) / 180);
    const round = wordSpace(
      { vectors: Float32Array.from(turned.flatMap((a) => [Math.cos(a), Math.sin(a)])), dimensions: 2, size: 10 },
      ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'],
    );
    const share = (...asked: [string, string][]): object | undefined => scoreAnalogies(round, { asked })[0];
    expect(share(['a', 'b'], ['c', 'd'])).toMatchObject({ first: 1, firstFive: 1, firstKept: 0, nearestToC: 1 });
    expect(share(['a', 'b'], ['c', 'f'])).toMatchObject({ first: 0.5, firstFive: 1, firstKept: 0, nearestToC: 0.5 });
    expect(share(['a', 'b'], ['c', 'j'])).toMatchObject({ first: 0.5, firstFive: 0.5, firstKept: 0, nearestToC: 0.5 });
    expect(scoreAnalogies(space, { none: [['up', 'down']] })[0]).toMatchObject({ questions: 0, first: NaN });
  });
});

describe('principalComponents', () => {
  const rows = [[5, 1, 0], [1, 1, 0], [3, 1, 0.5], [3, 1, -0.5]]; // prettier-ignore

  it('finds the direction of the largest variance first, and its share', () => {
    const before = tf.memory().numTensors;
    const { points, shares } = principalComponents(rows, 2);
    expect(tf.memory().numTensors).toBe(before);
    const sign = Math.sign(points[0]?.[0] ?? 1);
    expect(points.map(([x = NaN]) => Math.round(1e3 * sign * x) / 1e3 + 0)).toEqual([2, -2, 0, 0]);
    expect(points.map(([, y = NaN]) => Math.abs(Math.round(1e3 * y) / 1e3))).toEqual([0, 0, 0.5, 0.5]);
    expect(shares.map((share) => share.toFixed(4))).toEqual([(8 / 8.5).toFixed(4), (0.5 / 8.5).toFixed(4)]);
  });

  it.each([0, 1.5, 4])('refuses k = %d', (k) => {
    expect(() => principalComponents(rows, k)).toThrow(
      `k is ${k}; expected an integer from 1 to 3 for 4 rows of 3 numbers`,
    );
  });

  it('refuses rows of different length', () => {
    expect(() => principalComponents([[1, 2], [3]], 1)).toThrow('row 1 has 1 numbers, row 0 has 2');
  });
});
