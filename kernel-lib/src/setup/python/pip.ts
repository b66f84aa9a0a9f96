import fs from 'node:fs';
import path from 'node:path';
import { runCommand } from '../command';
import { diskFull, saysDiskFull } from '../disk';
import { saysNetworkFailed, saysUntrusted } from '../network';
import { SetupError, type Report } from '../report';
import { tethered } from './tether';

export interface PipOptions {
  readonly project: string;
  /** The environment's interpreter. */
  readonly python: string;
  readonly env: NodeJS.ProcessEnv;
  readonly report: Report;
}

/** Bytes that the environment takes, with what pip unpacks in passing. */
export const ENVIRONMENT_SIZE = 0.5e9;

/**
 * Installs `requirements.txt` with pip. Every pin counts twice in the progress: found (or not for this machine), installed.
 *
 * @throws {SetupError} when pip fails: no network, an untrusted certificate, a full disk, or its own words for anything else.
 */
export async function installRequirements({ project, python, env, report }: PipOptions): Promise<void> {
  const pins = fs.readFileSync(path.join(project, 'requirements.txt'), 'utf8').split('\n').filter(isPin).length;
  const packages = path.dirname(await sitePackages(python, env));
  let found = 0;
  let installed = 0;
  const count = setInterval(() => {
    installed = fs.readdirSync(packages).filter((name) => name.endsWith('.dist-info')).length;
    report.progress(Math.min(found + installed, 2 * pins), 2 * pins, 'items');
  }, 500);
  const onLine = (line: string): void => {
    if (/^(Collecting|Requirement already|Ignoring) /.test(line)) found += 1;
    if (line.startsWith('Ignoring ')) found += 1;
  };
  const args = tethered('pip', 'install', '--no-input', '--progress-bar', 'off', '--requirement', 'requirements.txt');
  try {
    const { code, output } = await runCommand(python, args, {
      cwd: project,
      env: pipEnvironment(env),
      onLine,
      detached: true,
    });
    if (code !== 0) throw explain(output, keepLog(project, output));
  } finally {
    clearInterval(count);
  }
}

function isPin(line: string): boolean {
  return line.trim() !== '' && !line.trimStart().startsWith('#');
}

/** A user's settings that point pip away from the environment would put the packages elsewhere, or stop it. */
function pipEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const elsewhere = { PIP_TARGET: undefined, PIP_PREFIX: undefined, PIP_ROOT: undefined };
  return { ...env, ...elsewhere, PIP_USER: '0', PIP_DISABLE_PIP_VERSION_CHECK: '1' };
}

/** A file inside site-packages. */
async function sitePackages(python: string, env: NodeJS.ProcessEnv): Promise<string> {
  const args = ['-I', '-c', 'import pip; print(pip.__path__[0])'];
  const { code, output } = await runCommand(python, args, { cwd: '/', env });
  if (code !== 0) throw new SetupError(`${python} has no pip: delete the folder .venv and run the command again.`);
  return output.trim();
}

function keepLog(project: string, output: string): string {
  const log = path.join('build/logs/pip.log');
  try {
    fs.mkdirSync(path.join(project, 'build/logs'), { recursive: true });
    fs.writeFileSync(path.join(project, log), output);
  } catch {
    // on a full disk the sentence still has to come out
  }
  return log;
}

function explain(output: string, log: string): SetupError {
  const rest = `(its output is in ${log})`;
  if (saysDiskFull(output)) return diskFull('the Python packages', ENVIRONMENT_SIZE);
  if (saysUntrusted(output)) {
    return new SetupError(
      `pip does not trust the certificate of its index ${rest}: let PIP_CERT name your network's certificate file and run the command again.`,
    );
  }
  if (saysNetworkFailed(output)) {
    return new SetupError(
      `pip could not reach its index for the Python packages ${rest}: check the network (behind a proxy, set HTTPS_PROXY) and run the command again.`,
    );
  }
  const errors = output.split('\n').filter((line) => /^error/i.test(line));
  const words = errors[0] ?? output.trim().split('\n').at(-1) ?? '';
  return new SetupError(`pip could not install the Python packages ${rest}: ${words.replace(/^error:\s*/i, '')}`);
}
