import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { jupyterEnvironment } from '../../../scripts/lib/jupyter-environment.ts';
import { eventually, fakeCommand, isAlive, repository, startNode, temporaryFolder, write, type Running } from './fakes';

const importing = (name: string): string => JSON.stringify(path.join(repository, 'scripts/lib', name));

interface Lab extends Running {
  readonly project: string;
}

/** Runs `startLab` in a process of its own, as `npm start` does, in an empty project. */
function startLab(python: string, port?: number): Lab {
  const project = temporaryFolder();
  write(path.join(project, 'notebooks/02-chapter.ipynb'), '{}');
  const options = { project, python, chapter: 'notebooks/02-chapter.ipynb', browser: false };
  const code = `import { startLab } from ${importing('lab.ts')};
    const options = { ...${JSON.stringify(options)}, port: ${port ?? 'undefined'} };
    startLab(options).then((code) => process.exit(code), (error) => { console.error(error.message); process.exit(1); });`;
  const script = write(path.join(project, 'start.mts'), code);
  return { project, ...startNode(['--import', 'tsx', script], { cwd: repository, env: process.env }) };
}

/** A JupyterLab of shell: it writes down where it listens, and waits. */
const pretends = `echo '{ "url": "http://localhost:1234/" }' > "$JUPYTER_RUNTIME_DIR/jpserver-$$.json"`;

function fakePython(body: string): string {
  const prepare =
    'mkdir -p "$JUPYTER_RUNTIME_DIR"; for last in "$@"; do :; done; echo "$*" > "$JUPYTER_RUNTIME_DIR/arguments"';
  return fakeCommand(path.join(temporaryFolder(), 'python'), `${prepare}\n${body}`);
}

const address = (lab: Lab): Promise<string> => eventually(() => /http:\S+/.exec(lab.output())?.[0]);

it('prints the address of the chapter with its token', async () => {
  const lab = startLab(fakePython(`${pretends}; sleep 300`));
  expect(await address(lab)).toMatch(
    /^http:\/\/localhost:1234\/lab\/tree\/notebooks\/02-chapter\.ipynb\?token=[0-9a-f]{48}$/,
  );
  const args = fs.readFileSync(path.join(lab.project, 'build/jupyter/runtime/arguments'), 'utf8');
  expect(args).toContain('--ServerApp.open_browser=False');
  expect(args.includes('--allow-root')).toBe(process.getuid?.() === 0);
  expect(args).not.toContain('--ServerApp.port=');
  lab.child.kill('SIGINT');
  expect((await lab.ending).code).toBe(0);
});

it('says that a port is taken', async () => {
  const server = net.createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  const { code, stderr } = await startLab('/nowhere/python', port).ending;
  expect(code).toBe(1);
  expect(stderr).toBe(
    `Port ${port} is in use: name another one with --port, or leave it out to get one that is free.\n`,
  );
});

it.each([
  [
    'that does not start',
    'echo "no module named jupyterlab"; exit 3',
    /^JupyterLab did not start: no module named jup/,
  ],
  [
    'that dies',
    `${pretends}; echo "out of memory"; sleep 1; exit 3`,
    /^JupyterLab ended: out of memory \(its output is in/,
  ],
])('says what a JupyterLab said %s', async (_, body, expected) => {
  const { code, stderr } = await startLab(fakePython(body)).ending;
  expect(code).toBe(1);
  expect(stderr).toMatch(expected);
});

interface Session {
  readonly lab: Lab;
  /** The processes of the server and of a kernel in it. */
  readonly pids: readonly number[];
}

/** The real JupyterLab of this project with a kernel running in it. */
async function openSession(): Promise<Session> {
  const lab = startLab(path.join(repository, '.venv/bin/python'));
  const { origin, searchParams } = new URL(await address(lab));
  const headers = { Authorization: `token ${searchParams.get('token') ?? ''}` };
  const answer = await fetch(`${origin}/api/kernels`, { method: 'POST', headers, body: '{ "name": "python3" }' });
  expect(answer.status).toBe(201);
  const server = fs
    .readdirSync(path.join(lab.project, 'build/jupyter/runtime'))
    .find((name) => /^jpserver-\d+\.json$/.test(name));
  const serverPid = Number(/\d+/.exec(server ?? '')?.[0]);
  const kernelPid = await eventually(() => kernelOf(serverPid));
  return { lab, pids: [serverPid, kernelPid] };
}

function kernelOf(server: number): number | undefined {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  const row = rows.find(([, parent, ...args]) => Number(parent) === server && args.includes('ipykernel_launcher'));
  return row && Number(row[0]);
}

it('stops the real JupyterLab and its kernels when it is interrupted', async () => {
  const { lab, pids } = await openSession();
  lab.child.kill('SIGINT');
  expect(await lab.ending).toMatchObject({ code: 0, stderr: '' });
  expect(pids.filter(isAlive)).toEqual([]);
});

it('takes the real JupyterLab and its kernels down with it when it is killed', async () => {
  const { lab, pids } = await openSession();
  lab.child.kill('SIGKILL');
  await eventually(() => !pids.some(isAlive));
});

it('keeps to its own Jupyter folders', () => {
  const project = temporaryFolder();
  const env = jupyterEnvironment(project, { PATH: '/bin', JUPYTER_PATH: '/theirs', JUPYTER_CONFIG_DIR: '/theirs' });
  expect(env.PATH).toBe('/bin');
  const folders = Object.entries(env).filter(([name, value]) => name !== 'PATH' && value !== undefined);
  expect(folders).toHaveLength(4);
  for (const [, folder] of folders) expect(folder).toMatch(new RegExp(`^${project}/build/jupyter/`));
});

it.each([
  [['--port', 'many'], '--port is "many", and a port is a whole number from 1 to 65535.\n'],
  [['--prot', '1'], /^Unknown option '--prot'.*--help/],
])('refuses %j', async (args, expected) => {
  const options = { cwd: repository, env: { ...process.env, UNROLLED_DEBUG: '' } };
  const { code, stderr } = await startNode(['--import', 'tsx', 'scripts/start.ts', ...args], options).ending;
  expect(code).toBe(1);
  expect(stderr).toMatch(expected);
});

it('prints its help', async () => {
  const options = { cwd: repository, env: process.env };
  const { code, stdout } = await startNode(['--import', 'tsx', 'scripts/start.ts', '--help'], options).ending;
  expect(code).toBe(0);
  expect(stdout).toContain('--headless');
});
