import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** What the lookup depends on, so that tests can set it. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The root of the project's clone; undefined when kernel-lib was installed as a package. */
  readonly project: string | undefined;
}

/** kernel-lib's own folder: this file is in its src/data or its dist/data. */
export const packageRoot: string = path.resolve(__dirname, '..', '..');

/** The surroundings of this process. */
export function here(): Surroundings {
  const parent = path.dirname(packageRoot);
  const isClone = existsSync(path.join(parent, 'package.json')) && existsSync(path.join(parent, 'datasets'));
  return { env: process.env, project: isClone ? parent : undefined };
}

/** A folder where a corpus may lie, and how a message calls it. */
export interface Place {
  readonly folder: string;
  readonly label: string;
}

function userCache(env: Surroundings['env']): string {
  const home = env.HOME ?? homedir();
  if (env.XDG_CACHE_HOME) return path.join(env.XDG_CACHE_HOME, 'unrolled', 'datasets');
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Caches', 'unrolled', 'datasets');
  if (process.platform === 'win32') {
    return path.join(env.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'), 'unrolled', 'datasets');
  }
  return path.join(home, '.cache', 'unrolled', 'datasets');
}

/**
 * Where a corpus is looked for, in order: $UNROLLED_DATASETS, the project's datasets/downloads/, the user's cache.
 *
 * @throws Error when UNROLLED_DATASETS names a folder that is not there.
 */
export function places({ env, project }: Surroundings): Place[] {
  const found: Place[] = [];
  if (env.UNROLLED_DATASETS) {
    const folder = path.resolve(env.UNROLLED_DATASETS);
    if (!existsSync(folder)) {
      throw new Error(
        `UNROLLED_DATASETS is ${folder}, which is not there; expected a folder with corpora: correct the variable or unset it.`,
      );
    }
    found.push({ folder, label: 'UNROLLED_DATASETS' });
  }
  if (project !== undefined) {
    found.push({ folder: path.join(project, 'datasets', 'downloads'), label: "the project's downloads" });
  }
  found.push({ folder: userCache(env), label: "the user's cache" });
  return found;
}

function isWritable(folder: string): boolean {
  let existing = folder;
  while (!existsSync(existing) && existing !== path.dirname(existing)) existing = path.dirname(existing);
  try {
    accessSync(existing, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Where a download goes: the project's downloads; where there is no project, or it belongs to somebody else, the user's
 * cache. Never $UNROLLED_DATASETS.
 */
export function downloadFolder({ env, project }: Surroundings): string {
  const own = places({ env: { ...env, UNROLLED_DATASETS: undefined }, project }).map((place) => place.folder);
  return own.find(isWritable) ?? userCache(env);
}

/** True when the environment says that no corpus may be downloaded. */
export const isOffline = ({ env }: Surroundings): boolean =>
  !['', '0', 'false'].includes((env.UNROLLED_OFFLINE ?? '').toLowerCase());
