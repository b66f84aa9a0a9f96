import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError, tethered } from 'kernel-lib/setup';
import { jupyterEnvironment } from './jupyter-environment.ts';

export interface LabOptions {
  readonly project: string;
  /** The interpreter that has JupyterLab. */
  readonly python: string;
  /** The notebook to open, as a path from the project's folder. */
  readonly chapter: string;
  /** Whether Jupyter opens a browser. */
  readonly browser: boolean;
  /** Exactly this port; 8888 or the next free one unless given. */
  readonly port: number | undefined;
}

/**
 * Runs JupyterLab until it is interrupted, prints its address, and returns the exit code. Its root is the project's folder, so
 * that a chapter's links reach the library's sources; a kernel still starts in its notebook's folder.
 *
 * @throws SetupError when the port is taken or Jupyter does not come up.
 */
export async function startLab({ project, python, chapter, browser, port }: LabOptions): Promise<number> {
  if (port !== undefined && !(await isFree(port))) {
    throw new SetupError(
      `Port ${port} is in use: name another one with --port, or leave it out to get one that is free.`,
    );
  }
  const env = { ...jupyterEnvironment(project), JUPYTER_TOKEN: randomBytes(24).toString('hex') };
  const page = `/lab/tree/${chapter}`;
  const args = [
    `--ServerApp.root_dir=${project}`,
    `--LabApp.default_url=${page}`,
    `--ServerApp.open_browser=${browser ? 'True' : 'False'}`,
    ...(port === undefined ? [] : [`--ServerApp.port=${port}`, '--ServerApp.port_retries=0']),
    '--MultiKernelManager.default_kernel_name=tslab',
    // the list of extensions comes from the network, and so does the news
    '--LabApp.extension_manager=readonly',
    '--LabApp.news_url=None',
    '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate',
    ...(process.getuid?.() === 0 ? ['--allow-root'] : []),
  ];
  const logFile = path.join(project, 'build/logs/jupyterlab.log');
  fs.mkdirSync(path.dirname(logFile), { recursive: true });
  const log = fs.openSync(logFile, 'w');
  const lab = spawn(python, tethered('jupyterlab', ...args), {
    cwd: project,
    env,
    // a group of its own: Ctrl-C reaches this process, which then stops Jupyter and its kernels in order
    detached: true,
    stdio: ['pipe', log, log],
  });
  fs.closeSync(log);
  const ended = once(lab, 'exit').then(() => undefined);
  const stop = stopOnSignal(lab);

  const url = await Promise.race([addressOf(lab, env.JUPYTER_RUNTIME_DIR), ended]);
  if (url === undefined) {
    if (stop.asked()) return 0;
    throw new SetupError(`JupyterLab did not start: ${lastLine(logFile)} (its output is in build/logs/jupyterlab.log)`);
  }
  console.log(`\nJupyterLab runs at ${url.replace(/\/$/, '')}${page}?token=${env.JUPYTER_TOKEN}\nCtrl-C stops it.`);
  await ended;
  if (stop.asked() || lab.exitCode === 0) return 0;
  throw new SetupError(`JupyterLab ended: ${lastLine(logFile)} (its output is in build/logs/jupyterlab.log)`);
}

/** Jupyter shuts its kernels down on SIGTERM; one that hangs is killed with its group. */
function stopOnSignal(lab: ChildProcess): { asked(): boolean } {
  let asked = false;
  const stop = (): void => {
    if (asked) return;
    asked = true;
    lab.kill('SIGTERM');
    setTimeout(() => {
      if (lab.pid !== undefined && lab.exitCode === null) process.kill(-lab.pid, 'SIGKILL');
    }, 15_000).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  return { asked: () => asked };
}

/** Jupyter writes its address to a file named after its process id once it listens. */
async function addressOf(lab: ChildProcess, runtime: string): Promise<string> {
  const file = path.join(runtime, `jpserver-${lab.pid ?? 0}.json`);
  for (;;) {
    try {
      const { url } = JSON.parse(fs.readFileSync(file, 'utf8')) as { url: string };
      return url;
    } catch {
      await sleep(100, undefined, { ref: false });
    }
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = net.createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

function lastLine(file: string): string {
  return fs.readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? 'it printed nothing';
}
