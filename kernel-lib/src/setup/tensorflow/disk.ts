import { statfs } from 'node:fs/promises';
import { SetupError } from '../report';
import { errorCode } from './errors';

/** Decimal megabytes, rounded up: "149 MB". */
export function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}

/** @throws {SetupError} when the disk that holds `folder` has less than `needed` bytes free. */
export async function checkSpace(folder: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free < needed) {
    throw new SetupError(
      `TensorFlow needs ${megabytes(needed)} in ${folder} and the disk has ${megabytes(free)} free: free some space, ` +
        'or set UNROLLED_CACHE to a folder on a larger disk.',
    );
  }
}

/** True for errors of the disk, which no retry mends. */
export function isDiskError(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'EFBIG'].includes(errorCode(error) ?? '');
}

/** Turns an error of the disk into a sentence; any other error is returned as it is. */
export function explainDiskError(error: unknown, folder: string, needed?: number): unknown {
  const code = errorCode(error);
  const amount = needed === undefined ? '' : ` (${megabytes(needed)} in all)`;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new SetupError(
      `The disk is full: TensorFlow${amount} did not fit into ${folder}; free some space, or set UNROLLED_CACHE to a folder ` +
        'on a larger disk, and run this again.',
      { cause: error },
    );
  }
  if (isDiskError(error)) {
    return new SetupError(
      `Could not write to ${folder} (${code ?? ''}): make it writable, or set UNROLLED_CACHE to a folder that is.`,
      { cause: error },
    );
  }
  return error;
}
