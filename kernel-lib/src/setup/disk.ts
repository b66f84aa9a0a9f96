import { statfs } from 'node:fs/promises';
import { SetupError } from './report';

/** The `code` of a system error (`ENOSPC`, `ENOENT`), or undefined. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Whether a system error means that the disk, or the user's share of it, is full. */
export function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(errorCode(error) ?? '');
}

/** Whether what a program printed says that the disk is full. */
export function saysDiskFull(output: string): boolean {
  return /no space left on device|ENOSPC|EDQUOT|disk quota exceeded|\[Errno 28\]/i.test(output);
}

/** The sentence for a disk that filled up while `what` was written; `needed` in bytes. */
export function diskFull(what: string, needed: number): SetupError {
  return new SetupError(
    `The disk is full: ${what} did not fit; free about ${gigabytes(needed)} and run the command again.`,
  );
}

/**
 * Looks before anything is written.
 * @param free bytes that are free in `folder`; asked of the system unless given
 * @throws {SetupError} when fewer than `needed` bytes are free.
 */
export async function checkDisk(folder: string, what: string, needed: number, free?: number): Promise<void> {
  const there = free ?? (await freeBytes(folder));
  if (there >= needed) return;
  throw new SetupError(
    `The disk is too full: ${what} needs about ${gigabytes(needed)} and ${folder} has ${gigabytes(there)}; ` +
      'free some space and run the command again.',
  );
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
