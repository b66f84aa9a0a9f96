import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Results } from '../../scripts/lib/papers/experiment';
import { project } from '../notebooks/make-notebook';
import { temporaryFolder } from '../setup/project/fakes';

function paperBench(...args: string[]): { status: number | null; out: string; err: string } {
  const tsx = ['--import', 'tsx', 'scripts/paper-bench.ts', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, tsx, { cwd: project, encoding: 'utf8' });
  return { status, out: stdout, err: stderr };
}

describe('paper-bench', { timeout: 120_000 }, () => {
  it('writes a table and its figures, and goes on from them', () => {
    const folder = temporaryFolder();
    const args = ['--quick', 'floors', '--out', folder];
    const first = paperBench(...args);
    expect(first.status).toBe(0);
    expect(first.out).toContain('  seed 3: yes, adding, MSE 0.166');
    const read = (): Results => JSON.parse(fs.readFileSync(path.join(folder, 'papers.json'), 'utf8')) as Results;
    const { command, results } = read();
    expect(command).toBe(`npm run paper-bench -- ${args.join(' ')}`);
    expect(results[0]?.runs.map(({ seed, success }) => [seed, success])).toEqual([
      [1, true],
      [2, true],
      [3, true],
    ]);
    expect(fs.readFileSync(path.join(folder, 'papers.md'), 'utf8')).toContain('| analytic floors |');

    const again = paperBench(...args, '--resume');
    expect(again.out).not.toContain('seed 3:');
    expect(read().results).toEqual(results);
  });

  it('refuses a word that nothing is called by, in a sentence', () => {
    const { status, err } = paperBench('--quick', 'transformer');
    expect(err).toContain('Nothing to run is called "transformer": see `npm run paper-bench -- --help`.');
    expect(status).toBe(1);
  });
});
