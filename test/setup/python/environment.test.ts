import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { providePython } from 'kernel-lib/setup';
import { installRequirements } from 'kernel-lib/setup/python/pip';
import { collect, eventually, isAlive, pidIn, repository, startNode, temporaryFolder, write } from '../project/fakes';
import { commands, fakePython, pathWith, type FakePython } from './fake-python';

interface World {
  readonly project: string;
  readonly bin: string;
  readonly log: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A project with two pins, and a machine with a fake Python 3.12. */
function makeWorld(python?: FakePython): World {
  const folder = temporaryFolder();
  const bin = path.join(folder, 'bin');
  const world = { project: path.join(folder, 'project'), bin, log: path.join(folder, 'log'), env: pathWith(bin) };
  write(path.join(world.project, 'requirements.txt'), '# made by a tool\none==1\ntwo==2 ; python_version < "3"\n');
  setPython(world, python);
  return world;
}

function setPython({ bin, log }: World, python?: FakePython): void {
  fakePython(path.join(bin, 'python3'), log, python);
}

const provide = ({ project, env }: World, more: { freeBytes?: number; env?: NodeJS.ProcessEnv } = {}) =>
  providePython({ project, env, report: collect(), ...more });

it('makes the environment once', async () => {
  const world = makeWorld();
  expect(await provide(world)).toEqual({
    venv: path.join(world.project, '.venv'),
    python: path.join(world.project, '.venv/bin/python'),
  });
  const report = collect();
  await providePython({ project: world.project, env: world.env, report });
  expect(report.lines).toEqual(['start Python environment', 'done already there']);
  expect(commands(world.log)).toEqual(['venv 3.12', 'pip']);
});

const twice = ['venv 3.12', 'pip', 'venv 3.12', 'pip'];

it('makes it again from nothing when it was cut off', async () => {
  const world = makeWorld();
  await provide(world);
  const left = write(path.join(world.project, '.venv/lib/half-written'), '');
  fs.rmSync(path.join(world.project, '.venv/.unrolled.json'));
  await provide(world);
  expect(commands(world.log)).toEqual(twice);
  expect(fs.existsSync(left)).toBe(false);
});

it('makes it again when the requirements changed', async () => {
  const world = makeWorld();
  await provide(world);
  fs.appendFileSync(path.join(world.project, 'requirements.txt'), 'three==3\n');
  await provide(world);
  expect(commands(world.log)).toEqual(twice);
});

it('makes it again when the project moved', async () => {
  const world = makeWorld();
  await provide(world);
  const moved = { ...world, project: `${world.project}-moved` };
  fs.renameSync(world.project, moved.project);
  await provide(moved);
  expect(commands(world.log)).toEqual(twice);
});

it('makes it again when its Python is gone, or another version took its place', async () => {
  const world = makeWorld();
  await provide(world);
  fs.rmSync(path.join(world.project, '.venv/bin/python'));
  await provide(world);
  expect(commands(world.log)).toEqual(twice);
  fakePython(path.join(world.project, '.venv/bin/python'), world.log, { version: '3.13' });
  await provide(world);
  expect(commands(world.log)).toEqual([...twice, 'venv 3.12', 'pip']);
});

it('makes it again when PYTHON names another version', async () => {
  const world = makeWorld();
  await provide(world);
  const other = fakePython(path.join(world.bin, 'other'), world.log, { version: '3.10' });
  await provide(world, { env: { ...world.env, PYTHON: other } });
  await provide(world, { env: { ...world.env, PYTHON: other } });
  expect(commands(world.log)).toEqual(['venv 3.12', 'pip', 'venv 3.10', 'pip']);
});

it.each([
  ['[Errno 28] No space left on device', /^The disk is full: the Python packages did not fit; free about 0\.5 GB/],
  ['WARNING: Retrying: Failed to establish a new connection', /^pip could not reach its index for the Python packages/],
  ['SSLCertVerificationError: certificate verify failed', /^pip does not trust the certificate of its index/],
  ['ERROR: No matching distribution found for one==1', /^pip could not install .*pip\.log\): No matching distribution/],
])('turns "%s" into a sentence, and goes on from there the next time', async (words, expected) => {
  const world = makeWorld({ pip: `echo '${words}' >&2; exit 1` });
  await expect(provide(world)).rejects.toThrow(expected);
  expect(fs.readFileSync(path.join(world.project, 'build/logs/pip.log'), 'utf8')).toContain(words);
  setPython(world);
  await provide(world);
  expect(commands(world.log)).toEqual(twice);
});

it('says that the venv module is missing when it only shows in the making', async () => {
  const world = makeWorld({ venv: 'echo "ensurepip is not available."; exit 1' });
  await expect(provide(world)).rejects.toThrow(/cannot make an environment with pip in it: .*apt install python3-venv/);
});

it('looks for space before it writes', async () => {
  const world = makeWorld();
  await expect(provide(world, { freeBytes: 1e8 })).rejects.toThrow(
    /^The disk is too full: the Python environment needs about 0\.5 GB and .* has 0\.1 GB;/,
  );
  expect(commands(world.log)).toEqual([]);
});

it('finishes what a killed run began', async () => {
  const world = makeWorld({ pip: 'echo $$ > "$(dirname "$0")/pid"; sleep 60' });
  const child = write(
    path.join(world.project, 'child.ts'),
    `import { providePython } from ${JSON.stringify(path.join(repository, 'kernel-lib/src/setup/python/index.ts'))};
     const report = { start() {}, progress() {}, note() {}, done() {} };
     void providePython({ project: ${JSON.stringify(world.project)}, env: ${JSON.stringify(world.env)}, report });`,
  );
  const running = startNode(['--import', 'tsx', child], { cwd: repository, env: process.env });
  const pid = await eventually(() => pidIn(path.join(world.project, '.venv/bin/pid')));
  running.child.kill('SIGKILL');
  await running.ending;
  // the fake has no tether: tether.test.ts has the real one
  if (isAlive(pid)) process.kill(-pid, 'SIGKILL');
  setPython(world);
  await provide(world);
  expect(commands(world.log)).toEqual(twice);
});

it.each(['0', '1'])('says that the real pip reached no index, after %s more attempts', async (retries) => {
  const { project } = makeWorld();
  const env = {
    PATH: process.env.PATH,
    PIP_INDEX_URL: 'http://127.0.0.1:9/',
    PIP_RETRIES: retries,
    PIP_CONFIG_FILE: '/dev/null',
  };
  const python = path.join(repository, '.venv/bin/python');
  await expect(installRequirements({ project, python, env, report: collect() })).rejects.toThrow(
    /^pip could not reach its index for the Python packages/,
  );
});
