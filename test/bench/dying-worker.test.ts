import path from 'node:path';
import { expect, it } from 'vitest';
import { measure } from '../../scripts/lib/bench/measure';
import type { Plan } from '../../scripts/lib/bench/plan';
import { collect } from '../setup/project/fakes';
import { program, temporaryFolder } from '../setup/tensorflow/support/world';

const sizes = { batch: 2, time: 3, input: 4, units: 5 };
const budget = { milliseconds: 0, fewestRounds: 2, mostRounds: 2 };
const forward = { cell: 'rnn', mode: 'forward', sizes } as const;
const plan: Plan = {
  cases: [forward, forward],
  memory: { sizes: [sizes], steps: 2 },
  leak: { sizes: [], steps: 0 },
  growth: [],
  ...{ budget, growthBudget: budget },
};

/** No PyTorch, and a Keras that dies of its third block. */
const python = `
  if (process.argv[3] === 'torch') throw new Error('no module named torch');
  let blocks = 0;
  require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const what = JSON.parse(line).do;
    if (what === 'block' && ++blocks === 3) throw new RangeError('out of memory');
    console.log('reply ' + JSON.stringify({ versions: {}, ms: 1, peak: 1e6, now: 1e6 }));
  });`;

it('goes on without a contender that dies, and says so', async () => {
  const file = path.join(temporaryFolder(), 'python');
  program(file, python);
  const results = await measure(plan, { ...process.env, UNROLLED_PYTHON_BENCH: file }, collect());
  expect(results.absent).toMatchObject({ PyTorch: 'torch has ended: Error: no module named torch' });
  const [died, after] = results.rows.map(({ times }) => new Map(times.map((one) => [one.name, one])));
  const absent = 'keras has ended: RangeError: out of memory';
  expect(died?.get('tf.layers')).toEqual({ name: 'tf.layers', absent });
  expect(after?.get('Keras')).toEqual({ name: 'Keras', absent });
  expect(after?.get('tf.layers')).toMatchObject({ ms: [expect.any(Number), expect.any(Number)] });
  expect(results.memory.find(({ name }) => name === 'Keras')).toMatchObject({ before: 1e6, peak: 1e6 });
  const layers = results.memory.find(({ name }) => name === 'tf.layers');
  expect(layers && 'peak' in layers && layers.peak > 1e8).toBe(true);
});
