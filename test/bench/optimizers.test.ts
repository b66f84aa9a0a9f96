import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { project } from '../notebooks/make-notebook';

function bench(...args: string[]): { status: number | null; out: string; err: string } {
  const tsx = ['--import', 'tsx', 'scripts/bench-optimizers.ts', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, tsx, { cwd: project, encoding: 'utf8' });
  return { status, out: stdout, err: stderr };
}

describe('bench:optimizers', () => {
  it('tells what every optimizer and every clipping takes, for each model', () => {
    const { status, out } = bench('--rounds', '1');
    expect(status).toBe(0);
    for (const name of ['sgd', 'momentum', 'rmsprop', 'rmsprop, centered', 'adam', 'adamw', 'clipByValue']) {
      const rows = out.split('\n').filter((line) => line.startsWith(name.padEnd(34)));
      expect(rows.map((row) => /[1-9]/.test(row) && !row.includes('NaN'))).toEqual([true, true, true]);
    }
  });

  it('refuses rounds that are no number in a sentence', () => {
    const { status, err } = bench('--rounds', 'many');
    expect(err).toContain('--rounds is "many": expected a whole number above 0.');
    expect(status).toBe(1);
  });
});
