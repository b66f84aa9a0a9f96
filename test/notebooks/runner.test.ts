import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runNotebooks, stripSolutions, writeNotebook } from 'kernel-lib/notebook';
import { alive } from '../kernel/alive';
import { makeFolder, makeNotebook, project, python } from './make-notebook';

let folder: string;
beforeAll(() => {
  folder = makeFolder();
  writeNotebook(path.join(folder, 'good.ipynb'), makeNotebook(['const a = 1;', 'console.log(a);']));
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

describe('an exercise', () => {
  const exercise = makeNotebook([
    'function double(x: number): number {\n  // ### BEGIN SOLUTION\n  return 2 * x;\n  // ### END SOLUTION\n}',
    'if (double(2) !== 4) throw new Error("expected 4");',
  ]);

  it('passes when solved, and fails its check when its solution is stripped', { timeout: 200_000 }, async () => {
    const solved = path.join(folder, 'solved.ipynb');
    const stripped = path.join(folder, 'stripped.ipynb');
    writeNotebook(solved, exercise);
    writeNotebook(stripped, stripSolutions(exercise));
    const { executions } = await runNotebooks([solved, stripped], {
      python,
      script: path.join(project, 'scripts/execute_notebook.py'),
      out: path.join(folder, 'out'),
      kernel: 'tslab',
      cellTimeout: 60,
      timeout: 200,
      jobs: 2,
      screen: { write: () => undefined },
    });
    expect(executions[0]?.problems).toEqual([]);
    expect(executions[1]?.problems).toMatchObject([{ cell: 2, message: 'Error: exercise 1: your code here' }]);
  });
});

describe('a kernel that dies at its start', () => {
  const runWith = async (name: string, deaths: number): ReturnType<typeof runNotebooks> => {
    const spec = path.join(folder, 'jupyter/kernels', name);
    fs.mkdirSync(spec, { recursive: true });
    // each start leaves a mark, and the first ones end there
    const marks = path.join(spec, 'marks');
    fs.mkdirSync(marks);
    const kernel = path.join(project, 'kernel-lib/dist/kernel/main.js');
    const wrapper = `const fs = require('fs'); const marks = ${JSON.stringify(marks)};
fs.writeFileSync(marks + '/' + process.pid, '');
if (fs.readdirSync(marks).length > ${deaths}) require(${JSON.stringify(kernel)}); else process.exit(1);`;
    fs.writeFileSync(path.join(spec, 'start.cjs'), wrapper);
    const argv = [process.execPath, path.join(spec, 'start.cjs'), '--config-path', '{connection_file}'];
    fs.writeFileSync(
      path.join(spec, 'kernel.json'),
      JSON.stringify({ argv, display_name: name, language: 'typescript' }),
    );
    return runNotebooks([path.join(folder, 'good.ipynb')], {
      python,
      script: path.join(project, 'scripts/execute_notebook.py'),
      out: path.join(folder, `out-${name}`),
      kernel: name,
      cellTimeout: 60,
      timeout: 200,
      jobs: 1,
      screen: { write: (text) => (printed += text) },
      env: { ...process.env, JUPYTER_PATH: path.join(folder, 'jupyter') },
    });
  };
  let printed = '';

  it('is started again, and the line says so', { timeout: 200_000 }, async () => {
    const { exitCode, executions } = await runWith('once', 1);
    expect(executions[0]).toMatchObject({ kernelStarts: 2, problems: [] });
    expect(printed).toContain('2 kernel starts');
    expect(exitCode).toBe(0);
  });

  it('fails when it goes on dying', { timeout: 200_000 }, async () => {
    const { exitCode, executions } = await runWith('always', 99);
    expect(executions[0]).toMatchObject({ kernelStarts: 3, problems: [{ kind: 'dead kernel' }] });
    expect(exitCode).toBe(1);
  });
});

describe('a runner that is killed', () => {
  it('leaves no kernel behind', { timeout: 200_000 }, async () => {
    const file = path.join(folder, 'loop.ipynb');
    writeNotebook(file, makeNotebook(['while (true) {}']));
    const args = ['scripts/execute_notebook.py', file, `${file}.out`, '--cell-timeout', '100', '--timeout', '100'];
    const child = spawn(python, args, { cwd: project, stdio: ['pipe', 'pipe', 'ignore'] });
    let told = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (told += text));
    await expect.poll(() => told, { timeout: 100_000, interval: 100 }).toContain('"cell"');
    const pid = Number(/"pid": (\d+)/.exec(told)?.[1]);
    expect(alive(pid)).toBe(true);
    // what the runner's end does to the pipe
    child.stdin.destroy();
    await new Promise((resolve) => child.once('close', resolve));
    await expect.poll(() => alive(pid), { timeout: 60_000 }).toBe(false);
  });
});
