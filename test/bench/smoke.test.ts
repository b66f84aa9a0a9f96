import { expect, it } from 'vitest';
import { measure } from '../../scripts/lib/bench/measure';
import type { Plan } from '../../scripts/lib/bench/plan';
import { page } from '../../scripts/lib/bench/write-up';
import { collect } from '../setup/project/fakes';

const sizes = { batch: 2, time: 3, input: 4, units: 5 };
const budget = { milliseconds: 0, fewestRounds: 2, mostRounds: 2 };
const plan: Plan = {
  cases: (['lstm', 'gru', 'rnn'] as const).flatMap((cell) => [
    { cell, mode: 'train', sizes },
    { cell, mode: 'forward', sizes },
  ]),
  budget,
  memory: { sizes: [], steps: 2 },
  leak: { sizes: [sizes], steps: 20 },
  growth: [{ along: 'units', sizes: [sizes, { ...sizes, units: 8 }] }],
  growthBudget: budget,
};

it('measures every contender that needs no Python, and tells why the others are absent', async () => {
  const env = { ...process.env, UNROLLED_PYTHON_BENCH: '', UNROLLED_OPS: '' };
  const report = collect();
  const results = await measure(plan, env, report);
  expect(report.lines).toContainEqual(
    expect.stringMatching(/^note gru, forward, \(2, 3, 4, 5\) in ms: .*equations [\d.]+, tf\.layers [\d.]+$/),
  );
  const reason = 'UNROLLED_PYTHON_BENCH does not name a Python that has it.';
  expect(results.absent).toMatchObject({ Keras: reason, PyTorch: reason });
  expect(results.rows).toHaveLength(6);
  for (const { times } of results.rows) {
    expect(times.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['native, stock ops', 'equations', 'tf.layers']),
    );
    for (const one of times) expect('ms' in one && one.ms.length === 2 && one.ms.every((ms) => ms > 0)).toBe(true);
  }
  const [leak] = results.leaks;
  expect(leak?.tensors[1]).toBe(leak?.tensors[0]);
  expect(results.growth[0]?.rows.map((row) => row.sizes.units)).toEqual([5, 8]);
  const text = page(results, 'npm run bench');
  expect(text).toContain('| lstm, training step, (2, 3, 4, 5) |');
  expect(text).toContain(`- PyTorch was absent: ${reason}`);
  expect(text).toContain('(growth-units.svg)');
  const onLoad = (load: number): string => page({ ...results, machine: { ...results.machine, cores: 4, load } }, '');
  expect([onLoad(0.9).includes('was busy'), onLoad(1.1).includes('was busy')]).toEqual([false, true]);
});
