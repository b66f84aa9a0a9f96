import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type CorpusEntry, grouped, MissingCorpusError } from './corpus';
import { withLock } from './lock';
import { type PartFile, partFile } from './part-file';
import { receive } from './receive';
import { SourceFailure } from './source-failure';
import { codeOf, whatIsWrong } from './verify';

/** How a corpus is downloaded. */
export interface DownloadOptions {
  /** Told how many bytes of how many are there. */
  onProgress?: (bytes: number, total: number) => void;
  /** How long a source may be silent, in milliseconds. Default 30,000. */
  timeoutMs?: number;
  /** How often one source is asked when the connection is cut. Default 3. */
  attempts?: number;
  /** The wait before the second attempt, doubled before each further one. Default 500. */
  retryDelayMs?: number;
  signal?: AbortSignal;
}

const DISK: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your disk quota is used up',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'it is read-only',
};

/** A sentence for what a disk refused, or the error itself. */
function diskFailure(error: unknown, entry: CorpusEntry, folder: string): unknown {
  const reason = DISK[codeOf(error) ?? ''];
  if (reason === undefined) return error;
  return new MissingCorpusError(
    `${entry.file} (${grouped(entry.bytes)} bytes) could not be written to ${folder}: ${reason}; ` +
      'mend that, or set UNROLLED_DATASETS to a folder that has the file',
    { cause: error },
  );
}

/** Asks one source until the part is whole and right, or there is no use in asking it again. */
async function fromSource(entry: CorpusEntry, url: string, part: PartFile, options: DownloadOptions): Promise<void> {
  const { onProgress = () => undefined, timeoutMs = 30_000, attempts = 3, retryDelayMs = 500, signal } = options;
  for (let attempt = 1; ; attempt++) {
    const continued = (await part.size()) > 0;
    try {
      await receive(entry, url, part, { onProgress, timeoutMs, signal });
      const wrong = await whatIsWrong(part.path, entry);
      if (wrong === undefined) return;
      await part.remove();
      // A continued download may be wrong because of what was there before.
      throw new SourceFailure(`what it sent ${wrong}`, continued);
    } catch (error) {
      if (!(error instanceof SourceFailure) || !error.worthRetrying || attempt >= attempts) throw error;
      await wait(retryDelayMs * 2 ** (attempt - 1), undefined, signal && { signal }).catch(() => undefined);
      signal?.throwIfAborted();
    }
  }
}

async function fromAnySource(entry: CorpusEntry, target: string, options: DownloadOptions): Promise<void> {
  const part = partFile(target);
  const failures: string[] = [];
  for (const url of entry.sources) {
    try {
      await fromSource(entry, url, part, options);
      await rename(part.path, target);
      await part.removeOrigin();
      return;
    } catch (error) {
      if (!(error instanceof SourceFailure)) throw error;
      failures.push(`${url}: ${error.message}`);
    }
  }
  const kept = await part.size();
  const resumable =
    kept > 0
      ? `; ${grouped(kept)} of ${grouped(entry.bytes)} bytes are kept, and the next call goes on from there`
      : '';
  throw new MissingCorpusError(
    `${entry.file} could not be downloaded (${failures.join('; ')})${resumable}; ${remedy(entry, path.dirname(target))}`,
  );
}

/** How to get by without a download. */
export const remedy = (entry: CorpusEntry, folder: string): string =>
  `put the file of ${grouped(entry.bytes)} bytes from ${entry.sources[0] ?? 'its source'} into ${folder}`;

/**
 * Downloads a corpus into a folder: its sources in turn, continuing what an earlier call left behind. The file appears under
 * its own name only when it is whole and has the registered size and sha256; until then it is FILE.part.
 *
 * @returns the path of the file
 * @throws MissingCorpusError when no source delivers or the disk does not take it; the signal's reason when it was stopped.
 */
export async function download(entry: CorpusEntry, folder: string, options: DownloadOptions = {}): Promise<string> {
  const target = path.join(folder, entry.file);
  try {
    await mkdir(folder, { recursive: true });
    await withLock(`${target}.lock`, options.signal, async () => {
      // Another process may have finished while this one waited.
      if ((await whatIsWrong(target, entry)) !== undefined) await fromAnySource(entry, target, options);
    });
  } catch (error) {
    throw diskFailure(error, entry, folder);
  }
  return target;
}
