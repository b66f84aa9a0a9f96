import path from 'node:path';
import { SetupError } from '../report';
import type { Environment } from './cache';
import { runCommand } from '../command';

export interface PythonSearch {
  /** Interpreters to try, best first. */
  readonly candidates: readonly string[];
  readonly env: Environment;
  readonly signal?: AbortSignal | undefined;
}

/** The project's own environment first: its pip is newer than the system's, and may be the only one. */
export function pythonCandidates(project: string): string[] {
  return [path.join(project, '.venv', 'bin', 'python'), 'python3', 'python'];
}

/**
 * The first Python that has pip.
 * @throws {SetupError} when there is no Python, or none with pip.
 */
export async function findPythonWithPip(search: PythonSearch): Promise<string> {
  let found: string | undefined;
  for (const python of search.candidates) {
    const outcome = await runCommand(python, ['-m', 'pip', '--version'], { ...search, timeout: 60_000 });
    if (outcome.code === 0) return python;
    if (!outcome.missing) found ??= python;
  }
  if (found === undefined) {
    throw new SetupError(
      'Python 3 was not found, and TensorFlow is fetched with its pip: install it (Debian and Ubuntu: `apt install python3 ' +
        'python3-pip python3-venv`; Fedora: `dnf install python3 python3-pip`; macOS: `xcode-select --install`).',
    );
  }
  throw new SetupError(
    `${found} has no pip, and TensorFlow is fetched with it: install pip (Debian and Ubuntu: \`apt install python3-pip ` +
      'python3-venv`; Fedora: `dnf install python3-pip`; elsewhere: `python3 -m ensurepip`).',
  );
}
