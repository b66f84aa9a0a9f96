import path from 'node:path';
import { here } from '../data/folders';
import { checkFileName } from './file-name';

/**
 * Where a result lies or would lie, in a folder of `bench/results`; undefined where kernel-lib is no part of a clone.
 *
 * @throws Error, in the name of `caller`, for a name that is no plain file name
 */
export function resultFile(caller: string, folder: string, name: string, ending: string): string | undefined {
  checkFileName(caller, name);
  const { project } = here();
  return project === undefined ? undefined : path.join(project, 'bench', 'results', folder, `${name}.${ending}`);
}
