import { loadCompiler } from './compiler';
import { cellOptions } from './options';
import { Project } from './project';
import { Session } from './session';

/**
 * A notebook without cells yet, in the folder that its packages and relative imports resolve from.
 *
 * @throws Error when tslab is missing or another version.
 */
export function openSession(folder: string): Session {
  const { ts, folder: tslab } = loadCompiler();
  return new Session(ts, new Project(ts, folder, cellOptions(ts, folder, tslab)));
}
