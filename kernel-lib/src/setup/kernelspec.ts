import fs from 'node:fs';
import path from 'node:path';
import { SetupError, type Report } from './report';
import { holds, writeWhole } from './whole-file';

export interface KernelspecOptions {
  /** The project's folder, which holds `kernel-lib`. */
  readonly project: string;
  /** The project's own Python environment; the user's Jupyter is never touched. */
  readonly venv: string;
  readonly report: Report;
  /** The Node.js that runs the kernel; the running one unless said otherwise. */
  readonly node?: string;
}

/**
 * Tells the Jupyter in `venv` how to start the TypeScript kernel: `share/jupyter/kernels/tslab/kernel.json`. The paths inside
 * are absolute, because a kernel starts in its notebook's folder; they are written again when Node or the project moved.
 *
 * @throws SetupError when `venv` is no Python environment or cannot be written to.
 */
export function installKernelspec({ project, venv, report, node = process.execPath }: KernelspecOptions): void {
  report.start('Notebook kernel');
  if (!fs.existsSync(path.join(venv, 'pyvenv.cfg'))) {
    throw new SetupError(`No Python environment at ${venv}: run npm run setup, which makes one.`);
  }
  const file = path.join(venv, 'share/jupyter/kernels/tslab/kernel.json');
  const spec = {
    argv: [node, path.resolve(project, 'kernel-lib/dist/kernel/main.js'), '--config-path', '{connection_file}'],
    display_name: 'TypeScript',
    language: 'typescript',
    // glibc gives every thread an arena of its own, which costs the kernel's threads 10 MB and nobody gains by
    env: { MALLOC_ARENA_MAX: '4' },
    interrupt_mode: 'message',
    metadata: { debugger: false },
  };
  const text = `${JSON.stringify(spec, null, 2)}\n`;
  if (holds(file, text)) {
    report.done('already there');
    return;
  }
  try {
    writeWhole(file, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetupError(
      `Could not write the kernelspec ${file} (${reason}): make the folder writable and run npm run setup.`,
    );
  }
  report.done('installed as "tslab"');
}
