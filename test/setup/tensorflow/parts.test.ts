import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { claimPart, partOf, sweepParts } from 'kernel-lib/setup/tensorflow/parts';
import { temporaryFolder } from './support/world';

/** A process id that nobody has any more. */
function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

function partOfDead(file: string): string {
  return partOf(file).replace(`-${process.pid}-`, `-${deadPid()}-`);
}

it('never gives the same path twice', () => {
  expect(partOf('/a/b')).not.toBe(partOf('/a/b'));
  expect(path.dirname(partOf('/a/b'))).toBe('/a');
});

it('takes over what a killed run left, once', () => {
  const file = path.join(temporaryFolder(), 'slice-1-2');
  fs.writeFileSync(partOfDead(file), 'left');
  const [first, second] = [claimPart(file), claimPart(file)];
  expect(fs.readFileSync(first, 'utf8')).toBe('left');
  expect(fs.existsSync(second)).toBe(false);
});

it('leaves alone what a living run writes, and parts of other files', () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'slice-1-2');
  fs.writeFileSync(partOf(file), 'mine');
  fs.writeFileSync(partOfDead(`${file}3`), 'other');
  expect(fs.existsSync(claimPart(file))).toBe(false);
  expect(fs.readdirSync(folder)).toHaveLength(2);
});

it('takes another machine’s part for abandoned only when it is old', () => {
  const file = path.join(temporaryFolder(), 'wheel');
  const foreign = `${file}.elsewhere-1-abcd.part`;
  fs.writeFileSync(foreign, 'theirs');
  expect(fs.existsSync(claimPart(file))).toBe(false);
  fs.utimesSync(foreign, new Date(0), new Date(0));
  expect(fs.readFileSync(claimPart(file), 'utf8')).toBe('theirs');
});

it('sweeps what killed runs left and nothing else', () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'x');
  const alive = partOf(file);
  fs.mkdirSync(partOfDead(file));
  fs.writeFileSync(partOfDead(path.join(folder, 'y')), '');
  for (const kept of [alive, file]) fs.writeFileSync(kept, '');
  sweepParts(folder);
  sweepParts(path.join(folder, 'missing'));
  expect(fs.readdirSync(folder).sort()).toEqual([path.basename(file), path.basename(alive)].sort());
});
