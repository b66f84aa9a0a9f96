import fc from 'fast-check';
import { rng, rngFrom, type Rng, type RngState } from 'kernel-lib/tensor';
import { splitmix64 } from 'kernel-lib/tensor/rng';
import { createXoshiro128 } from 'kernel-lib/tensor/xoshiro128';
import { describe, expect, test } from 'vitest';

const many = (n: number, draw: () => number): number[] => Array.from({ length: n }, draw);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const moment = (values: readonly number[], k: number): number => mean(values.map((value) => value ** k));

/** Pearson's χ² of counts against equal or given shares. */
function chiSquared(counts: readonly number[], shares: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce(
    (sum, count, i) => sum + (count - total * (shares[i] ?? NaN)) ** 2 / (total * (shares[i] ?? NaN)),
    0,
  );
}
const tally = (values: readonly number[], bins: number): number[] =>
  values.reduce<number[]>((counts, value) => counts.with(value, (counts[value] ?? 0) + 1), Array<number>(bins).fill(0));

describe('known answers', () => {
  test('xoshiro128** from the state 1, 2, 3, 4', () => {
    const { next } = createXoshiro128([1, 2, 3, 4]);
    const expected = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ];
    expect(many(10, next)).toEqual(expected);
  });

  test('splitmix64 from the state 1234567', () => {
    const values: bigint[] = [];
    for (let state = 1234567n; values.length < 5; state = splitmix64(state).next) values.push(splitmix64(state).value);
    expect(values).toEqual([
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
      4593380528125082431n,
      16408922859458223821n,
    ]);
  });
});

describe('rng', () => {
  test('the same seed gives the same numbers, another seed others', () => {
    expect(many(5, rng(7).uniform)).toEqual(many(5, rng(7).uniform));
    expect(many(5, rng(7).uniform)).not.toEqual(many(5, rng(8).uniform));
  });

  test('a seed goes on giving the numbers that it gave when this was written', () => {
    const g = rng(1);
    expect([g.uniform(), g.normal(), g.integer(1000), g.choice([1, 2, 3])]).toEqual([
      0.3946724931250869, 0.28206514127894095, 425, 2,
    ]);
    expect(g.shuffle([0, 1, 2, 3, 4, 5])).toEqual([0, 4, 3, 1, 5, 2]);
    expect(g.fork('a').uniform()).toBe(0.26947608092188624);
  });

  test.each([
    [NaN, 'NaN'],
    [-1, '-1'],
    [1.5, '1.5'],
    [2 ** 53, '9007199254740992'],
    [Infinity, 'Infinity'],
    ['1' as never, '"1"'],
    [undefined as never, 'undefined'],
  ])('refuses the seed %s', (seed, shown) => {
    expect(() => rng(seed)).toThrow(`seed: got ${shown}, expected an integer from 0 to 2^53 - 1, such as rng(1).`);
  });

  test('neighbouring seeds are far apart', () => {
    const firsts = Array.from({ length: 10_000 }, (_, seed) => rng(seed).uniform());
    expect(mean(firsts)).toBeCloseTo(0.5, 1);
    expect(
      chiSquared(
        tally(
          firsts.map((value) => Math.floor(value * 10)),
          10,
        ),
        Array<number>(10).fill(0.1),
      ),
    ).toBeLessThan(27.9);
  });
});

describe('uniform', () => {
  test('lies in [0, 1), with the moments of a uniform variable', () => {
    const values = many(100_000, rng(1).uniform);
    expect(Math.min(...values.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values.slice(0, 50_000))).toBeLessThan(1);
    // Five standard errors.
    expect(Math.abs(mean(values) - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / 1e5));
    expect(Math.abs(moment(values, 2) - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / 1e5));
  });

  test('fills a hundred bins alike (χ², p = .001) and does not remember the draw before', () => {
    const values = many(100_000, rng(2).uniform);
    expect(
      chiSquared(
        tally(
          values.map((value) => Math.floor(value * 100)),
          100,
        ),
        Array<number>(100).fill(0.01),
      ),
    ).toBeLessThan(148.2);
    const lagged = mean(values.slice(1).map((value, i) => (value - 0.5) * ((values[i] ?? NaN) - 0.5))) * 12;
    expect(Math.abs(lagged)).toBeLessThan(5 / Math.sqrt(1e5));
  });

  test('uses 53 bits', () => {
    const lowest = many(1000, rng(3).uniform).map((value) => (value * 2 ** 53) % 2);
    expect(mean(lowest)).toBeGreaterThan(0.4);
    expect(mean(lowest)).toBeLessThan(0.6);
  });
});

test('normal has the first four moments of N(0, 1), and its tails', () => {
  const values = many(100_000, rng(1).normal);
  expect(Math.abs(mean(values))).toBeLessThan(5 * Math.sqrt(1 / 1e5));
  expect(Math.abs(moment(values, 2) - 1)).toBeLessThan(5 * Math.sqrt(2 / 1e5));
  expect(Math.abs(moment(values, 3))).toBeLessThan(5 * Math.sqrt(15 / 1e5));
  expect(Math.abs(moment(values, 4) - 3)).toBeLessThan(5 * Math.sqrt(96 / 1e5));
  const beyondTwo = mean(values.map((value) => (Math.abs(value) > 2 ? 1 : 0)));
  expect(Math.abs(beyondTwo - 0.0455)).toBeLessThan(5 * Math.sqrt(0.0455 / 1e5));
  expect(values.every(Number.isFinite)).toBe(true);
});

describe('integer', () => {
  test('draws each of n as often (χ², p = .001)', () => {
    const g = rng(1);
    expect(
      chiSquared(
        tally(
          many(70_000, () => g.integer(7)),
          7,
        ),
        Array<number>(7).fill(1 / 7),
      ),
    ).toBeLessThan(22.5);
  });

  test('is unbiased where n does not divide 2^32: a remainder alone would give the lower half two thirds', () => {
    const g = rng(1);
    const n = 3 * 2 ** 30;
    const low = mean(many(30_000, () => (g.integer(n) < n / 2 ? 1 : 0)));
    // Remainders of 32 bits would put .75 · (2/3) + .25 = 2/3 of the draws there.
    expect(Math.abs(low - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / 30_000));
  });

  test('draws 0 alone of one, and refuses what is no count', () => {
    expect(many(5, () => rng(1).integer(1))).toEqual([0, 0, 0, 0, 0]);
    expect(rng(1).integer(2 ** 32)).toBeLessThan(2 ** 32);
    for (const n of [0, -1, 1.5, NaN, 2 ** 32 + 1]) {
      expect(() => rng(1).integer(n)).toThrow(
        `n: got ${n}, expected an integer from 1 to 2^32: integer(n) draws one of 0 ... n - 1.`,
      );
    }
  });
});

describe('shuffle', () => {
  test('keeps the items and leaves the argument alone', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(), (items, seed) => {
        const copy = [...items];
        const byValue = (a: number, b: number): number => a - b;
        expect(rng(seed).shuffle(items).sort(byValue)).toEqual([...items].sort(byValue));
        expect(items).toEqual(copy);
      }),
    );
  });

  test('gives each of the 24 orders of four items as often (χ², p = .001)', () => {
    const g = rng(1);
    const orders = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = g.shuffle(['a', 'b', 'c', 'd']).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(24);
    expect(chiSquared([...orders.values()], Array<number>(24).fill(1 / 24))).toBeLessThan(49.7);
  });
});

describe('choice', () => {
  test('draws indices in proportion to their weights, and never one of weight 0 (χ², p = .001)', () => {
    const g = rng(1);
    const counts = tally(
      many(60_000, () => g.choice([0, 1, 0, 2, 3, 0])),
      6,
    );
    expect([counts[0], counts[2], counts[5]]).toEqual([0, 0, 0]);
    expect(chiSquared([counts[1] ?? 0, counts[3] ?? 0, counts[4] ?? 0], [1 / 6, 2 / 6, 3 / 6])).toBeLessThan(13.8);
  });

  test('never draws one of weight 0, even where uniform() is exactly 0', () => {
    const atZero: RngState = { ...rng(1).state(), words: [1, 0, 1, 1] };
    expect(rngFrom(atZero).uniform()).toBe(0);
    expect(rngFrom(atZero).choice([0, 1])).toBe(1);
  });

  test('takes a Float32Array, of any scale', () => {
    expect(rng(1).choice(Float32Array.of(0, 1e-30))).toBe(1);
  });

  test('refuses weights that are none', () => {
    expect(() => rng(1).choice([1, -2])).toThrow('weights[1]: got -2, expected a finite number of at least 0.');
    expect(() => rng(1).choice([NaN])).toThrow('weights[0]: got NaN, expected a finite number of at least 0.');
    expect(() => rng(1).choice([0, 0])).toThrow(
      'weights: got a sum of 0 over 2 weights, expected a positive, finite sum.',
    );
    expect(() => rng(1).choice([])).toThrow('weights: got a sum of 0 over 0 weights, expected a positive, finite sum.');
  });
});

describe('fork', () => {
  const start = (g: Rng): number[] => many(3, g.uniform);

  test('with a label depends on the seed and the label alone, and takes nothing from the stream', () => {
    const [fresh, used] = [rng(1), rng(1)];
    many(10, used.uniform);
    expect(start(used.fork('dropout'))).toEqual(start(fresh.fork('dropout')));
    expect(start(fresh)).toEqual(start(rng(1)));
  });

  test('gives another stream for another label, seed or depth', () => {
    const g = rng(1);
    const streams = [
      g,
      g.fork('a'),
      g.fork('b'),
      g.fork('ab'),
      g.fork('ba'),
      g.fork(1),
      g.fork('1'),
      g.fork(2),
      g.fork(''),
    ];
    streams.push(g.fork('a').fork('b'), g.fork('b').fork('a'), rng(2).fork('a'));
    expect(new Set(streams.map((stream) => stream.uniform())).size).toBe(streams.length);
  });

  test('without a label gives another stream each time, the same ones for the same seed', () => {
    const g = rng(1);
    const [first, second] = [start(g.fork()), start(g.fork())];
    expect(first).not.toEqual(second);
    expect(start(rng(1).fork())).toEqual(first);
  });

  test('streams do not resemble each other', () => {
    const g = rng(1);
    const [a, b] = [many(50_000, g.fork(0).normal), many(50_000, g.fork(1).normal)];
    expect(Math.abs(mean(a.map((value, i) => value * (b[i] ?? NaN))))).toBeLessThan(5 / Math.sqrt(50_000));
  });
});

describe('state', () => {
  test('goes through JSON and on exactly where it stood, forks too', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 20 }), (seed, drawn) => {
        const g = rng(seed);
        many(drawn, g.normal);
        const resumed = rngFrom(JSON.parse(JSON.stringify(g.state())) as RngState);
        expect(resumed.state()).toEqual(g.state());
        expect(resumed.fork('a').uniform()).toBe(g.fork('a').uniform());
        expect(many(5, resumed.uniform)).toEqual(many(5, g.uniform));
      }),
    );
  });

  test.each([
    null,
    undefined,
    {},
    { ...rng(1).state(), algorithm: 'mt19937' },
    { ...rng(1).state(), key: 'xyz' },
    { ...rng(1).state(), words: [0, 0, 0, 0] },
    { ...rng(1).state(), words: [1, 2, 3] },
    { ...rng(1).state(), words: [1, 2, 3, 2 ** 32] },
    { ...rng(1).state(), words: [1, 2, 3, -1] },
  ])('refuses %j', (state) => {
    expect(() => rngFrom(state as RngState)).toThrow(
      /^state: got .*, expected what the state\(\) of a generator returned\.$/,
    );
  });
});
