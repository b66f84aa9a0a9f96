import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { download } from 'kernel-lib/data/download';
import { expect, it, onTestFinished, vi } from 'vitest';
import { body, entryFor, firstBytes, half, serve, temporaryFolder, withRanges } from './corpus-server';

it('goes on where a killed process stopped, and takes over its lock', async () => {
  const source = await serve(
    firstBytes(half, () => undefined),
    withRanges(),
  );
  const folder = await temporaryFolder();
  const entry = entryFor(source.url);
  const script = path.join(import.meta.dirname, 'download-child.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, folder, JSON.stringify(entry)], {
    stdio: 'inherit',
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const part = path.join(folder, 'beer.txt.part');
  await vi.waitFor(
    async () => {
      expect((await stat(part)).size).toBe(half);
    },
    { timeout: 120_000, interval: 50 },
  );
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  expect(existsSync(path.join(folder, 'beer.txt'))).toBe(false);
  expect(existsSync(path.join(folder, 'beer.txt.lock'))).toBe(true);

  await download(entry, folder, { timeoutMs: 5_000 });
  expect(source.ranges).toEqual([undefined, `bytes=${half}-`]);
  expect(source.requests[1]?.headers['if-range']).toBe('"v1"');
  expect(await readdir(folder)).toEqual(['beer.txt']);
  expect(body.equals(await readFile(path.join(folder, 'beer.txt')))).toBe(true);
});

it('takes over a lock that nobody has refreshed for a minute, whoever has its process id now', async () => {
  const source = await serve(withRanges());
  const folder = await temporaryFolder();
  const lock = path.join(folder, 'beer.txt.lock');
  await writeFile(lock, String(process.pid));
  const twoMinutesAgo = new Date(Date.now() - 120_000);
  await utimes(lock, twoMinutesAgo, twoMinutesAgo);
  await download(entryFor(source.url), folder);
  expect(await readdir(folder)).toEqual(['beer.txt']);
});

it('waits for a living holder, and stops waiting at the signal', async () => {
  const source = await serve(withRanges());
  const folder = await temporaryFolder();
  await writeFile(path.join(folder, 'beer.txt.lock'), String(process.pid));
  const signal = AbortSignal.timeout(500);
  await expect(download(entryFor(source.url), folder, { signal })).rejects.toThrow('aborted due to timeout');
  expect(source.requests).toHaveLength(0);
});
