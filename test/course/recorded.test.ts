import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { record, recorded } from 'kernel-lib/course';
import { afterEach, expect, it, vi } from 'vitest';

const results = path.resolve(import.meta.dirname, '../../bench/results');
const name = `test-of-record-${process.pid}`;
const file = path.join(results, `${name}.json`);

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(file, { force: true });
});

it('is what the project keeps of a long run, or nothing', () => {
  expect(recorded('recurrent')).toMatchObject({ machine: { date: expect.any(String) as string } });
  expect(recorded('never-run')).toBeUndefined();
});

it('is what a chapter found out in the full profile', async () => {
  vi.stubEnv('UNROLLED_PROFILE', 'full');
  await record(name, { command: 'npm test', nats: [1.5, 2] });
  expect(recorded(name)).toEqual({
    command: 'npm test',
    nats: [1.5, 2],
    machine: {
      processor: expect.any(String) as string,
      cores: expect.any(Number) as number,
      node: process.version,
      date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string,
    },
  });
  expect(readdirSync(results).filter((one) => one.endsWith('.part'))).toEqual([]);
});

it.each(['quick', ''])("keeps nothing of a run in the profile '%s'", async (profile) => {
  vi.stubEnv('UNROLLED_PROFILE', profile);
  await record(name, { nats: 1 });
  expect(existsSync(file)).toBe(false);
});

it.each(['../package', '', 'a b', '/etc/x'])("refuses '%s' for a name", async (unfit) => {
  expect(() => recorded(unfit)).toThrow(/recorded: got .+, expected a name of letters/);
  await expect(record(unfit, {})).rejects.toThrow(/record: got .+, expected a name of letters/);
});
