import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { here } from '../data/folders';
import { checkFileName } from './file-name';

/**
 * Where a chapter keeps a long training, so that the next run goes on where this one was stopped: `build/checkpoints/NAME.safetensors`
 * of the clone, or the user's cache where kernel-lib was installed as a package. The folder is made. Delete the file to begin again.
 * ```ts
 * train.fit({ ..., checkpoint: { path: course.checkpointFile('09-lstm'), resume: true } });
 * ```
 *
 * @throws Error for a name that is no plain file name
 */
export function checkpointFile(name: string): string {
  checkFileName('checkpointFile', name);
  const { env, project } = here();
  const cache = env.XDG_CACHE_HOME ?? path.join(env.HOME ?? homedir(), '.cache');
  const folder = project === undefined ? path.join(cache, 'unrolled', 'checkpoints') : path.join(project, 'build', 'checkpoints'); // prettier-ignore
  mkdirSync(folder, { recursive: true });
  return path.join(folder, `${name}.safetensors`);
}
