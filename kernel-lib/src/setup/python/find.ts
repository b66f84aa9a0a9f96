import { runCommand } from '../command';
import { SetupError } from '../report';

/** A Python that can make the project's environment. */
export interface Python {
  /** The interpreter's own path, behind whatever link or shim named it. */
  readonly executable: string;
  /** Such as "3.12". */
  readonly version: string;
}

interface Found extends Python {
  readonly hasVenv: boolean;
}

/** requirements.txt is solved for Python 3.10 and newer. */
const oldest = 10;

const names: readonly string[] = [
  // 3.14 behind the rest: the newest Python is the last one that every package has a wheel for
  ...[13, 12, 11, 10, 14].map((minor) => `python3.${minor}`),
  'python3',
  'python',
];

/** Isolated, so that a `json.py` in the current folder or a PYTHONPATH is not taken for Python's own. */
const question = `
import importlib.util, json, sys
modules = all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))
print(json.dumps([list(sys.version_info[:2]), sys.executable, modules]))`;

/**
 * The Python named by `$PYTHON`, else the first on the PATH that is new enough and has the `venv` module.
 * Names are tried by running them: a shim may be there for a Python that is not.
 *
 * @throws {SetupError} when there is none, saying what is missing.
 */
export async function findPython(env: NodeJS.ProcessEnv): Promise<Python> {
  const chosen = env.PYTHON;
  const found: Found[] = [];
  for (const name of chosen ? [chosen] : names) {
    const python = await ask(name, env);
    if (python === undefined) continue;
    if (isUsable(python)) return python;
    found.push(python);
  }
  throw new SetupError(whyNot(found, chosen));
}

function isUsable({ version, hasVenv }: Found): boolean {
  return hasVenv && isNewEnough(version);
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 3 || (major === 3 && minor >= oldest);
}

function whyNot(found: readonly Found[], chosen: string | undefined): string {
  const instead =
    'install Python 3.10 to 3.14 (Debian and Ubuntu: `apt install python3 python3-venv`; Fedora: `dnf install python3`; macOS: `brew install python`), or name one in PYTHON, and run the command again.';
  const withoutVenv = found.find(({ version }) => isNewEnough(version));
  if (withoutVenv !== undefined) {
    const { version, executable } = withoutVenv;
    return `Python ${version} (${executable}) has no \`venv\` module: install it (Debian and Ubuntu: \`apt install python3-venv\` or \`python${version}-venv\`) and run the command again.`;
  }
  const [old] = found;
  if (old !== undefined) return `Python ${old.version} (${old.executable}) is too old: ${instead}`;
  if (chosen)
    return `PYTHON is ${chosen}, which does not run as a Python: correct it or unset it, and run the command again.`;
  return `No Python was found on the PATH: ${instead}`;
}

async function ask(name: string, env: NodeJS.ProcessEnv): Promise<Found | undefined> {
  const { code, output } = await runCommand(name, ['-I', '-c', question], { cwd: '/', env });
  if (code !== 0) return undefined;
  // warnings may stand around it
  const answer = output.split('\n').find((line) => line.startsWith('[['));
  if (answer === undefined) return undefined;
  const [[major, minor], executable, hasVenv] = JSON.parse(answer) as [[number, number], string, boolean];
  return { version: `${major}.${minor}`, executable, hasVenv };
}
