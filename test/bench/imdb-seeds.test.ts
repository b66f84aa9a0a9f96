import { describe, expect, it } from 'vitest';
import { seedsPage, spread } from '../../scripts/lib/bench/imdb/seeds-page.ts';
import type { SeedResults } from '../../scripts/lib/bench/imdb/seeds.ts';

const run = (name: string, seed: number, accuracies: readonly number[]) => ({
  ...{ name, seed, accuracies, losses: [0.4, 0.4], seconds: [20, 20] },
});
const results: SeedResults = {
  machine: { processor: 'a processor', cores: 2, system: 'linux x64', date: '2026-01-02', load: 0.1, versions: { Keras: '3' } },
  note: 'imdb: 25,000 reviews',
  epochs: 2,
  runs: [
    run('Unrolled', 2, [0.84, 0.83]),
    run('Keras', 1, [0.82, 0.84]),
    run('Unrolled', 1, [0.82, 0.83]),
    run('Keras', 2, [0.83, 0.84]),
  ],
}; // prettier-ignore

describe('the page of the IMDB example from several seeds', () => {
  it('has the mean, the standard deviation and every seed, in their order, of both', () => {
    const page = seedsPage(results, 'npm run bench -- imdb --seeds 2');
    expect(page).toContain('`npm run bench -- imdb --seeds 2`, 2026-01-02. 2 × a processor');
    expect(page).toContain('| Unrolled | 1 | .8300 | .0141 | .8200 .8400 |');
    expect(page).toContain('| Unrolled | 2 | .8300 | .0000 | .8300 .8300 |');
    expect(page).toContain('| Keras | 1 | .8250 | .0071 | .8200 .8300 |');
    expect(page).toContain('Reviews: imdb: 25,000 reviews.\n');
  });

  it('says how far the means are apart, and how sure that is', () => {
    const page = seedsPage(results, 'npm run bench -- imdb --seeds 2');
    // √(.0141² / 2 + .0071² / 2) is .0112
    expect(page).toContain('After epoch 1 the means differ by 0.50 points; the standard error of that difference is 1.12.');
    expect(page).toContain('After epoch 2 the means differ by -1.00 points; the standard error of that difference is 0.00.');
    const alone = { ...results, runs: results.runs.filter(({ name }) => name === 'Unrolled') };
    expect(seedsPage(alone, 'npm run bench')).not.toContain('differ');
    const one = { ...results, runs: results.runs.filter(({ name, seed }) => name === 'Unrolled' || seed === 1) };
    expect(seedsPage(one, 'npm run bench')).not.toContain('differ');
    expect(seedsPage(one, 'npm run bench')).toContain('| Keras | 1 | .8200 | – | .8200 |');
  }); // prettier-ignore
});

it('tells mean, standard deviation of a sample and standard error', () => {
  const { mean, deviation, error } = spread([1, 2, 3, 6]);
  expect(mean).toBe(3);
  expect(deviation).toBeCloseTo(Math.sqrt(14 / 3), 12);
  expect(error).toBeCloseTo(Math.sqrt(14 / 12), 12);
  expect(() => spread([])).toThrow('There is no mean of no values');
});
