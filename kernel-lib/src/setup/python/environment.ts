import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { runCommand } from '../command';
import { checkDisk, diskFull, saysDiskFull } from '../disk';
import { SetupError, type Report } from '../report';
import { hasStamp, writeStamp, type Stamp } from '../stamp';
import { findPython, type Python } from './find';
import { ENVIRONMENT_SIZE, installRequirements } from './pip';
import { tethered } from './tether';

export interface PythonOptions {
  /** The project's folder, which holds `requirements.txt` and will hold `.venv`. */
  readonly project: string;
  readonly report: Report;
  readonly env?: NodeJS.ProcessEnv;
  /** Bytes free on the project's disk; asked of the system unless given. */
  readonly freeBytes?: number;
}

export interface PythonEnvironment {
  /** `.venv` in the project's folder. */
  readonly venv: string;
  /** Its interpreter. */
  readonly python: string;
}

/**
 * Makes `.venv` with the packages of `requirements.txt`, unless it is there: whole, from the same requirements, in the same
 * place (its scripts hold their own path) and with the Python that it was made with. The stamp is written last, so an
 * environment that was cut off is made again from nothing.
 *
 * @throws {SetupError} when there is no usable Python, no network or no space.
 */
export async function providePython(options: PythonOptions): Promise<PythonEnvironment> {
  const { project, report, env = process.env } = options;
  report.start('Python environment');
  const venv = path.join(project, '.venv');
  const python = path.join(venv, 'bin/python');
  const stampFile = path.join(venv, '.unrolled.json');
  // whoever names a Python gets that one, even when an environment with another is there
  const chosen = env.PYTHON ? await findPython(env) : undefined;
  const current = await versionOf(python, env);
  if (current !== undefined && (chosen === undefined || chosen.version === current)) {
    if (hasStamp(stampFile, environmentStamp(project, current))) {
      report.done('already there');
      return { venv, python };
    }
  }
  const base = chosen ?? (await findPython(env));
  await checkDisk(project, 'the Python environment', ENVIRONMENT_SIZE, options.freeBytes);
  fs.rmSync(stampFile, { force: true });
  report.note(`Python ${base.version} (${base.executable})`);
  await makeVenv(base, { project, venv, env });
  await installRequirements({ project, python, env, report });
  writeStamp(stampFile, environmentStamp(project, base.version));
  report.done(`Python ${base.version} in .venv`);
  return { venv, python };
}

function environmentStamp(project: string, version: string): Stamp {
  const requirements = fs.readFileSync(path.join(project, 'requirements.txt'));
  return {
    requirements: createHash('sha256').update(requirements).digest('hex'),
    python: version,
    folder: fs.realpathSync(project),
  };
}

/** The version of the environment's interpreter; undefined when it does not run, as after its Python was uninstalled. */
async function versionOf(python: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (!fs.existsSync(python)) return undefined;
  const print = 'import sys; print("%d.%d" % sys.version_info[:2])';
  const { code, output } = await runCommand(python, ['-I', '-S', '-c', print], { cwd: '/', env });
  return code === 0 ? output.trim() : undefined;
}

async function makeVenv(
  base: Python,
  { project, venv, env }: { project: string; venv: string; env: NodeJS.ProcessEnv },
): Promise<void> {
  const args = tethered('venv', '--clear', venv);
  const { code, output } = await runCommand(base.executable, args, { cwd: project, env, detached: true });
  if (code === 0) return;
  if (saysDiskFull(output)) throw diskFull('the Python environment', ENVIRONMENT_SIZE);
  // Debian's python3 has the module and lacks the pip that it would copy
  if (output.includes('ensurepip')) {
    throw new SetupError(
      `Python ${base.version} (${base.executable}) cannot make an environment with pip in it: install the \`venv\` module (Debian and Ubuntu: \`apt install python3-venv\`) and run the command again.`,
    );
  }
  const words = output.trim().split('\n').at(-1) ?? '';
  throw new SetupError(`Python ${base.version} (${base.executable}) could not make ${venv}: ${words}`);
}
