import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  readNotebook,
  runNotebooks,
  writeNotebook,
  type Execution,
  type ProblemKind,
  type Run,
} from 'kernel-lib/notebook';
import { makeFolder, makeNotebook, project, python, raises, type Source } from './make-notebook';

interface Row {
  readonly cells: readonly Source[];
  /** Absent where the notebook passes. */
  readonly fails?: { readonly kind: ProblemKind; readonly cell: number; readonly telling: RegExp };
}

/** Runs a statement some rounds of the event loop after its cell has ended. */
const later = (statement: string): string =>
  `let rounds = 0;\nconst tick = (): void => { if (++rounds < 50) setImmediate(tick); else { ${statement}; } };\ntick();`;

/** What the runner has to say of each notebook when this project's kernel runs it. */
const rows: Record<string, Row> = {
  good: { cells: ['const a: number = 1;', 'console.log(a);', 'await Promise.resolve(a + 1);'] },
  empty: { cells: [] },
  'empty cells': { cells: ['', '  \n'] },
  'an expected error': { cells: [raises('throw new Error("expected")'), 'const a = 1;'] },
  'five thousand lines': { cells: ['for (let i = 0; i < 5000; i++) console.log(`line ${i}`);'] },
  throw: {
    cells: ['const a = 1;', 'throw new RangeError("boom")', 'a;'],
    fails: { kind: 'raised', cell: 2, telling: /RangeError: boom/ },
  },
  'type error': {
    cells: ['const a = 1;', 'const b: string = a;'],
    fails: { kind: 'raised', cell: 2, telling: /TypeScriptError: line 1, column 7: Type 'number' is not assignable/ },
  },
  'awaited rejection': {
    cells: ['await Promise.reject(new Error("rejected"));'],
    fails: { kind: 'raised', cell: 1, telling: /Error: rejected/ },
  },
  'floating rejection': {
    cells: ['const a = 1;', 'void Promise.reject(new Error("floating"));', 'a;'],
    fails: { kind: 'raised', cell: 2, telling: /Error: floating/ },
  },
  'floating rejection in the last cell, late': {
    cells: [later('void Promise.reject(new Error("late"))')],
    fails: { kind: 'left behind', cell: 1, telling: /cell \[1\] left an error behind .* late/ },
  },
  'a timer of the last cell that throws seconds later': {
    cells: ['const a = 1;', 'setTimeout(() => { throw new Error("slow"); }, 3000);'],
    fails: { kind: 'left behind', cell: 2, telling: /cell \[2\] left an error behind .* slow/ },
  },
  'an interval that nobody clears': { cells: ['setInterval(() => undefined, 100);'] },
  'throw in a timer while the cell waits': {
    cells: ['setTimeout(() => { throw new Error("tick"); }, 10);\nawait new Promise(() => undefined);'],
    fails: { kind: 'raised', cell: 1, telling: /Error: tick/ },
  },
  'throw in a timer after the cell': {
    cells: [later('throw new Error("tick")'), 'await new Promise((done) => setTimeout(done, 300));'],
    fails: { kind: 'left behind', cell: 1, telling: /cell \[1\] left an error behind .* tick/ },
  },
  'an error after an expected one': {
    cells: [raises('throw new Error("expected")'), 'throw new Error("real")'],
    fails: { kind: 'raised', cell: 2, telling: /Error: real/ },
  },
  'an expected error that does not come': {
    cells: [raises('const a = 1;')],
    fails: { kind: 'did not raise', cell: 1, telling: /raised nothing/ },
  },
  'process.exit': {
    cells: ['process.exit(0);', 'const a = 1;'],
    fails: { kind: 'raised', cell: 1, telling: /process\.exit\(0\) was refused/ },
  },
  'native abort': {
    cells: ['const a = 1;', 'process.abort();'],
    fails: { kind: 'dead kernel', cell: 2, telling: /the kernel died/ },
  },
  'endless loop': {
    cells: ['const a = 1;', 'while (true) {}'],
    fails: { kind: 'cell timeout', cell: 2, telling: /longer than a cell may/ },
  },
  'a wait that never ends': {
    cells: ['await new Promise(() => undefined);'],
    fails: { kind: 'cell timeout', cell: 1, telling: /longer than a cell may/ },
  },
};

let folder: string;
let run: Run;
let printed = '';
const fileOf = (name: string): string => path.join(folder, `${name.replaceAll(/\W/g, '-')}.ipynb`);
const executionOf = (name: string): Execution => {
  const execution = run.executions.find((one) => one.name === path.basename(fileOf(name), '.ipynb'));
  if (!execution) throw new Error(`${name} was not executed`);
  return execution;
};

beforeAll(async () => {
  folder = makeFolder();
  for (const [name, { cells }] of Object.entries(rows)) writeNotebook(fileOf(name), makeNotebook(cells));
  run = await runNotebooks(Object.keys(rows).map(fileOf), {
    python,
    script: path.join(project, 'scripts/execute_notebook.py'),
    out: path.join(folder, 'out'),
    kernel: 'tslab',
    // enough for a busy machine to answer a small cell, and the endless loop has to wait for it
    cellTimeout: 15,
    timeout: 300,
    jobs: 3,
    screen: { write: (text) => (printed += text) },
  });
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
    expect(run.exitCode).toBe(1);
    const failed = Object.values(rows).filter(({ fails }) => fails).length;
    expect(printed).toContain(`${failed} failed`);
  });

  it('tells the cell, its first line and the traceback in the terminal', () => {
    expect(printed).toMatch(/✗ throw .*FAILED/);
    expect(printed).toContain('cell [2], raised: RangeError: boom');
    expect(printed).toContain('| throw new RangeError("boom")');
    expect(printed).toMatch(/at <cell as JavaScript>:\d+:\d+/);
  });

  it('is written as JSON too', () => {
    const report = JSON.parse(fs.readFileSync(run.report, 'utf8')) as Pick<Run, 'executions'>;
    expect(report.executions).toEqual(run.executions);
  });

  it('comes with the memory of the kernel', () => {
    expect(executionOf('good').peakBytes).toBeGreaterThan(50e6);
  });
});

describe('the executed copy', () => {
  it('has every line that a cell printed, in order', () => {
    const [cell] = readNotebook(executionOf('five thousand lines').executed).cells;
    const text = (cell?.outputs ?? []).map((output) => [output.text].flat().join('')).join('');
    expect(text).toBe(Array.from({ length: 5000 }, (_, i) => `line ${i}\n`).join(''));
  });

  it('shows the error in the cell that failed', () => {
    const cell = readNotebook(executionOf('throw').executed).cells[1];
    expect(cell?.outputs).toMatchObject([{ output_type: 'error', ename: 'RangeError', evalue: 'boom' }]);
  });
});
