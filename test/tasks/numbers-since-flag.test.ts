import * as tf from '@tensorflow/tfjs-node';
import { describe, expect, it } from 'vitest';
import { rng } from '../../kernel-lib/src';
import {
  numbersSinceFlag,
  numbersSinceFlagFloor,
  type NumbersSinceFlagOptions,
} from '../../kernel-lib/src/tasks/numbers-since-flag';

const says = ['first', 'sum'] as const;

/** Each sequence as its steps: the number, the flag and what is to be said. */
function steps(options: Omit<NumbersSinceFlagOptions, 'rng'>, seed = 1): { u: number; flag: number; y: number }[][] {
  return tf.tidy(() => {
    const { xs, targets } = numbersSinceFlag({ ...options, rng: rng(seed) });
    const ys = targets.arraySync();
    return xs
      .arraySync()
      .map((row, i) => row.map(([u = NaN, flag = NaN], t) => ({ u, flag, y: ys[i]?.[t]?.[0] ?? NaN })));
  });
}

describe('numbersSinceFlag', () => {
  it.each(says)('says the %s since the last flag, which is dropped at the next', (say) => {
    const rows = steps({ batch: 40, length: 25, say });
    expect(rows).toHaveLength(40);
    for (const row of rows) {
      expect(row).toHaveLength(25);
      row.forEach(({ y }, t) => {
        const k = row.slice(0, t + 1).findLastIndex(({ flag }) => flag === 1);
        const since = row.slice(k, t + 1).map(({ u }) => u);
        const want = say === 'first' ? since[0] : since.reduce((a, b) => a + b);
        expect(y).toBeCloseTo(want ?? NaN, 5);
      });
    }
  });

  it('draws numbers of mean 0 and variance 1/3, and flags as often as told', () => {
    const all = steps({ batch: 200, length: 50, say: 'first', flagRate: 0.3 }).flat();
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    expect(Math.max(...all.map(({ u }) => Math.abs(u)))).toBeLessThanOrEqual(1);
    expect(mean(all.map(({ u }) => u))).toBeCloseTo(0, 1);
    expect(mean(all.map(({ u }) => u * u))).toBeCloseTo(1 / 3, 1);
    // The first of 50 steps always bears one: 0.3 · 49/50 + 1/50, within four standard deviations of 10,000 draws.
    expect(Math.abs(mean(all.map(({ flag }) => flag)) - (0.3 * 0.98 + 0.02))).toBeLessThan(0.0184);
  });

  it('flags the first step alone at rate 0 and every step at rate 1', () => {
    const flags = (flagRate: number): number[] =>
      steps({ batch: 2, length: 3, say: 'sum', flagRate })
        .flat()
        .map(({ flag }) => flag);
    expect(flags(0)).toEqual([1, 0, 0, 1, 0, 0]);
    expect(flags(1)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('gives the same for the same seed, another for another, and no tensor besides', () => {
    const options = { batch: 2, length: 6, say: 'sum' } as const;
    expect(steps(options, 3)).toEqual(steps(options, 3));
    expect(steps(options, 3)).not.toEqual(steps(options, 4));
    const before = tf.memory().numTensors;
    const { xs, targets } = numbersSinceFlag({ ...options, rng: rng(1) });
    expect(tf.memory().numTensors).toBe(before + 2);
    expect([xs.shape, targets.shape]).toEqual([
      [2, 6, 2],
      [2, 6, 1],
    ]);
    tf.dispose([xs, targets]);
  });

  it.each(says)('has the floor that the best without a memory reaches, for the %s', (say) => {
    const options = { length: 20, say, flagRate: 0.25 };
    const all = steps({ ...options, batch: 4000 }).flat();
    // 'sum': what came before has mean 0, so that the present number is the best to say.
    const errors = all.map(({ u, flag, y }) => (y - (flag === 1 || say === 'sum' ? u : 0)) ** 2);
    const measured = errors.reduce((a, b) => a + b) / errors.length;
    expect(measured / numbersSinceFlagFloor(options)).toBeCloseTo(1, 1);
    expect(numbersSinceFlagFloor({ ...options, flagRate: 1 })).toBe(0);
  });

  it.each<[string, Partial<NumbersSinceFlagOptions>, string]>([
    ['batch', { batch: 0 }, 'batch'],
    ['length', { length: 1.5 }, 'length'],
    ['flagRate', { flagRate: 1.1 }, 'flagRate: got 1.1, expected a number from 0 to 1.'],
    ['say', { say: 'last' as 'sum' }, "say: got 'last', expected 'first' or 'sum'."],
  ])('refuses a bad %s in one sentence', (_, wrong, sentence) => {
    const options = { batch: 2, length: 5, say: 'sum', ...wrong } as const;
    expect(() => numbersSinceFlag({ ...options, rng: rng(1) })).toThrow(sentence);
    if (!('batch' in wrong)) expect(() => numbersSinceFlagFloor(options)).toThrow(sentence);
  });
});
