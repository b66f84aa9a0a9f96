import fs from 'node:fs';
import path from 'node:path';
import { Linter } from 'eslint';
import { expect, it } from 'vitest';
import {
  eventually,
  isAlive,
  pidIn,
  repository,
  startNode,
  temporaryFolder,
  write,
  type Ending,
  type Running,
} from './fakes';

const scripts = ['bootstrap.cjs', 'lib/packages.cjs', 'lib/npm.cjs', 'lib/lock.cjs'];
const printArguments = 'console.log(`script ${process.argv.slice(2).join(" ")}`); process.exitCode = 3;';
const installs = `
  const fs = require('node:fs');
  fs.appendFileSync('npm.log', process.argv.slice(2).join(' ') + '\\n');
  fs.rmSync('node_modules', { recursive: true, force: true });
  fs.mkdirSync('node_modules');
  fs.symlinkSync(${JSON.stringify(path.join(repository, 'node_modules/tsx'))}, 'node_modules/tsx');`;

/** A project with the real bootstrap, a lockfile of one package, and an npm that does what the test says. */
function makeProject({ npm = installs, script = printArguments }: { npm?: string; script?: string } = {}): string {
  const project = temporaryFolder();
  for (const name of scripts) {
    write(path.join(project, 'scripts', name), fs.readFileSync(path.join(repository, 'scripts', name), 'utf8'));
  }
  write(path.join(project, 'package.json'), '{ "name": "small", "dependencies": { "left": "1.0.0" } }');
  const left = { version: '1.0.0', integrity: `sha512-${'A'.repeat(86)}==` };
  const packages = { '': { name: 'small', dependencies: { left: '1.0.0' } }, 'node_modules/left': left };
  write(path.join(project, 'package-lock.json'), JSON.stringify({ name: 'small', lockfileVersion: 3, packages }));
  write(path.join(project, 'scripts/setup.ts'), script);
  setNpm(project, npm);
  return project;
}

function setNpm(project: string, body: string): void {
  write(path.join(project, 'npm/npm-cli.js'), body);
}

function start(project: string, env: NodeJS.ProcessEnv = {}): Running {
  const npm = path.join(project, 'npm/npm-cli.js');
  return startNode(['scripts/bootstrap.cjs', 'setup', 'a', '--b'], {
    cwd: project,
    env: { ...process.env, npm_execpath: npm, NODE_OPTIONS: '', UNROLLED_DEBUG: '', ...env },
  });
}

const run = (project: string, env?: NodeJS.ProcessEnv): Promise<Ending> => start(project, env).ending;

/** Code that runs first in every Node of the test: it makes the machine look different. */
function pretend(project: string, code: string): NodeJS.ProcessEnv {
  return { NODE_OPTIONS: `--require ${write(path.join(project, 'pretend.cjs'), code)}` };
}

const npmRuns = (project: string): string[] => {
  const log = path.join(project, 'npm.log');
  return fs.existsSync(log) ? fs.readFileSync(log, 'utf8').trim().split('\n') : [];
};

const sentence = (ending: Ending): string => {
  expect(ending.code).toBe(1);
  expect(ending.stderr.trim().split('\n')).toHaveLength(1);
  return ending.stderr.trim();
};

it('installs once, and runs the script with its arguments and its exit code', async () => {
  const project = makeProject();
  expect(await run(project)).toMatchObject({ code: 3, stdout: expect.stringContaining('script a --b') as string });
  expect(await run(project)).toMatchObject({ code: 3, stdout: 'script a --b\n' });
  expect(npmRuns(project)).toEqual(['ci']);
});

it.each([
  ['18.20.4', '20.19'],
  ['20.18.3', '20.19'],
  ['21.7.3', '22.13'],
  ['22.12.0', '22.13'],
])('refuses Node %s', async (version, needed) => {
  const project = makeProject();
  const env = pretend(
    project,
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`,
  );
  expect(sentence(await run(project, env))).toBe(
    `Node ${version} is too old: Unrolled needs ${needed} or newer; install it from nodejs.org or with \`nvm install 22\`.`,
  );
  expect(npmRuns(project)).toEqual([]);
});

it('refuses Windows with a way out', async () => {
  const project = makeProject();
  const env = pretend(project, "Object.defineProperty(process, 'platform', { value: 'win32' })");
  expect(sentence(await run(project, env))).toContain('install WSL');
});

it('has no syntax that a Node of 2017 could not read', () => {
  const code = fs.readFileSync(path.join(repository, 'scripts/bootstrap.cjs'), 'utf8');
  const check = (text: string): unknown[] =>
    new Linter().verify(text, { languageOptions: { ecmaVersion: 2016, sourceType: 'commonjs' } });
  expect(check(code)).toEqual([]);
  expect(check('a?.b')).not.toEqual([]);
});

it('installs again when the lockfile changed', async () => {
  const project = makeProject();
  await run(project);
  fs.appendFileSync(path.join(project, 'package-lock.json'), '\n');
  await run(project);
  expect(npmRuns(project)).toEqual(['ci', 'ci']);
});

it('accepts what npm installed by hand, and not another version of it', async () => {
  const project = makeProject();
  await run(project);
  const record = (version: string): void => {
    fs.rmSync(path.join(project, 'node_modules/.unrolled.json'), { force: true });
    const packages = { 'node_modules/left': { version } };
    write(path.join(project, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
  };
  record('1.0.0');
  await run(project);
  expect(npmRuns(project)).toEqual(['ci']);
  record('0.9.0');
  await run(project);
  expect(npmRuns(project)).toEqual(['ci', 'ci']);
});

it('says what npm said when it fails, and installs the next time', async () => {
  const project = makeProject({
    npm: "console.error('npm error code E418\\nnpm error teapot'); process.exitCode = 1;",
  });
  expect(sentence(await run(project))).toBe('`npm ci` failed (its output is in build/logs/npm-ci.log): teapot');
  expect(fs.readFileSync(path.join(project, 'build/logs/npm-ci.log'), 'utf8')).toContain('E418');
  setNpm(project, installs);
  expect((await run(project)).code).toBe(3);
});

it('says that npm reached no registry', async () => {
  const project = makeProject();
  const real = (process.env.PATH ?? '').split(':').map((folder) => path.join(folder, 'npm'));
  const npm = real.find((file) => fs.existsSync(file));
  const ending = await run(project, {
    npm_execpath: npm === undefined ? process.env.npm_execpath : fs.realpathSync(npm),
    npm_config_registry: 'http://127.0.0.1:9/',
    npm_config_cache: path.join(project, 'cache'),
    npm_config_fetch_retries: '0',
    npm_config_prefer_offline: 'false',
    // as under `npm run -s`
    npm_config_loglevel: 'silent',
  });
  expect(sentence(ending)).toContain('npm could not reach its registry for the Node packages');
});

it('says that the disk is too full before anything is written', async () => {
  const project = makeProject();
  const env = pretend(project, "require('node:fs').statfsSync = () => ({ bavail: 3, bsize: 1e8 })");
  expect(sentence(await run(project, env))).toBe(
    'The disk is too full: set-up needs about 2.2 GB and has 0.3 GB; free some space and run the command again.',
  );
  expect(npmRuns(project)).toEqual([]);
});

it('says that the disk filled up while npm wrote', async () => {
  const npm =
    "console.error('npm error code ENOSPC\\nnpm error nospc ENOSPC: no space left on device, write'); process.exitCode = 228;";
  expect(sentence(await run(makeProject({ npm })))).toMatch(
    /^The disk is full: npm could not write the Node packages;/,
  );
});

it('says that there is no npm', async () => {
  const project = makeProject();
  const ending = await run(project, { npm_execpath: '', PATH: path.join(project, 'nowhere') });
  expect(sentence(ending)).toContain('There is no npm on the PATH');
});

it('takes npm down with it when it is killed, and installs the next time', async () => {
  const project = makeProject({
    npm: "require('node:fs').writeFileSync('npm.pid', String(process.pid)); setInterval(() => {}, 1000);",
  });
  const { child } = start(project);
  const pid = await eventually(() => pidIn(path.join(project, 'npm.pid')));
  expect(isAlive(pid)).toBe(true);
  child.kill('SIGKILL');
  await eventually(() => !isAlive(pid));
  setNpm(project, installs);
  expect((await run(project)).code).toBe(3);
});

it('lets two at once install once', async () => {
  const npm = `${installs} setTimeout(() => undefined, 1000);`;
  const project = makeProject({ npm });
  const endings = await Promise.all([run(project), run(project)]);
  expect(endings.map(({ code }) => code)).toEqual([3, 3]);
  expect(npmRuns(project)).toEqual(['ci']);
});

it('passes signals on, and ends as the script ended', async () => {
  const obeys = "process.on('SIGTERM', () => process.exit(7)); console.log('ready'); setInterval(() => {}, 1000);";
  const project = makeProject({ script: obeys });
  const first = start(project);
  await eventually(() => first.output().includes('ready'));
  first.child.kill('SIGTERM');
  expect(await first.ending).toMatchObject({ code: 7, signal: null });

  write(path.join(project, 'scripts/setup.ts'), "console.log('ready'); setInterval(() => {}, 1000);");
  const second = start(project);
  await eventually(() => second.output().includes('ready'));
  second.child.kill('SIGTERM');
  expect(await second.ending).toMatchObject({ code: null, signal: 'SIGTERM' });
});
