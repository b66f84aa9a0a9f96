import { describe, expect, it } from 'vitest';
import { withoutPlace } from '../../scripts/lib/bench/results.ts';
import type { ImdbResults } from '../../scripts/lib/bench/imdb/measure.ts';
import { imdbPage } from '../../scripts/lib/bench/imdb/write-up.ts';

const results: ImdbResults = {
  machine: { processor: 'a processor', cores: 2, system: 'linux x64', date: '2026-01-02', load: 0.1, versions: { Keras: '3' } },
  plan: { steps: 782, blocks: 3 },
  note: 'imdb: 25,000 reviews',
  epoch: 782,
  contenders: [
    { name: 'Unrolled', ms: [20, 30, 25], accuracy: 0.83 },
    { name: 'Keras', ms: [80, 60, 100], accuracy: 0.82 },
  ],
  absent: [],
}; // prettier-ignore

describe("the page of the IMDB example's epoch", () => {
  it('has the median step, the epoch at that rate, and how many times as long block by block', () => {
    const page = imdbPage(results, 'npm run bench -- imdb');
    expect(page).toContain('| Unrolled | 25.0 ms [22.5, 27.5] | 19.6 s |  | 0.8300 |');
    expect(page).toContain('| Keras | 80.0 ms [70.0, 90.0] | 62.6 s | 4.00 [3.00, 4.00] | 0.8200 |');
    expect(page).toContain('`npm run bench -- imdb`, 2026-01-02. 2 × a processor');
    expect(page).toContain('Reviews: imdb: 25,000 reviews.\n');
    expect(page).not.toMatch(/busy|Absent|not after an epoch/);
  });

  it('says what was left out, who was absent, and that the machine was busy', () => {
    const { contenders, machine } = results;
    const page = imdbPage(
      {
        ...results,
        plan: { steps: 80, blocks: 8 },
        contenders: contenders.slice(0, 1),
        machine: { ...machine, load: 3 },
        absent: ['Keras: no Python.'],
      },
      'npm run bench -- imdb --quick',
    );
    expect(page).toContain('80 of the 782 steps of the first epoch, in 8 blocks');
    expect(page).toContain('Judged after 80 steps, not after an epoch.');
    expect(page).toContain('- Absent: Keras: no Python.');
    expect(page).toContain('The machine was busy');
  });
});

it('names no place of the machine that it ran on', () => {
  expect(withoutPlace('imdb: 25,000 reviews, 87,171 words, from /some where/imdb.tar.gz')).toBe(
    'imdb: 25,000 reviews, 87,171 words',
  );
  expect(withoutPlace('tinyShakespeare: 1,115,394 characters from /some/where')).toBe(
    'tinyShakespeare: 1,115,394 characters',
  );
  expect(withoutPlace('Stand-in for imdb: 3,000 reviews. No archive.')).toBe('Stand-in for imdb: 3,000 reviews. No archive.'); // prettier-ignore
});
