import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runNotebooks, writeNotebook, type Run } from 'kernel-lib/notebook';
import { makeFolder, makeNotebook, project, python, raises, type Source } from './make-notebook';
import { STOCK, withStockKernel } from './stock-kernel';

/** What stock tslab reports as a success, or drops, and the runner has to see from outside. */
const rows: Record<string, { cells: readonly Source[]; kind: string; cell: number }> = {
  'floating-rejection': { cells: ['void Promise.reject(new Error("floating"));', '1;'], kind: 'left behind', cell: 1 },
  'floating-in-last': { cells: ['1;', 'void Promise.reject(new Error("floating"));'], kind: 'left behind', cell: 2 },
  'after-expected': { cells: [raises('throw new Error("1")'), 'throw new Error("2")'], kind: 'aborted', cell: 2 },
  exit: { cells: ['process.exit(0);'], kind: 'dead kernel', cell: 1 },
  throw: { cells: ['throw new Error("1");'], kind: 'raised', cell: 1 },
};

let folder: string;
let run: Run;
beforeAll(async () => {
  folder = makeFolder();
  const env = withStockKernel(folder);
  const files = Object.entries(rows).map(([name, { cells }]) => {
    const file = path.join(folder, `${name}.ipynb`);
    writeNotebook(file, makeNotebook(cells));
    return file;
  });
  run = await runNotebooks(files, {
    python,
    script: path.join(project, 'scripts/execute_notebook.py'),
    out: path.join(folder, 'out'),
    kernel: STOCK,
    cellTimeout: 60,
    timeout: 200,
    jobs: 2,
    screen: { write: () => undefined },
    env,
  });
}, 600_000);
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

it.each(Object.entries(rows))('%s is no success', (name, { kind, cell }) => {
  const problems = run.executions.find((execution) => execution.name === name)?.problems ?? [];
  expect(problems.map((problem) => [problem.kind, problem.cell])).toEqual([[kind, cell]]);
});

it('makes the run fail', () => {
  expect(run.exitCode).toBe(1);
});
