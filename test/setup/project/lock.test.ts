import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { acquireLock } from '../../../scripts/lib/lock.cjs';
import { eventually, startNode, temporaryFolder } from './fakes';

const quick = { poll: 10, patience: 20 };

/** A process that lives until the test is over. */
function living(): number {
  const { child } = startNode(['-e', 'setInterval(() => {}, 1000)'], { cwd: '/', env: process.env });
  return child.pid ?? 0;
}

function lockOf(pid: number | string): string {
  const file = path.join(temporaryFolder(), 'build/setup.lock');
  fs.mkdirSync(path.dirname(file));
  fs.symlinkSync(String(pid), file);
  return file;
}

it('is there while held, and gone after', async () => {
  const file = path.join(temporaryFolder(), 'new/setup.lock');
  const release = await acquireLock(file, () => undefined);
  expect(fs.readlinkSync(file)).toBe(String(process.pid));
  release();
  expect(fs.readdirSync(path.dirname(file))).toEqual([]);
});

it.each([
  ['a dead process', () => spawnSync(process.execPath, ['-e', '']).pid],
  ['the process that had our number before us', () => process.pid],
  ['nobody', () => 'nobody'],
])('breaks the lock of %s at once', async (_, holder) => {
  const file = lockOf(holder());
  const told: string[] = [];
  const release = await acquireLock(file, (sentence) => told.push(sentence), quick);
  expect(told).toEqual([]);
  expect(fs.readlinkSync(file)).toBe(String(process.pid));
  release();
  expect(fs.readdirSync(path.dirname(file))).toEqual([]);
});

it('waits for a living process that shows signs of life, and says so once', async () => {
  const pid = living();
  const file = lockOf(pid);
  let beats = 0;
  const beat = setInterval(() => {
    beats += 1;
    if (beats < 60) fs.lutimesSync(file, beats, beats);
    else fs.rmSync(file, { force: true });
  }, 10);
  onTestFinished(() => {
    clearInterval(beat);
  });
  const told: string[] = [];
  const release = await acquireLock(file, (sentence) => told.push(sentence), { poll: 10, patience: 40 });
  expect(beats).toBeGreaterThanOrEqual(60);
  expect(told).toEqual([`Another set-up (process ${pid}) is at work in this folder: waiting for it.`]);
  release();
});

it('breaks a lock that nobody touches any more, though a process has its number', async () => {
  const file = lockOf(living());
  const release = await acquireLock(file, () => undefined, quick);
  expect(fs.readlinkSync(file)).toBe(String(process.pid));
  release();
});

it('does not take away a lock that went to another', async () => {
  const file = path.join(temporaryFolder(), 'setup.lock');
  const release = await acquireLock(file, () => undefined);
  fs.rmSync(file);
  fs.symlinkSync('12345', file);
  release();
  expect(fs.readlinkSync(file)).toBe('12345');
});

it('touches the lock while it holds it', async () => {
  const file = path.join(temporaryFolder(), 'setup.lock');
  const release = await acquireLock(file, () => undefined);
  fs.lutimesSync(file, 1, 1);
  await eventually(() => fs.lstatSync(file).mtimeMs > 1000);
  release();
});
