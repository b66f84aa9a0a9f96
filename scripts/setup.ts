/** `npm run setup`: everything that the other commands need, each step done only where something is missing. */
import path from 'node:path';
import {
  buildLibrary,
  installJupyterAssets,
  installKernelspec,
  providePython,
  provisionTensorFlow,
} from 'kernel-lib/setup';
import { acquireLock, lockFile } from './lib/lock.cjs';
import { runScript } from './lib/run-script.ts';
import { terminalReport } from './lib/terminal-report.ts';

export const project: string = path.resolve(import.meta.dirname, '..');

/** Where the Python tools are. */
export interface Workplace {
  readonly project: string;
  /** The project's Python environment, `.venv`. */
  readonly venv: string;
  /** Its interpreter. */
  readonly python: string;
}

/**
 * Python first: it fails before anything large is fetched, and its pip fetches the TensorFlow libraries.
 * @throws SetupError, one sentence, when the user has to do something first.
 */
export async function setUp(): Promise<Workplace> {
  const release = await acquireLock(lockFile(project), console.log);
  try {
    const report = terminalReport();
    const { venv, python } = await providePython({ project, report });
    await provisionTensorFlow({ project, report });
    await buildLibrary({ project, report });
    installKernelspec({ project, venv, report });
    installJupyterAssets({ project, venv, report });
    return { project, venv, python };
  } finally {
    release();
  }
}

await runScript(import.meta.url, async () => {
  await setUp();
  return 0;
});
