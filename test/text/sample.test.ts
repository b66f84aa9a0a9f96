import fc from 'fast-check';
import { rng } from 'kernel-lib/tensor/rng';
import { argmax, distribution, entropy, logSoftmax, nucleus, sample, softmax, topK } from 'kernel-lib/text/sample';
import { describe, expect, it } from 'vitest';

const logits = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 2, maxLength: 12 });

describe('softmax', () => {
  it('is exp(z / T) over its sum', () => {
    const z = [1, 2, 4];
    for (const temperature of [0.5, 1, 2]) {
      const weights = z.map((x) => Math.exp(x / temperature));
      const sum = weights.reduce((a, b) => a + b);
      softmax(z, temperature).forEach((p, i) => {
        expect(p).toBeCloseTo((weights[i] ?? NaN) / sum, 12);
      });
    }
  });

  it('survives scores that exp does not', () => {
    expect(softmax([1000, 1000, -1000])).toEqual([0.5, 0.5, 0]);
    expect(softmax([1e308, -1e308])).toEqual([1, 0]);
    expect(softmax([-1e5, -1e5 - Math.log(3)]).map((p) => p.toFixed(6))).toEqual(['0.750000', '0.250000']);
  });

  it('sums to 1, keeps the order of the scores and does not mind a shift', () => {
    fc.assert(
      fc.property(logits, fc.double({ min: 0.05, max: 20, noNaN: true }), (z, temperature) => {
        const p = softmax(z, temperature);
        expect(p.reduce((a, b) => a + b)).toBeCloseTo(1, 10);
        for (let i = 1; i < z.length; i++) {
          if ((z[i] ?? 0) > (z[i - 1] ?? 0)) expect(p[i]).toBeGreaterThanOrEqual(p[i - 1] ?? NaN);
        }
        const shifted = softmax(
          z.map((x) => x + 17),
          temperature,
        );
        p.forEach((x, i) => {
          expect(shifted[i]).toBeCloseTo(x, 6);
        });
      }),
    );
  });

  it('grows less certain with the temperature', () => {
    fc.assert(
      fc.property(
        logits,
        fc.double({ min: 0.05, max: 20, noNaN: true }),
        fc.double({ min: 1.01, max: 10, noNaN: true }),
        (z, temperature, factor) => {
          const cool = entropy(softmax(z, temperature));
          const warm = entropy(softmax(z, temperature * factor));
          expect(warm).toBeGreaterThanOrEqual(cool - 1e-9);
        },
      ),
    );
    const steps = [0.2, 0.5, 1, 1.2, 5].map((t) => entropy(softmax([2, 1, 0, -1], t)));
    steps.slice(1).forEach((nats, i) => {
      expect(nats).toBeGreaterThan(steps[i] ?? NaN);
    });
  });

  it('tends to the largest score as T goes to 0, and to uniform as T grows', () => {
    const z = [0.3, 2, 1.9, -4];
    expect(softmax(z, 1e-300)).toEqual([0, 1, 0, 0]);
    expect(argmax(z)).toBe(1);
    softmax(z, 1e9).forEach((p) => {
      expect(p).toBeCloseTo(0.25, 8);
    });
    expect(softmax([3, 3, 1], 1e-300)).toEqual([0.5, 0.5, 0]);
  });

  it('gives a symbol that is ruled out no probability', () => {
    expect(softmax([0, -Infinity, 0])).toEqual([0.5, 0, 0.5]);
  });

  it.each([0, -1, NaN, Infinity, -0])('refuses a temperature of %s', (temperature) => {
    expect(() => softmax([1, 2], temperature)).toThrow(
      `temperature is ${temperature}; expected a finite number above 0`,
    );
    expect(() => sample([1, 2], { temperature, rng: rng(1) })).toThrow('expected a finite number above 0');
  });

  it('refuses scores of a model that has diverged', () => {
    expect(() => softmax([1, NaN])).toThrow('logits[1] is NaN; expected finite numbers');
    expect(() => softmax([Infinity, 1])).toThrow('logits[0] is Infinity');
    expect(() => softmax([])).toThrow('logits is empty');
    expect(() => softmax([-Infinity, -Infinity])).toThrow('logits rules out all 2 symbols');
    expect(() => argmax([NaN])).toThrow('logits[0] is NaN');
  });
});

describe('entropy', () => {
  it('is 0 for a certainty and ln n for n equal choices', () => {
    expect(entropy([0, 1, 0])).toBe(0);
    expect(entropy([0.25, 0.25, 0.25, 0.25])).toBeCloseTo(Math.log(4), 12);
    expect(entropy([0.5, 0.25, 0.25])).toBeCloseTo(1.5 * Math.log(2), 12);
  });

  it('refuses what is not a distribution', () => {
    expect(() => entropy([0.5, 0.4])).toThrow('probabilities sums to 0.9; expected 1');
    expect(() => entropy([1.5, -0.5])).toThrow('probabilities[0] is 1.5');
    expect(() => entropy([1, NaN])).toThrow('probabilities[1] is NaN');
    expect(() => entropy([])).toThrow('sums to 0');
  });
});

describe('sample', () => {
  it.each([
    { temperature: 0.5, seed: 11 },
    { temperature: 1, seed: 12 },
    { temperature: 2, seed: 13 },
  ])('draws as often as softmax says at temperature $temperature (chi-square)', ({ temperature, seed }) => {
    const z = [2, 1, 0.5, 0, -1];
    const draws = 20_000;
    const generator = rng(seed);
    const counts = z.map(() => 0);
    for (let i = 0; i < draws; i++) {
      const id = sample(z, { temperature, rng: generator });
      counts[id] = (counts[id] ?? 0) + 1;
    }
    const chiSquare = softmax(z, temperature).reduce(
      (sum, p, i) => sum + ((counts[i] ?? 0) - draws * p) ** 2 / (draws * p),
      0,
    );
    // 4 degrees of freedom: the 99.9th percentile.
    expect(chiSquare).toBeLessThan(18.47);
    // Sampling at another temperature is told apart by the same number.
    const other = softmax(z, temperature * 1.2).reduce(
      (sum, p, i) => sum + ((counts[i] ?? 0) - draws * p) ** 2 / (draws * p),
      0,
    );
    expect(other).toBeGreaterThan(18.47);
  });

  it('never draws a symbol that is ruled out', () => {
    const generator = rng(5);
    for (let i = 0; i < 500; i++) {
      expect(sample([-Infinity, 0, -Infinity, 0, -Infinity], { rng: generator }) % 2).toBe(1);
    }
  });

  it('takes typed arrays, and is the same again with the same seed', () => {
    const z = Float32Array.from([0, 1, 2, 3]);
    const run = (seed: number): number[] => {
      const generator = rng(seed);
      return Array.from({ length: 50 }, () => sample(z, { temperature: 3, rng: generator }));
    };
    expect(run(3)).toEqual(run(3));
    expect(run(3)).not.toEqual(run(4));
  });
});

describe('logSoftmax', () => {
  it('is the logarithm of softmax, also where that is no longer a number above 0', () => {
    const z = [1, -2, 0.5];
    logSoftmax(z).forEach((log, i) => {
      expect(log).toBeCloseTo(Math.log(softmax(z)[i] ?? NaN), 12);
    });
    expect(logSoftmax([1000, 0])).toEqual([0, -1000]);
    expect(logSoftmax([0, -Infinity])).toEqual([0, -Infinity]);
    expect(() => logSoftmax([0, NaN])).toThrow('logits[1] is NaN');
  });
});

describe('topK', () => {
  it('keeps the k most likely, the smaller ids on a tie', () => {
    expect(topK([1, 3, 2, 0], 2)).toEqual([-Infinity, 3, 2, -Infinity]);
    expect(topK([1, 1, 1], 2)).toEqual([1, 1, -Infinity]);
    expect(topK([5, 6], 9)).toEqual([5, 6]);
  });

  it('refuses another k, and scores that are none', () => {
    for (const k of [0, -1, 1.5, NaN]) expect(() => topK([1, 2], k)).toThrow(`topK is ${k}; expected an integer`);
    expect(() => topK([1, NaN], 1)).toThrow('logits[1] is NaN');
  });
});

describe('nucleus', () => {
  const z = [0.15, 0.5, 0.05, 0.3].map(Math.log);

  it.each([
    [0.4, [1]],
    [0.5, [1]],
    [0.51, [1, 3]],
    [0.81, [0, 1, 3]],
    [1, [0, 1, 2, 3]],
  ])('keeps the fewest that have %d together', (p, kept) => {
    const left = nucleus(z, p);
    expect(left.map((score, id) => (score === -Infinity ? -1 : id)).filter((id) => id >= 0)).toEqual(kept);
    for (const id of kept) expect(left[id]).toBe(z[id]);
  });

  it('is narrow where the model is sure and wide where it hesitates', () => {
    const wide = (scores: number[]): number => nucleus(scores, 0.9).filter((score) => score > -Infinity).length;
    expect(wide([10, 0, 0, 0])).toBe(1);
    expect(wide([0, 0, 0, 0])).toBe(4);
  });

  it('refuses a share that is none', () => {
    for (const p of [0, -0.1, 1.1, NaN])
      expect(() => nucleus(z, p)).toThrow(`nucleus is ${p}; expected a number above 0`);
  });
});

describe('distribution', () => {
  const z = [2, 1, 0, -1];

  it('takes the temperature first, then topK, then the nucleus', () => {
    expect(distribution(z)).toEqual(softmax(z));
    expect(distribution(z, { temperature: 2 })).toEqual(softmax(z, 2));
    distribution(z, { temperature: 2, topK: 2 }).forEach((p, i) => {
      expect(p).toBeCloseTo(i < 2 ? (softmax([1, 0.5])[i] ?? NaN) : 0, 12);
    });
    const kept = (options: Parameters<typeof distribution>[1]): number =>
      distribution(z, options).filter((p) => p > 0).length;
    // at T = 1 the first two have .88 together, at T = 4 .60; of the best two the first has .73
    expect(kept({ nucleus: 0.85 })).toBe(2);
    expect(kept({ nucleus: 0.85, temperature: 4 })).toBe(4);
    expect(kept({ nucleus: 0.7, topK: 2 })).toBe(1);
  });

  it('draws only what is left', () => {
    const generator = rng(2);
    const drawn = new Set(Array.from({ length: 300 }, () => sample(z, { topK: 2, rng: generator })));
    expect(drawn).toEqual(new Set([0, 1]));
    expect(() => sample(z, { topK: 0, rng: generator })).toThrow('topK is 0');
    expect(() => sample(z, { nucleus: 2, rng: generator })).toThrow('nucleus is 2');
  });

  it('stays exact where temperature makes the scores huge', () => {
    expect(distribution([1000, 999], { temperature: 1e-300, topK: 2 })).toEqual([1, 0]);
  });
});

describe('entropy against temperature', () => {
  it('grows with it, by Var(z) / T³: a low temperature is less uniform', () => {
    const z = [2, 1, 0.5, -1, -3];
    const at = (T: number): number => entropy(softmax(z, T));
    for (const T of [0.2, 0.5, 1, 2, 5]) {
      const p = softmax(z, T);
      const mean = z.reduce((sum, score, i) => sum + score * (p[i] ?? 0), 0);
      const variance = z.reduce((sum, score, i) => sum + (score - mean) ** 2 * (p[i] ?? 0), 0);
      const step = 1e-4 * T;
      expect((at(T + step) - at(T - step)) / (2 * step)).toBeCloseTo(variance / T ** 3, 6);
      expect(variance).toBeGreaterThan(0);
    }
    expect(at(0.01)).toBeCloseTo(0, 6);
    expect(at(1e6)).toBeCloseTo(Math.log(5), 9);
  });
});
