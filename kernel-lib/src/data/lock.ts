import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { codeOf } from './verify';

const POLL_MS = 100;
const REFRESH_MS = 5_000;
/** A holder that has not refreshed its lock for so long is gone, even when another process now has its id. */
const STALE_MS = 60_000;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

async function isAbandoned(lock: string): Promise<boolean> {
  try {
    const [content, { mtimeMs }] = await Promise.all([readFile(lock, 'utf8'), stat(lock)]);
    const pid = Number(content);
    const known = Number.isInteger(pid) && pid > 0;
    return (known && !isAlive(pid)) || Date.now() - mtimeMs > STALE_MS;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/**
 * Runs a task while holding a lock file, so that notebooks executed side by side download a corpus once and not into each
 * other's part. Waits for a holder that is alive; takes over from one that was killed.
 */
export async function withLock<T>(lock: string, signal: AbortSignal | undefined, task: () => Promise<T>): Promise<T> {
  for (;;) {
    signal?.throwIfAborted();
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    if (await isAbandoned(lock)) await rm(lock, { force: true });
    else await wait(POLL_MS);
  }
  const refresh = setInterval(() => {
    const now = new Date();
    utimes(lock, now, now).catch(() => undefined);
  }, REFRESH_MS).unref();
  try {
    return await task();
  } finally {
    clearInterval(refresh);
    await rm(lock, { force: true });
  }
}
