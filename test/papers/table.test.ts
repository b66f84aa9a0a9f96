import { describe, expect, it } from 'vitest';
import { choose, type Experiment, type Result, type Results } from '../../scripts/lib/papers/experiment';
import { experiments } from '../../scripts/lib/papers/experiments';
import { runAll } from '../../scripts/lib/papers/run-all';
import { figure, page } from '../../scripts/lib/papers/table';
import { wilson } from '../../scripts/lib/papers/wilson';
import { collect } from '../setup/project/fakes';

const parity: Experiment = {
  name: 'Parity of a seed',
  source: 'Nobody 1900',
  published: 'half are even',
  success: 'the seed is even',
  differs: 'Not at all.',
  seeds: { quick: [2], full: [1, 2, 3] },
  run: (seed) => ({ success: seed % 2 === 0, figures: { seed, 'times 1,000': 1000 * seed } }),
};
const fullOnly: Experiment = { ...parity, name: 'parity, slow', seeds: { quick: [], full: [4] } };

describe('wilson', () => {
  it.each([
    [5, 5, 0.5655, 1],
    [0, 5, 0, 0.4345],
    [8, 10, 0.4902, 0.9433],
    [1, 1, 0.2065, 1],
  ])('%i of %i', (successes, runs, low, high) => {
    const interval = wilson(successes, runs);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('refuses what is no share', () => {
    expect(() => wilson(3, 2)).toThrow('got 3 successes of 2 runs, expected integers');
    expect(() => wilson(0, 0)).toThrow('got 0 successes of 0 runs');
  });
});

describe('runAll', () => {
  it('runs every seed of the profile, with a line for each, and gives all that there is after each', async () => {
    const report = collect();
    const seen: number[] = [];
    const onRun = (results: readonly Result[]): number => seen.push(results.flatMap(({ runs }) => runs).length);
    let clock = 0;
    const results = await runAll([parity, fullOnly], {
      ...{ profile: 'full', onRun, report, now: () => (clock += 1500) },
    });
    expect(results.map(({ name, runs }) => [name, runs.map(({ seed }) => seed)])).toEqual([
      ['Parity of a seed', [1, 2, 3]],
      ['parity, slow', [4]],
    ]);
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(report.lines).toContain('note seed 2: yes, seed 2, times 1,000 2,000; 1.5 s');
    expect(report.lines).toContain('done 1 of 3');
  });

  it('leaves out what the profile has no seeds for', async () => {
    const results = await runAll([parity, fullOnly], { profile: 'quick' });
    expect(results).toMatchObject([{ name: 'Parity of a seed', runs: [{ seed: 2, success: true }] }]);
  });

  it('makes no run again that is there already', async () => {
    const known = { seed: 2, seconds: 9, success: false, figures: {} };
    const before = [{ name: parity.name, runs: [known] }];
    const [result] = await runAll([parity], { profile: 'full', before });
    expect(result?.runs.map(({ seconds, success }) => [seconds === 9, success])).toEqual([
      [false, false],
      [true, false],
      [false, false],
    ]);
  });
});

describe('page', () => {
  it('puts what was published beside share, interval, median and range', async () => {
    const results = await runAll([parity], { profile: 'full', now: () => 0 });
    const machine = { processor: 'CPU', cores: 2, system: 'os', load: 0.5, node: 'v20', date: '2026-01-01' };
    const all: Results = { command: 'npm run paper-bench', machine, seconds: 200, results };
    const text = page([parity], all);
    expect(text).toContain(
      '`npm run paper-bench`, 2026-01-01, 3.3 min. 2 × CPU, os, load 0.5 when it began, Node v20.',
    );
    expect(text).toContain(
      '| Parity of a seed | half are even | the seed is even | 1 of 3, 6 to 79 % | seed 2 [1, 3]; times 1,000 2,000 [1,000, 3,000] | 1 to 3 | 0.0 s |',
    );
    expect(text).toContain('- **Parity of a seed**: Nobody 1900. Not at all.');
    expect(text).toContain('| 3 | no | 3 | 3,000 | 0 s |');
  });

  it.each([
    [31_390, '31,390'],
    [0.045321, '0.04532'],
    [3319.98, '3320'],
    [1e-7, '1.00e-7'],
    [NaN, 'not finite'],
  ])('writes %d as %s', (value, text) => {
    expect(figure(value)).toBe(text);
  });
});

describe('the experiments', () => {
  it('have names of their own, and are chosen by every word in them', () => {
    expect(new Set(experiments.map(({ name }) => name)).size).toBe(experiments.length);
    expect(choose(experiments, ['1997', 'ORDER']).map(({ name }) => name)).toEqual([
      'temporal order 1997, task 6a, LSTM of 1997',
    ]);
    expect(choose(experiments, [])).toHaveLength(experiments.length);
    expect(choose(experiments, ['transformer'])).toEqual([]);
  });
});
