import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, expect, it } from 'vitest';

const project = path.resolve(import.meta.dirname, '../..');
// inside the project, where `kernel-lib` resolves as it does for a user
const folder = path.join(project, 'build/readme');
beforeAll(() => {
  fs.mkdirSync(folder, { recursive: true });
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

const shapes = 'JSON.stringify(outputs.shape)';
it.each([
  ['README.md', 0, `${shapes}, JSON.stringify(final.h.shape)`, '[2,5,8] [2,8]'],
  ['kernel-lib/README.md', 0, `${shapes}, JSON.stringify(final.h.shape)`, '[2,5,8] [2,8]'],
  ['kernel-lib/README.md', 2, `${shapes}, swapped.length, left.length`, '[2,1] 1 0'],
])('of %s, example %i runs', (readme, which, values, expected) => {
  const examples = [...fs.readFileSync(path.join(project, readme), 'utf8').matchAll(/```ts\n(.*?)```/gs)];
  const source = `${examples[which]?.[1] ?? ''}\nconsole.log(${values});`;
  const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } }); // prettier-ignore
  const file = path.join(folder, `${readme.replaceAll('/', '-')}-${which}.mjs`);
  fs.writeFileSync(file, outputText);
  const { stdout, stderr, status } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  expect(stdout.trim().split('\n').at(-1)).toBe(expected);
});
