import { expect, test } from 'vitest';
import type { TextResults } from '../../scripts/lib/bench/text/measure';
import { textPage } from '../../scripts/lib/bench/text/write-up';
import { complete } from '../../scripts/lib/nietzsche/full-run';
import { nietzschePage } from '../../scripts/lib/nietzsche/page';
import type { Results } from '../../scripts/lib/nietzsche/record';

const machine = {
  processor: 'a processor',
  cores: 2,
  system: 'linux x64',
  date: '2026-01-02',
  load: 0.1,
  versions: {},
};

test('the page of the character model gives rates, and ratios round by round', () => {
  const results: TextResults = {
    machine,
    rows: [
      {
        ...{ name: 'sampling: characters written a second', characters: 1 },
        times: [
          { name: 'ours', ms: [0.1, 0.2, 0.4] },
          { name: 'theirs', ms: [1, 1, 8] },
          { name: 'nobody', absent: 'No Python.' },
        ],
      },
      {
        ...{ name: 'training', characters: 5120 },
        times: [{ name: 'ours', ms: [10, 10, 10] }],
      },
    ],
  };
  const page = textPage(results, 'npm run bench -- text');
  expect(page).toContain('`npm run bench -- text`, 2026-01-02. 2 × a processor, linux x64, load 0.1 when it began');
  expect(page).toContain('## Sampling: characters written a second');
  // 1000 / 0.2 ms; the ratios are 10, 5 and 20.
  expect(page).toContain('| ours | 5,000 | 0.200 ms |  |');
  expect(page).toContain('| theirs | 1,000 | 1.00 ms | 10.0 [7.50, 15.0] |');
  expect(page).toContain('- nobody was absent: No Python.');
  expect(page).toContain('| ours | 512,000 | 10.0 ms |  |');
  expect(page).not.toContain('was busy');
  expect(textPage({ ...results, machine: { ...machine, load: 3 } }, 'x')).toContain('**The machine was busy');
});

test('the page of the 60 epochs puts the published losses beside those that came out', () => {
  const epoch = {
    loss: 1.97312,
    seconds: 30,
    prime: '',
    samples: ['a', ' b ', 'c', 'd'],
    realWords: [0.8, 0.7, 0.6, 0.5],
  };
  const results: Results = {
    ...{
      command: 'npm run nietzsche',
      machine: { ...machine, node: 'v20' },
      diversities: [0.2, 0.5, 1, 1.2],
      chance: 0.151,
    },
    epochs: [
      { epoch: 1, ...epoch },
      { epoch: 7, ...epoch, realWords: [0.9, 0.8, 0.7, 0.612] },
    ],
    ...{ steps: 10, sizes: [] },
  };
  const page = nietzschePage(results);
  expect(page).toContain('it is 15.1 %.');
  expect(page).toContain('## 2 epochs');
  expect(page).toContain('| 1 | 1.9731 | 2.2850 | 80.0 % | 70.0 % | 60.0 % | 50.0 % | 30 |');
  expect(page).toContain('| 7 | 1.9731 |  | 90.0 % | 80.0 % | 70.0 % | 61.2 % | 30 |');
  expect(page).toContain('Epoch 1: `b`');
  expect(page).not.toContain('How long the book must be');

  const size = { characters: 10_000, trainingLoss: 1.5, betweenLoss: 2, heldOutLoss: 2.25, realWords: [0.5, 0.4, 0.3, 0.2], copied: [0, 0.01, 0, 0], samples: [] }; // prettier-ignore
  expect(nietzschePage({ ...results, sizes: [size] })).toContain(
    '| 10,000 | 1.500 | 2.000 | 2.250 | 50.0 % | 40.0 % | 30.0 % | 20.0 % | 1.0 % |',
  );

  const lost = complete(results.epochs.slice(0, 1), { loss: [1.97312, 1.5937], seconds: [30, 61.4] });
  expect(lost[0]).toEqual(results.epochs[0]);
  const withLost = nietzschePage({ ...results, epochs: lost });
  expect(withLost).toContain('| 2 | 1.5937 | 1.6243 | – | – | – | – | 61 |');
  expect(withLost).toContain('What was written after epoch 2 was not kept, only the loss.');
  expect(page).not.toContain('was not kept');
});
