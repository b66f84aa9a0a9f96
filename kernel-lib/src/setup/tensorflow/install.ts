import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { copyFile, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SetupError } from '../report';
import type { CacheLayout } from './cache';
import { reasonOf } from './errors';
import { partOf, sweepParts } from './parts';
import type { TfjsNode } from './tfjs-node';

/** Where the working addon came from. */
export type Source = 'wheel' | 'official' | 'found';

/** What was verified, so that the next run need not load TensorFlow to know. */
export interface Stamp {
  readonly source: Source;
  /** As the addon reports it. */
  readonly tensorflow: string;
  readonly tfjs: string;
  readonly node: string;
  readonly platform: string;
  /** `size@mtime` of the addon and of the libraries, by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** Links the cached libraries and copies the addon to where tfjs-node looks; each appears by rename. @throws {SetupError} when that folder cannot be written. */
export async function installInto(tfjs: TfjsNode, layout: CacheLayout, addon: string): Promise<void> {
  try {
    await putInPlace(tfjs, layout, addon);
  } catch (error) {
    throw new SetupError(
      `TensorFlow could not be put into ${tfjs.folder} (${reasonOf(error)}): make that folder writable, or free some space, ` +
        'and run this again.',
      { cause: error },
    );
  }
}

async function putInPlace(tfjs: TfjsNode, layout: CacheLayout, addon: string): Promise<void> {
  await rm(stampFile(tfjs), { force: true });
  await mkdir(path.dirname(tfjs.libraries), { recursive: true });
  await mkdir(path.dirname(tfjs.addon), { recursive: true });
  sweepParts(path.dirname(tfjs.libraries));
  sweepParts(path.dirname(tfjs.addon));
  await link(layout.libraries, tfjs.libraries);
  await copyWhole(addon, tfjs.addon);
}

/** Copies a file; the copy appears by rename. */
export async function copyWhole(from: string, to: string): Promise<void> {
  const part = partOf(to);
  await copyFile(from, part);
  await rename(part, to);
}

async function link(from: string, to: string): Promise<void> {
  const part = partOf(to);
  await symlink(from, part);
  try {
    // A rename replaces a link, but not a folder such as the official installer leaves.
    if (lstatSync(to, { throwIfNoEntry: false })?.isDirectory() === true) {
      const old = partOf(to);
      await rename(to, old);
      await rename(part, to);
      await rm(old, { recursive: true, force: true });
    } else {
      await rename(part, to);
    }
  } finally {
    await rm(part, { force: true });
  }
}

/** Records what was just verified; written last. */
export async function writeStamp(tfjs: TfjsNode, source: Source, tensorflow: string): Promise<void> {
  const stamp: Stamp = { source, tensorflow, ...identity(tfjs), files: fingerprints(tfjs) };
  const file = stampFile(tfjs);
  await mkdir(path.dirname(file), { recursive: true });
  const part = partOf(file);
  await writeFile(part, JSON.stringify(stamp, undefined, 1));
  await rename(part, file);
}

/** The stamp of an earlier run, whether or not it still holds. */
export function readStamp(tfjs: TfjsNode): Stamp | undefined {
  try {
    return JSON.parse(readFileSync(stampFile(tfjs), 'utf8')) as Stamp;
  } catch {
    return undefined;
  }
}

/** Whether nothing has changed since the stamp was written: the same versions, and the same files. */
export function stampHolds(stamp: Stamp, tfjs: TfjsNode): boolean {
  try {
    const now = { ...identity(tfjs), files: fingerprints(tfjs) };
    const { tfjs: version, node, platform, files } = stamp;
    return JSON.stringify({ tfjs: version, node, platform, files }) === JSON.stringify(now);
  } catch {
    return false;
  }
}

function identity(tfjs: TfjsNode): Pick<Stamp, 'tfjs' | 'node' | 'platform'> {
  return { tfjs: tfjs.version, node: process.version, platform: `${process.platform}-${process.arch}` };
}

function fingerprints(tfjs: TfjsNode): Record<string, string> {
  // An addon that somebody else built may have its libraries elsewhere.
  const folder = existsSync(tfjs.libraries) ? realpathSync(tfjs.libraries) : undefined;
  const names = folder === undefined ? [] : readdirSync(folder).sort();
  const files = [tfjs.addon, ...names.map((name) => path.join(folder ?? '', name))];
  return Object.fromEntries(files.map((file) => [file, fingerprint(file)]));
}

/** `size@mtime`. */
export function fingerprint(file: string): string {
  const { size, mtimeMs } = statSync(file);
  return `${size}@${mtimeMs}`;
}

function stampFile(tfjs: TfjsNode): string {
  return path.join(tfjs.folder, 'deps', 'unrolled-stamp.json');
}
