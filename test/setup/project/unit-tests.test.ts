import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runUnitTests } from '../../../scripts/lib/unit-tests';

const project = path.resolve('/project');
const kernel = 'test/kernel/a.test.ts';
const train = 'test/train/b.test.ts';

let folder: string;
let said: string[];
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'unit-tests-'));
  said = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => { said.push(line); }); // prettier-ignore
});
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(folder, { recursive: true });
});

/** A run's files, each with what became of its tests: p passed, f failed, s skipped. */
type Run = Readonly<Record<string, string>>;
const names = { p: 'passed', f: 'failed', s: 'skipped' } as const;

/** Vitest's part: writes the report of one run after the other; 'dies' writes none. Tells which files were asked for. */
function play(...runs: readonly (Run | 'dies')[]): { asked: (readonly string[])[]; verdict: unknown } {
  const asked: (readonly string[])[] = [];
  const verdict = runUnitTests(
    (report, files) => {
      const run = runs[asked.length] ?? 'dies';
      asked.push(files);
      if (run === 'dies') return false;
      const testResults = Object.entries(run).map(([file, tests]) => ({
        name: path.join(project, file),
        // a file that cannot be imported has failed without a test that failed
        status: tests.includes('f') || tests === '' ? 'failed' : 'passed',
        assertionResults: Array.from(tests, (letter, i) => ({
          fullName: `test ${i}`,
          status: names[letter as keyof typeof names],
        })),
      }));
      fs.writeFileSync(report, JSON.stringify({ testResults }));
      return testResults.every(({ status }) => status === 'passed');
    },
    path.join(folder, 'vitest.json'),
    project,
  );
  return { asked, verdict };
}

describe('runUnitTests', () => {
  it('counts what passed, once', () => {
    expect(play({ [kernel]: 'pps', [train]: 'ppp' })).toEqual({ asked: [[]], verdict: { passed: 5, failed: 0 } });
    expect(said).toEqual([]);
  });

  it('tries a file of processes once more, alone, and names what was unsteady', () => {
    const { asked, verdict } = play({ [kernel]: 'pfp', [train]: 'ppp' }, { [kernel]: 'ppp' });
    expect(asked).toEqual([[], [kernel]]);
    expect(verdict).toEqual({ passed: 6, failed: 0 });
    expect(said).toEqual([`\nOnce more, alone: ${kernel}`, `unsteady: ${kernel} › test 1`]);
  });

  it('counts what fails twice, and calls nothing unsteady', () => {
    const { verdict } = play({ [kernel]: 'pff', [train]: 'ppp' }, { [kernel]: 'ppf' });
    expect(verdict).toEqual({ passed: 5, failed: 1 });
    expect(said.join()).not.toContain('unsteady');
  });

  it('gives no second try to a test that only computes, nor beside one', () => {
    expect(play({ [train]: 'pf' })).toEqual({ asked: [[]], verdict: { passed: 1, failed: 1 } });
    expect(play({ [kernel]: 'f', [train]: 'pf' })).toEqual({ asked: [[]], verdict: { passed: 1, failed: 2 } });
  });

  it('gives none to what fails in many places', () => {
    const many = Object.fromEntries([1, 2, 3, 4].map((i) => [`test/kernel/${i}.test.ts`, 'f']));
    expect(play(many)).toEqual({ asked: [[]], verdict: { passed: 0, failed: 4 } });
  });

  it('counts a file that cannot be imported, a run that dies and a second run without the file as a failure', () => {
    expect(play({ [train]: '', [kernel]: 'p' }).verdict).toEqual({ passed: 1, failed: 1 });
    expect(play('dies').verdict).toEqual({ passed: 0, failed: 1 });
    expect(play({ [kernel]: 'pf', [train]: 'p' }, 'dies').verdict).toEqual({ passed: 1, failed: 1 });
    expect(play({ [kernel]: 'pf', [train]: 'p' }, {}).verdict).toEqual({ passed: 1, failed: 1 });
  });
});
