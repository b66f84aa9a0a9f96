import { statfs } from 'node:fs/promises';
import { errorCode, isDiskFull } from '../disk';
import { SetupError } from '../report';

/** Decimal megabytes, rounded up: "149 MB". */
export function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}

/**
 * Makes sure that `needed` bytes are free where `folder` lies, then runs `work`.
 * @throws {SetupError} when they are not, or when `work` cannot write after all.
 */
export async function withSpace<Result>(folder: string, needed: number, work: () => Promise<Result>): Promise<Result> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free < needed) {
    throw new SetupError(
      `TensorFlow needs ${megabytes(needed)} in ${folder} and the disk has ${megabytes(free)} free: ${moreSpace}.`,
    );
  }
  try {
    return await work();
  } catch (error) {
    throw explainDiskError(error, folder, needed);
  }
}

const moreSpace = 'free some space, or set UNROLLED_CACHE to a folder on a larger disk, and run this again';

/** True for errors of the disk, which no retry mends. */
export function isDiskError(error: unknown): boolean {
  return isDiskFull(error) || ['EROFS', 'EACCES', 'EPERM', 'EIO'].includes(errorCode(error) ?? '');
}

/** Turns an error of the disk into a sentence; any other error is returned as it is. */
export function explainDiskError(error: unknown, folder: string, needed?: number): unknown {
  if (isDiskFull(error)) {
    const amount = needed === undefined ? '' : ` (${megabytes(needed)} in all)`;
    return new SetupError(`The disk is full: TensorFlow${amount} did not fit into ${folder}; ${moreSpace}.`, {
      cause: error,
    });
  }
  const code = errorCode(error) ?? '';
  if (!isDiskError(error) && !['ENOTDIR', 'EEXIST'].includes(code)) return error;
  return new SetupError(
    `Could not write to ${folder} (${code}): make it a folder that you may write to, or set UNROLLED_CACHE to one.`,
    { cause: error },
  );
}
