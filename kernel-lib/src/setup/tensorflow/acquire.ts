import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { SetupError, type Report } from '../report';
import type { CacheLayout, Environment } from './cache';
import { megabytes, withSpace } from './space';
import { DamagedDownload, TransferError } from './errors';
import type { TransferOptions } from './http';
import { claimPart, partOf } from './parts';
import type { WheelTarget } from './platform';
import { usesProxy } from './proxy';
import { findPythonWithPip } from './python';
import { download, probe } from './range-reader';
import { downloadWheel, locateWheel, type Pip } from './wheel-source';

/** All that fetching needs to know. */
export interface FetchContext {
  readonly target: WheelTarget;
  readonly layout: CacheLayout;
  readonly report: Report;
  readonly env: Environment;
  readonly pythons: readonly string[];
  readonly transfer: TransferOptions;
}

/** The wheel, ready to be read: behind HTTP with ranges, or on the disk. */
export type Wheel =
  | { readonly kind: 'remote'; readonly url: string; readonly size: number }
  | { readonly kind: 'local'; readonly file: string; readonly dispose: () => Promise<void> };

/**
 * Finds the wheel and picks the cheapest way to its bytes: ranges over HTTP, the whole over HTTP, the whole through pip.
 * @throws {SetupError | DamagedDownload | TransferError}
 */
export async function acquireWheel(context: FetchContext, useRanges: boolean): Promise<Wheel> {
  const { target, layout, report, env, transfer } = context;
  const python = await findPythonWithPip({ candidates: context.pythons, env, signal: transfer.signal });
  const temporary = partOf(path.join(layout.downloads, 'pip'));
  await mkdir(temporary, { recursive: true });
  const pip: Pip = { python, env, signal: transfer.signal, temporary };
  try {
    const location = await locateWheel(pip, target);
    if (location === undefined) return await wholeByPip(context, pip, 'pip is too old to say where the wheel is');
    assertExpected(location.sha256, target);
    if (location.url.startsWith('file:')) return await localWheel(fileURLToPath(location.url), target);
    if (usesProxy(location.url, env)) return await wholeByPip(context, pip, 'a proxy is set');
    try {
      const answer = await probe(location.url, transfer);
      if (useRanges && answer.ranges && answer.size !== undefined) {
        return { kind: 'remote', url: location.url, size: answer.size };
      }
    } catch (error) {
      if (!(error instanceof TransferError)) throw error;
      return await wholeByPip(context, pip, error.message);
    }
    report.note(`the index serves no parts of files: fetching the whole wheel (${megabytes(target.wheelSize)})`);
    return await wholeByHttp(context, location.url);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function assertExpected(sha256: string | undefined, target: WheelTarget): void {
  if (sha256 !== undefined && sha256 !== target.wheelSha256) {
    throw new SetupError(
      `The package index offers a ${target.distribution} ${target.tensorflow} with sha256 ${sha256} where ` +
        `${target.wheelSha256} is the genuine one: check which index pip is set to (\`pip config list\`).`,
    );
  }
}

async function localWheel(file: string, target: WheelTarget): Promise<Wheel> {
  if ((await sha256Of(file)) !== target.wheelSha256) {
    throw new SetupError(
      `${file}, which pip would install, is not the genuine ${target.distribution} ${target.tensorflow} wheel (its sha256 ` +
        'differs): replace or remove it.',
    );
  }
  return { kind: 'local', file, dispose: () => Promise.resolve() };
}

async function wholeByHttp(context: FetchContext, url: string): Promise<Wheel> {
  const { target, layout, report, transfer } = context;
  const file = claimPart(path.join(layout.downloads, `wheel-${target.wheelSha256.slice(0, 16)}`));
  const onProgress = (bytes: number): void => {
    report.progress(bytes, target.wheelSize, 'bytes');
  };
  await withSpace(layout.downloads, wholeSize(target), () =>
    download(url, file, undefined, { ...transfer, onProgress }),
  );
  const dispose = (): Promise<void> => rm(file, { force: true });
  if ((await sha256Of(file)) !== target.wheelSha256) {
    const { size } = await stat(file);
    await dispose();
    throw new DamagedDownload(`the ${size} bytes of the wheel have the wrong sha256`);
  }
  return { kind: 'local', file, dispose };
}

async function wholeByPip(context: FetchContext, pip: Pip, why: string): Promise<Wheel> {
  const { target, layout, report } = context;
  report.note(`${why}: pip downloads the whole wheel (${megabytes(target.wheelSize)})`);
  const folder = partOf(path.join(layout.downloads, 'wheel'));
  await mkdir(folder, { recursive: true });
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });
  // pip tells nothing that a program could read, but its temporary files grow, until it moves them.
  let most = 0;
  const watch = setInterval(() => {
    void folderSize(pip.temporary).then((bytes) => {
      most = Math.max(most, bytes);
      report.progress(most, target.wheelSize, 'bytes');
    });
  }, 500);
  try {
    await withSpace(layout.downloads, wholeSize(target), () => downloadWheel(pip, target, folder));
    const name = (await readdir(folder)).find((entry) => entry.endsWith('.whl'));
    if (name === undefined)
      throw new SetupError('pip said that it downloaded the TensorFlow wheel, and there is none: run this again.');
    const file = path.join(folder, name);
    if ((await sha256Of(file)) !== target.wheelSha256) throw new DamagedDownload(`${name} has the wrong sha256`);
    return { kind: 'local', file, dispose };
  } catch (error) {
    await dispose();
    throw error;
  } finally {
    clearInterval(watch);
  }
}

/** The whole wheel and what is taken out of it lie on the disk together. */
function wholeSize({ wheelSize, unpackedSize }: WheelTarget): number {
  return wheelSize + unpackedSize;
}

async function folderSize(folder: string): Promise<number> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const sizes = await Promise.all(
      files.map(async (file) => (await stat(path.join(file.parentPath, file.name))).size),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    // pip moves its files while they are being counted.
    return 0;
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
