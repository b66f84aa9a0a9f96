import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNotebook, runNotebooks, type Execution, type Run } from 'kernel-lib/notebook';
import { makeFolder, project, python, raises } from './make-notebook';
import { FLOOD_BYTES, table, type Row } from './table';
import { displayed, printed, slug, withSmallHeap, writeTable } from './write-table';

/** What only the project's own runner can see, or is asked: it waits for what the last cell left running. */
const rows: Readonly<Record<string, Row>> = {
  ...table,
  empty: { cells: [] },
  'empty cells': { cells: ['', '  \n'] },
  'an expected error': { cells: [raises('throw new Error("expected")'), 'const a = 1;'] },
  'floating rejection in the last cell, late': {
    cells: ['setTimeout(() => { void Promise.reject(new Error("late")); }, 700);'],
    fails: { kind: 'left behind', cell: 1, telling: /cell \[1\] left an error behind .* late/ },
  },
  'a timer of the last cell that throws seconds later': {
    cells: ['const a = 1;', 'setTimeout(() => { throw new Error("slow"); }, 3000);'],
    fails: { kind: 'left behind', cell: 2, telling: /cell \[2\] left an error behind .* slow/ },
  },
  'an interval that nobody clears': { cells: ['setInterval(() => undefined, 100);'] },
  'an expected error that does not come': {
    cells: [raises('const a = 1;')],
    fails: { kind: 'did not raise', cell: 1, telling: /raised nothing/ },
  },
  'a wait that never ends': {
    cells: ['await new Promise(() => undefined);'],
    fails: { kind: 'cell timeout', cell: 1, telling: /longer than a cell may/ },
    timeout: 25,
  },
  'a signal from outside': {
    cells: ["import { execSync } from 'node:child_process';\nexecSync(`kill -SEGV ${process.pid}`);"],
    fails: { kind: 'dead kernel', cell: 1, telling: /crashed in native code \(SIGSEGV\) while cell \[1\] ran/ },
  },
};

let folder: string;
let log = '';
const runs: Run[] = [];
const executionOf = (name: string): Execution => {
  const found = runs.flatMap(({ executions }) => executions).find((execution) => execution.name === slug(name));
  if (!found) throw new Error(`${name} was not executed`);
  return found;
};

beforeAll(async () => {
  folder = makeFolder();
  const env = withSmallHeap(folder);
  // the runner takes kernel and clock from its caller, so rows that need their own run apart
  const settings = ({ kernel = 'tslab', timeout = 120 }: Row): string => `${kernel} ${timeout}`;
  for (const group of new Set(Object.values(rows).map(settings))) {
    const [kernel = '', timeout] = group.split(' ');
    const chosen = Object.fromEntries(Object.entries(rows).filter(([, row]) => settings(row) === group));
    const run = await runNotebooks(writeTable(folder, chosen), {
      python,
      script: path.join(project, 'scripts/execute_notebook.py'),
      out: path.join(folder, 'out', slug(group)),
      kernel,
      cellTimeout: Number(timeout),
      timeout: 300,
      jobs: 3,
      screen: { write: (text) => (log += text) },
      env,
    });
    runs.push(run);
  }
}, 600_000);
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

describe('the verdict of the runner', () => {
  it.each(Object.entries(rows))('%s', (name, { fails }) => {
    const { problems } = executionOf(name);
    if (!fails) {
      expect(problems).toEqual([]);
      return;
    }
    expect(problems.map(({ kind, cell }) => ({ kind, cell }))).toEqual([{ kind: fails.kind, cell: fails.cell }]);
    expect(problems[0]?.message).toMatch(fails.telling);
    expect(problems[0]?.firstLine).not.toBe('');
  });

  it('is 1 when any notebook failed', () => {
    expect(runs.map(({ exitCode }) => exitCode)).toEqual(runs.map(() => 1));
    const failed = Object.values(rows).filter(({ fails }) => fails).length;
    const told = [...log.matchAll(/(\d+) failed$/gm)].map(([, count]) => Number(count));
    expect(told.reduce((a, b) => a + b, 0)).toBe(failed);
  });

  it('tells the cell, its first line and the traceback in the terminal', () => {
    expect(log).toMatch(/✗ throw .*FAILED/);
    expect(log).toContain('cell [2], raised: RangeError: boom');
    expect(log).toContain('| throw new RangeError("boom")');
    expect(log).toMatch(/\n\s+.*RangeError: boom\n\s+at .*cell \[2\]/);
  });

  it('is written as JSON too', () => {
    for (const { report, executions } of runs) {
      expect(JSON.parse(fs.readFileSync(report, 'utf8'))).toEqual({ executions });
    }
  });

  it('comes with the memory of the kernel', () => {
    expect(executionOf('good').peakBytes).toBeGreaterThan(50e6);
  });
});

describe('the executed copy', () => {
  const copyOf = (name: string): ReturnType<typeof readNotebook> => readNotebook(executionOf(name).executed);

  it.each(Object.entries(rows).filter(([, { prints }]) => prints !== undefined))(
    'holds what ran of: %s',
    (name, { prints }) => {
      expect(printed(copyOf(name))).toBe(prints);
    },
  );

  it('has every line that a cell printed, in order', () => {
    const lines = printed(copyOf('100 MB of output')).split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.findIndex((line, index) => Number(line.slice(0, 6)) !== index)).toBe(-1);
    expect(lines.reduce((bytes, line) => bytes + line.length + 1, 0)).toBe(FLOOD_BYTES);
  });

  it('shows a display as it was last', () => {
    expect(displayed(copyOf('display updates'))).toEqual(['last']);
  });

  it('shows the error in the cell that failed', () => {
    const cell = copyOf('throw').cells[1];
    expect(cell?.outputs).toMatchObject([{ output_type: 'error', ename: 'RangeError', evalue: 'boom' }]);
  });
});
