import { expect, it } from 'vitest';
import { experiments } from '../../scripts/lib/papers/experiments';
import { runAll } from '../../scripts/lib/papers/run-all';

it('finds again what the papers say, in all runs of the quick part', { timeout: 600_000 }, async () => {
  const results = await runAll(experiments, { profile: 'quick' });
  expect(results.length).toBeGreaterThanOrEqual(5);
  const outcomes = results.flatMap(({ name, runs }) => runs.map(({ seed, success }) => ({ name, seed, success })));
  const expected = outcomes.map(({ name, ...rest }) => {
    const wanted = experiments.find((experiment) => experiment.name === name)?.expected;
    return { name, ...rest, success: wanted === 'all' };
  });
  expect(outcomes).toEqual(expected);
});
