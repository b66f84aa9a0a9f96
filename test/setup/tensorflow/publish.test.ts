import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { publish } from 'kernel-lib/setup/tensorflow/runtime';
import { temporaryFolder } from './support/world';

/** A runtime folder with one file of `content`, whose manifest says that it has four bytes. */
function runtimeFolder(folder: string, content: string): string {
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, 'library'), content);
  fs.writeFileSync(path.join(folder, 'complete.json'), '{"library":4}');
  return folder;
}

it.each([
  ['takes an empty place', undefined, 'mine'],
  ['leaves what another run finished first', 'hers', 'hers'],
  ['replaces what is damaged', 'cut', 'mine'],
])('%s', async (_what, there, expected) => {
  const root = temporaryFolder();
  const runtime = path.join(root, 'runtime');
  if (there !== undefined) runtimeFolder(runtime, there);
  await publish(runtimeFolder(path.join(root, 'staging'), 'mine'), runtime);
  expect(fs.readFileSync(path.join(runtime, 'library'), 'utf8')).toBe(expected);
  expect(fs.readdirSync(root).filter((name) => name.endsWith('.part'))).toEqual([]);
});
