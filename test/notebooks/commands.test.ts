import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNotebook, writeNotebook } from 'kernel-lib/notebook';
import { makeFolder, makeNotebook, project } from './make-notebook';

let folder: string;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

function command(script: string, ...args: string[]): { status: number | null; out: string } {
  const tsx = ['--import', 'tsx', path.join('scripts', script), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, tsx, { cwd: project, encoding: 'utf8' });
  return { status, out: stdout + stderr };
}
const put = (name: string, ...sources: string[]): string => {
  const file = path.join(folder, name);
  writeNotebook(file, makeNotebook(sources));
  return file;
};

describe('check:notebooks', { timeout: 200_000 }, () => {
  it('names file, cell and line of each finding', () => {
    const types = put('types.ipynb', 'const a = 1;', '\nconst b: string = a;');
    const lint = put(
      'lint.ipynb',
      'import * as fs from "node:fs";\nconst parsed = JSON.parse("1");',
      'import * as fs from "node:fs";\nasync function f(): Promise<void> { await fs.promises.access("."); }\nf();',
      'let f = "declared again";\nawait Promise.resolve(f.length);',
    );
    const { status, out } = command('check-notebooks.ts', types, lint);
    expect(status).toBe(1);
    const findings = out.split('\n').filter((line) => line.includes('.ipynb, '));
    expect(findings).toEqual([
      "types.ipynb, cell 2, line 2: Type 'number' is not assignable to type 'string'.",
      expect.stringMatching(/^lint\.ipynb, cell 1, line 2: .*no-unsafe-assignment/),
      expect.stringMatching(/^lint\.ipynb, cell 2, line 3: .*no-floating-promises/),
    ]);
  });

  it('strips outputs with --fix, and has nothing to say of the result', () => {
    const file = put('run.ipynb', 'const a = 1;');
    const clean = readNotebook(file);
    const [cell] = clean.cells;
    if (!cell) throw new Error('no cell');
    const outputs = [{ output_type: 'stream', name: 'stdout', text: 'x' }];
    writeNotebook(file, { ...clean, cells: [{ ...cell, outputs, execution_count: 4 }] });
    expect(command('check-notebooks.ts', file).out).toContain('run.ipynb: it holds outputs');
    expect(command('check-notebooks.ts', file, '--fix')).toMatchObject({ status: 0 });
    expect(readNotebook(file)).toEqual(clean);
  });
});

describe('notebooks', { timeout: 200_000 }, () => {
  it('exits with 1 when a notebook fails, and leaves a copy and a page', () => {
    const file = put('fails.ipynb', 'const a = 1;', 'throw new Error("boom");');
    const out = path.join(folder, 'out');
    const run = command('notebooks.ts', file, '--out', out);
    expect(run.out).toContain('cell [2], raised: Error: boom');
    expect(run.out).toContain('1 notebook: 0 passed, 1 failed');
    expect(run.status).toBe(1);
    expect(fs.readdirSync(out).sort()).toEqual(['fails.html', 'fails.ipynb', 'report.json']);
  });

  it('hands the kernel the full profile with --full, and none without', () => {
    const file = put('profile.ipynb', "if (process.env.UNROLLED_PROFILE !== 'full') throw new Error('quick');");
    const out = path.join(folder, 'profile');
    expect(command('notebooks.ts', file, '--out', out, '--full').out).toContain('1 passed, 0 failed');
    expect(command('notebooks.ts', file, '--out', out).out).toContain('Error: quick');
  });

  it.each([
    [['nothing-like-it'], /No notebook is called nothing-like-it: .* There are: /],
    [['--jobs', 'many'], /--jobs is "many": expected a whole number above 0\./],
    [['--speed'], /Unknown option '--speed'/],
  ])('refuses %j in a sentence', (args, message) => {
    const { status, out } = command('notebooks.ts', ...args);
    expect(out).toMatch(message);
    expect(out).not.toMatch(/\n\s+at /);
    expect(status).toBe(1);
  });
});

describe('bench:kernel', () => {
  it('refuses rounds that are no number in a sentence', () => {
    const { status, out } = command('bench-kernel.ts', '--rounds', 'many');
    expect(out).toContain('--rounds is "many": expected a whole number above 0.');
    expect(status).toBe(1);
  });
});
