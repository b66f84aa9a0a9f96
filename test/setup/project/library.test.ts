import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { buildLibrary } from 'kernel-lib/setup';
import { collect, temporaryFolder, write } from './fakes';

const works = `
const out = process.argv[process.argv.indexOf('--outDir') + 1];
const fs = require('node:fs');
fs.appendFileSync('tsc.log', 'x');
fs.mkdirSync(out, { recursive: true });
fs.cpSync('kernel-lib/src', out, { recursive: true });`;

function setCompiler(project: string, code: string): void {
  write(path.join(project, 'node_modules/typescript/bin/tsc'), code);
}

/** A library of two files and a compiler that copies. */
function makeProject(): string {
  const project = temporaryFolder();
  for (const name of ['tsconfig.json', 'kernel-lib/tsconfig.json', 'node_modules/typescript/package.json']) {
    write(path.join(project, name), '{}');
  }
  write(path.join(project, 'kernel-lib/src/index.ts'), 'first');
  write(path.join(project, 'kernel-lib/src/cells/rnn.ts'), 'cell');
  setCompiler(project, works);
  return project;
}

const build = (project: string): Promise<void> => buildLibrary({ project, report: collect() });
const compilations = (project: string): number => fs.readFileSync(path.join(project, 'tsc.log'), 'utf8').length;
const dist = (project: string): string[] => fs.readdirSync(path.join(project, 'kernel-lib/dist')).sort();
const read = (project: string, name: string): string => fs.readFileSync(path.join(project, name), 'utf8');

it('compiles once', async () => {
  const project = makeProject();
  await build(project);
  expect(dist(project)).toEqual(['.unrolled.json', 'cells', 'index.ts']);
  await build(project);
  expect(compilations(project)).toBe(1);
});

it.each([
  'kernel-lib/src/cells/rnn.ts',
  'kernel-lib/src/cells/new.ts',
  'kernel-lib/tsconfig.json',
  'node_modules/typescript/package.json',
])('compiles again when %s changed', async (name) => {
  const project = makeProject();
  await build(project);
  write(path.join(project, name), '{ "changed": true }');
  await build(project);
  expect(compilations(project)).toBe(2);
});

it('leaves nothing of a source that is gone', async () => {
  const project = makeProject();
  await build(project);
  fs.rmSync(path.join(project, 'kernel-lib/src/cells'), { recursive: true });
  await build(project);
  expect(dist(project)).toEqual(['.unrolled.json', 'index.ts']);
});

it('keeps the last good build when one fails, and does not take it for fresh', async () => {
  const project = makeProject();
  await build(project);
  write(path.join(project, 'kernel-lib/src/index.ts'), 'second');
  setCompiler(
    project,
    `${works} console.log("kernel-lib/src/index.ts(1,1): error TS1: no\\nx: error TS2: no"); process.exitCode = 2;`,
  );
  const message =
    'kernel-lib does not compile: kernel-lib/src/index.ts(1,1): error TS1: no (and 1 more); mend it, or see all with `npm run typecheck`.';
  await expect(build(project)).rejects.toThrow(message);
  await expect(build(project)).rejects.toThrow(message);
  expect(read(project, 'kernel-lib/dist/index.ts')).toBe('first');
  setCompiler(project, works);
  await build(project);
  expect(read(project, 'kernel-lib/dist/index.ts')).toBe('second');
});

it('builds when it was killed between the two renames', async () => {
  const project = makeProject();
  await build(project);
  fs.mkdirSync(path.join(project, 'build'), { recursive: true });
  fs.renameSync(path.join(project, 'kernel-lib/dist'), path.join(project, 'build/kernel-lib.old'));
  await build(project);
  expect(dist(project)).toContain('index.ts');
  expect(fs.existsSync(path.join(project, 'build/kernel-lib.old'))).toBe(false);
});

it('says that the disk is full', async () => {
  const project = makeProject();
  setCompiler(project, 'throw new Error("ENOSPC: no space left on device, write")');
  await expect(build(project)).rejects.toThrow(/^The disk is full: the compiled library did not fit;/);
});
