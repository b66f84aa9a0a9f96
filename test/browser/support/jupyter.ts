import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { installJupyterAssets } from 'kernel-lib/setup/jupyter-assets';

export const project = path.resolve(import.meta.dirname, '../../..');

/**
 * A folder of one test's own: inside the project, so that a notebook there finds the project's packages, and
 * ignored by git. It holds the notebooks and the assets, and all that Jupyter would otherwise keep in the user's home.
 */
export class Workplace {
  readonly folder: string;
  readonly notebooks: string;

  constructor(name: string) {
    fs.mkdirSync(path.join(project, 'build'), { recursive: true });
    this.folder = fs.mkdtempSync(path.join(project, `build/test-${name}-`));
    this.notebooks = path.join(this.folder, 'notebooks');
    fs.mkdirSync(this.notebooks);
    fs.writeFileSync(path.join(this.folder, 'pyvenv.cfg'), '');
    fs.mkdirSync(path.join(this.folder, 'lib/python3/site-packages'), { recursive: true });
    const report = { start: ignore, progress: ignore, note: ignore, done: ignore };
    installJupyterAssets({ project, venv: this.folder, report });
    this.keepQuiet();
  }

  get env(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      JUPYTER_PATH: path.join(this.folder, 'share/jupyter'),
      JUPYTER_CONFIG_DIR: path.join(this.folder, 'config'),
      JUPYTER_DATA_DIR: path.join(this.folder, 'data'),
      JUPYTER_RUNTIME_DIR: path.join(this.folder, 'runtime'),
      JUPYTERLAB_SETTINGS_DIR: path.join(this.folder, 'settings'),
      JUPYTERLAB_WORKSPACES_DIR: path.join(this.folder, 'workspaces'),
      IPYTHONDIR: path.join(this.folder, 'ipython'),
    };
  }

  python(args: readonly string[]): ChildProcess {
    const program = path.join(project, '.venv/bin/python');
    if (!fs.existsSync(program)) throw new Error(`No Python environment at ${program}: run npm run setup.`);
    return spawn(program, [...args], { cwd: this.notebooks, env: this.env, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** JupyterLab asks at its first start whether it may fetch news. */
  private keepQuiet(): void {
    const folder = path.join(this.folder, 'settings/@jupyterlab/apputils-extension');
    fs.mkdirSync(folder, { recursive: true });
    const settings = { fetchNews: 'false', checkForUpdates: false, doNotDisturbMode: true };
    fs.writeFileSync(path.join(folder, 'notification.jupyterlab-settings'), JSON.stringify(settings));
  }
}

export interface Lab {
  /** The address of a notebook, opened alone and with nothing remembered from before. */
  url(notebook: string): string;
  readonly origin: string;
  stop(): Promise<void>;
}

const TOKEN = 'browser-test';

/** Starts the project's own JupyterLab on a free port of this machine. */
export async function startLab(workplace: Workplace): Promise<Lab> {
  const server = workplace.python([
    ...['-m', 'jupyterlab', '--no-browser', '--allow-root', '--ip=127.0.0.1', '--ServerApp.port=0'],
    ...[`--IdentityProvider.token=${TOKEN}`, `--ServerApp.root_dir=${workplace.notebooks}`],
    ...['--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate', '--LabApp.extension_manager=readonly'],
  ]);
  let log = '';
  for (const stream of [server.stdout, server.stderr]) stream?.on('data', (chunk) => (log += String(chunk)));
  const stop = (): Promise<void> => stopServer(server);
  try {
    const port = await listeningPort(server, path.join(workplace.folder, 'runtime'), () => log);
    const origin = `http://127.0.0.1:${port}`;
    return { origin, url: (notebook) => `${origin}/doc/tree/${notebook}?token=${TOKEN}&reset`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The server writes a file about itself when it is ready. */
async function listeningPort(server: ChildProcess, runtime: string, log: () => string): Promise<number> {
  const file = path.join(runtime, `jpserver-${server.pid}.json`);
  for (let attempt = 0; attempt < 600 && server.exitCode === null; attempt++) {
    await wait(250);
    const port = portIn(file);
    if (port > 0 && (await answers(port))) return port;
  }
  throw new Error(`JupyterLab did not start within 150 s:\n${log()}`);
}

/** 0 until the file is there and whole. */
function portIn(file: string): number {
  try {
    return (JSON.parse(fs.readFileSync(file, 'utf8')) as { port: number }).port;
  } catch {
    return 0;
  }
}

async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/api?token=${TOKEN}`)).ok;
  } catch {
    return false;
  }
}

/** Asked first, so that the server ends its kernels; made to after 20 s. */
async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGTERM');
  const timer = globalThis.setTimeout(() => server.kill('SIGKILL'), 20_000);
  await exited;
  clearTimeout(timer);
}

/** Runs a Python program to its end. Rejects with its output when it fails. */
export async function runPython(workplace: Workplace, args: readonly string[]): Promise<string> {
  const program = workplace.python(args);
  let output = '';
  for (const stream of [program.stdout, program.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
  const [code] = (await once(program, 'close')) as [number | null];
  if (code !== 0) throw new Error(`python ${args.join(' ')} exited with ${code}:\n${output}`);
  return output;
}

function ignore(): void {
  // A test needs no progress.
}
