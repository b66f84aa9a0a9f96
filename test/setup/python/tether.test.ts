import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { tethered } from 'kernel-lib/setup';
import { runCommand } from 'kernel-lib/setup/command';
import { findPython } from 'kernel-lib/setup/python/find';
import { eventually, isAlive, startNode, temporaryFolder, write } from '../project/fakes';

/** `-I` keeps the current folder off the path, so a standard module that runs its arguments stands in for pip: timeit. */
const runs = (code: string): string[] => tethered('timeit', '-n', '1', '-r', '1', code);

it('runs a module with its arguments and passes its exit code on', async () => {
  const { executable } = await findPython(process.env);
  const options = { cwd: temporaryFolder(), env: process.env, detached: true };
  const fine = await runCommand(executable, runs('print("here")'), options);
  expect(fine).toMatchObject({ code: 0, output: expect.stringContaining('here') as string });
  const bad = await runCommand(executable, runs('raise ValueError'), options);
  expect(bad.code).not.toBe(0);
});

it('does not take a module of the current folder for the real one', async () => {
  const { executable } = await findPython(process.env);
  const cwd = temporaryFolder();
  write(path.join(cwd, 'timeit.py'), 'print("wrong")');
  const { output } = await runCommand(executable, runs('print("right")'), { cwd, env: process.env, detached: true });
  expect(output).toContain('right');
  expect(output).not.toContain('wrong');
});

it('ends, with what it started, when its parent is killed', async () => {
  const { executable } = await findPython(process.env);
  const folder = temporaryFolder();
  const file = path.join(folder, 'pids');
  const code = `import os, subprocess
child = subprocess.Popen(["sleep", "300"])
open(${JSON.stringify(file)}, "w").write("%d %d " % (os.getpid(), child.pid))
child.wait()`;
  const parent = write(
    path.join(folder, 'parent.cjs'),
    `require('node:child_process').spawn(${JSON.stringify(executable)}, ${JSON.stringify(runs(code))}, { detached: true, stdio: 'pipe' });`,
  );
  const { child, ending } = startNode([parent], { cwd: folder, env: process.env });
  const pids = await eventually(() => {
    const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
    return text.endsWith(' ') && text.trim().split(' ').map(Number);
  });
  expect(pids.map(isAlive)).toEqual([true, true]);
  child.kill('SIGKILL');
  await ending;
  await eventually(() => !pids.some(isAlive));
});

it('keeps standard input open while its parent lives', async () => {
  const { executable } = await findPython(process.env);
  const child = spawn(executable, runs('import time; time.sleep(300)'), { detached: true, stdio: 'pipe' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  child.stdin.write('x');
  expect(child.exitCode).toBe(null);
  child.stdin.end();
  const [, signal] = (await ended) as [number | null, string | null];
  expect(signal).toBe('SIGTERM');
});
