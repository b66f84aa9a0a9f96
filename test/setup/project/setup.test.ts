import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { repository, startNode, temporaryFolder, write, type Ending } from './fakes';

/** The real scripts and set-up code in a folder of their own, with this project's Node packages. */
function copyProject(): string {
  const project = temporaryFolder();
  for (const name of ['scripts', 'kernel-lib/src/setup', 'kernel-lib/package.json', 'package.json', 'tsconfig.json']) {
    fs.cpSync(path.join(repository, name), path.join(project, name), { recursive: true });
  }
  fs.symlinkSync(path.join(repository, 'node_modules'), path.join(project, 'node_modules'));
  write(path.join(project, 'requirements.txt'), 'one==1\n');
  return project;
}

function setUp(project: string, env: NodeJS.ProcessEnv): Promise<Ending> {
  const options = { cwd: project, env: { PATH: path.join(project, 'bin'), HOME: project, ...env } };
  return startNode(['--import', 'tsx', 'scripts/setup.ts'], options).ending;
}

it('fails with exit code 1 and one sentence, without a stack, when there is no Python', async () => {
  const { code, stderr } = await setUp(copyProject(), {});
  expect(code).toBe(1);
  expect(stderr).toMatch(/^No Python was found on the PATH: .* run the command again\.\n$/);
});

it('shows the stack when asked to, and releases its lock', async () => {
  const project = copyProject();
  const { stderr } = await setUp(project, { UNROLLED_DEBUG: '1' });
  expect(stderr).toMatch(/^SetupError: No Python was found/);
  expect(stderr).toContain('\n    at ');
  expect(fs.readdirSync(path.join(project, 'build'))).toEqual([]);
});

it('says that the disk is full when a file of its own does not fit', async () => {
  const project = copyProject();
  const full = write(
    path.join(project, 'full.cjs'),
    `const fs = require('node:fs'), { mkdirSync } = fs;
     fs.mkdirSync = (folder, ...rest) => {
       if (String(folder).endsWith('build')) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
       return mkdirSync(folder, ...rest);
     };`,
  );
  const { code, stderr } = await setUp(project, { NODE_OPTIONS: `--require ${full}` });
  expect(code).toBe(1);
  expect(stderr).toBe('The disk is full: free about 2.2 GB and run the command again.\n');
});
