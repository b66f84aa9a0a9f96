import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../disk';
import { SetupError } from '../report';
import { acquireWheel, type FetchContext, type Wheel } from './acquire';
import { explainDiskError, megabytes, withSpace } from './space';
import { planSlices, wantedFiles, type Slice, type WantedFile } from './entries';
import { DamagedDownload, TransferError } from './errors';
import { extractFile, localSource } from './extract';
import { claimPart, partOf, sweepParts } from './parts';
import { download, readRange } from './range-reader';
import { listEntries, type ByteSource } from './zip';

/** Written last, and the sign that the folder was whole: the size of each file by its path. */
const MANIFEST = 'complete.json';

/** Whether a runtime folder holds everything that was put there. */
export function isComplete(runtime: string): boolean {
  try {
    const sizes = JSON.parse(readFileSync(path.join(runtime, MANIFEST), 'utf8')) as Record<string, number>;
    return Object.entries(sizes).every(([file, size]) => statSync(path.join(runtime, file)).size === size);
  } catch {
    return false;
  }
}

/**
 * Brings TensorFlow's libraries and C headers into the cache, unless they are there.
 * @throws {SetupError} with what to do, for everything that went wrong outside this program.
 */
export async function ensureRuntime(context: FetchContext): Promise<void> {
  const { layout } = context;
  if (isComplete(layout.runtime)) return;
  const base = path.dirname(layout.runtime);
  try {
    await mkdir(layout.downloads, { recursive: true });
    sweepParts(base);
    const staging = partOf(layout.runtime);
    try {
      await fillWithRetry(context, staging);
      await publish(staging, layout.runtime);
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
    sweepParts(layout.downloads);
  } catch (error) {
    throw explainDiskError(error, base);
  }
}

async function fillWithRetry(context: FetchContext, staging: string): Promise<void> {
  let useRanges = true;
  let damaged = false;
  for (;;) {
    try {
      await fill(context, staging, useRanges);
      return;
    } catch (error) {
      if (error instanceof TransferError && error.failure === 'no-ranges' && useRanges) {
        useRanges = false;
      } else if (error instanceof DamagedDownload && !damaged) {
        damaged = true;
        context.report.note(`the download was damaged (${error.message}): fetching that part again`);
      } else {
        throw explain(error, context);
      }
    }
  }
}

function explain(error: unknown, { target }: FetchContext): unknown {
  if (error instanceof DamagedDownload) {
    return new SetupError(
      `The TensorFlow wheel arrived damaged twice (${error.message}) and was removed: run this again, and if that does not ` +
        'help check the network and which package index pip is set to (`pip config list`).',
      { cause: error },
    );
  }
  if (error instanceof TransferError) {
    return new SetupError(
      `The download of ${target.distribution} ${target.tensorflow} stopped (${error.message}): check the network and run this ` +
        'again; it goes on where it stopped.',
      { cause: error },
    );
  }
  return error;
}

async function fill(context: FetchContext, staging: string, useRanges: boolean): Promise<void> {
  const wheel = await acquireWheel(context, useRanges);
  try {
    const wanted = await selectFiles(context, wheel);
    const missing = wanted.filter((file) => !existsSync(path.join(staging, file.to)));
    await mkdir(staging, { recursive: true });
    if (wheel.kind === 'local') await fillFromFile(context, wheel.file, missing, staging);
    else await fillFromSlices(context, wheel, missing, staging);
    const sizes = Object.fromEntries(wanted.map((file) => [file.to, file.entry.size]));
    await writeFile(path.join(staging, MANIFEST), JSON.stringify(sizes, undefined, 1));
  } finally {
    if (wheel.kind === 'local') await wheel.dispose();
  }
}

async function selectFiles({ target, transfer }: FetchContext, wheel: Wheel): Promise<WantedFile[]> {
  const source: ByteSource =
    wheel.kind === 'local'
      ? await localSource(wheel.file)
      : { size: wheel.size, read: (start, end) => readRange(wheel.url, { start, end }, transfer) };
  const wanted = wantedFiles(await listEntries(source), target);
  for (const library of Object.keys(target.libraries)) {
    if (!wanted.some((file) => file.to === `lib/${library}`)) {
      throw new SetupError(
        `The wheel of ${target.distribution} ${target.tensorflow} holds no ${library}: check which package index pip is set to ` +
          '(`pip config list`).',
      );
    }
  }
  return wanted;
}

async function fillFromFile(
  context: FetchContext,
  file: string,
  wanted: readonly WantedFile[],
  staging: string,
): Promise<void> {
  await withSpace(context.layout.downloads, unpackedSize(wanted), async () => {
    for (const item of wanted) await extract(context, item, { file, start: 0 }, staging);
  });
}

async function fillFromSlices(
  context: FetchContext,
  wheel: Wheel & { kind: 'remote' },
  wanted: readonly WantedFile[],
  staging: string,
): Promise<void> {
  const { layout, report } = context;
  const slices = planSlices(wanted);
  const sizes = slices.map((slice) => slice.end - slice.start);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  report.note(`fetching ${megabytes(total)} of a ${megabytes(wheel.size)} wheel`);
  await withSpace(layout.downloads, unpackedSize(wanted) + Math.max(0, ...sizes), async () => {
    let before = 0;
    for (const slice of slices) {
      await takeSlice(context, wheel.url, slice, staging, (bytes) => {
        report.progress(before + bytes, total, 'bytes');
      });
      before += slice.end - slice.start;
    }
  });
}

/** Downloads a slice, unpacks it and removes it. A slice that broke off or met a full disk stays, for the next run to use. */
async function takeSlice(
  context: FetchContext,
  url: string,
  slice: Slice,
  staging: string,
  onProgress: (bytes: number) => void,
): Promise<void> {
  const { layout, transfer } = context;
  const file = claimPart(path.join(layout.downloads, `slice-${slice.start}-${slice.end}`));
  try {
    await download(url, file, slice, { ...transfer, onProgress });
    for (const item of slice.files) await extract(context, item, { file, start: slice.start }, staging);
  } catch (error) {
    const isUseless = error instanceof TransferError && error.failure === 'no-ranges';
    if (isUseless || error instanceof DamagedDownload) await rm(file, { force: true });
    throw error;
  }
  await rm(file, { force: true });
}

async function extract(
  { target, transfer }: FetchContext,
  item: WantedFile,
  bytes: { file: string; start: number },
  staging: string,
): Promise<void> {
  const pinned = item.to.startsWith('lib/') ? target.libraries[path.basename(item.to)] : undefined;
  await extractFile(item, bytes, staging, pinned, transfer.signal);
}

function unpackedSize(wanted: readonly WantedFile[]): number {
  return wanted.reduce((sum, file) => sum + file.entry.size, 0);
}

/** Puts a finished folder in its place by one rename; one that another run finished first stays, a damaged one goes. */
export async function publish(staging: string, runtime: string): Promise<void> {
  for (;;) {
    try {
      await rename(staging, runtime);
      return;
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(errorCode(error) ?? '')) throw error;
    }
    if (isComplete(runtime)) return;
    const damaged = partOf(runtime);
    await rename(runtime, damaged).catch((error: unknown) => {
      // Another run that repairs it too moved it first.
      if (errorCode(error) !== 'ENOENT') throw error;
    });
    await rm(damaged, { recursive: true, force: true });
  }
}
