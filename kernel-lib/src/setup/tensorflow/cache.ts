import os from 'node:os';
import path from 'node:path';

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The folder that outlives a clone: `$UNROLLED_CACHE`, else `unrolled` in the user's cache folder
 * (`$XDG_CACHE_HOME`, `~/.cache`; `~/Library/Caches` on macOS).
 */
export function cacheRoot(env: Environment, platform: NodeJS.Platform = process.platform): string {
  const chosen = env.UNROLLED_CACHE;
  if (chosen !== undefined && chosen !== '') return path.resolve(chosen);
  const xdg = env.XDG_CACHE_HOME;
  const home = env.HOME ?? os.homedir();
  // The XDG specification says to ignore a relative path.
  if (xdg !== undefined && path.isAbsolute(xdg)) return path.join(xdg, 'unrolled');
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'unrolled');
  return path.join(home, '.cache', 'unrolled');
}

/** Where everything about one TensorFlow on one platform lies. */
export interface CacheLayout {
  /** Appears by one rename with everything in it, so it is whole whenever it is there. */
  readonly runtime: string;
  readonly libraries: string;
  readonly headers: string;
  /** Compiled addons: they depend on the tfjs-node version and the Node-API version too. */
  readonly addons: string;
  /** Slices of the wheel on their way in. */
  readonly downloads: string;
}

/** Raised when the selection of files or the compiler flags change, so that an older cache is left alone. */
const RECIPE = 1;

/** Paths inside the cache `root` for a TensorFlow version and platform. */
export function cacheLayout(root: string, tensorflow: string, platform: string): CacheLayout {
  const key = `${tensorflow}-${platform}-r${RECIPE}`;
  const base = path.join(root, 'tensorflow');
  const runtime = path.join(base, key);
  return {
    runtime,
    libraries: path.join(runtime, 'lib'),
    headers: path.join(runtime, 'include'),
    addons: path.join(base, `${key}-addons`),
    downloads: path.join(base, `${key}-downloads`),
  };
}
