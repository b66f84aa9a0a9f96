import path from 'node:path';
import { here } from '../data/folders';

/**
 * Where a result lies or would lie, in a folder of `bench/results`; undefined where kernel-lib is no part of a clone.
 *
 * @throws Error, in the name of `caller`, for a name that is no plain file name
 */
export function resultFile(caller: string, folder: string, name: string, ending: string): string | undefined {
  if (!/^[\w.-]+$/.test(name)) {
    throw new Error(`${caller}: got '${name}', expected a name of letters, digits, '-', '_' and '.' alone.`);
  }
  const { project } = here();
  return project === undefined ? undefined : path.join(project, 'bench', 'results', folder, `${name}.${ending}`);
}
