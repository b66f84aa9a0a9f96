import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { here } from '../data/folders';

/**
 * What a long run has found out and the project keeps: `bench/results/NAME.json` of the clone, as plain data. Undefined where there
 * is none, as where kernel-lib was installed as a package.
 *
 * @throws Error for a name that is no plain file name
 */
export function recorded(name: string): unknown {
  if (!/^[\w.-]+$/.test(name)) {
    throw new Error(`recorded: got '${name}', expected a name of letters, digits, '-', '_' and '.' alone.`);
  }
  const { project } = here();
  const file = path.join(project ?? '', 'bench', 'results', `${name}.json`);
  return project !== undefined && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as unknown) : undefined;
}
