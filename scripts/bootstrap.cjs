// @ts-check
'use strict';
/**
 * `node scripts/bootstrap.cjs NAME args`: checks Node, installs the Node packages unless they are those of
 * package-lock.json, then runs scripts/NAME.ts. It is JavaScript because it runs before anything is installed, and has no
 * syntax newer than Node 8, so that an old Node gets as far as the sentence that says so.
 */
const childProcess = require('child_process');
const path = require('path');

const root = path.resolve(__dirname, '..');
const names = [
  'setup',
  'start',
  'test',
  'notebooks',
  'check-notebooks',
  'datasets',
  'bench',
  'bench-kernel',
  'bench-optimizers',
  'paper-bench',
  'nietzsche',
];

/**
 * Our tools accept 20.19, 22.13 and newer.
 * @param {string} version such as "20.19.0"
 */
function refuseOldNode(version) {
  const parts = version.split('.').map(Number);
  const major = parts[0] || 0;
  const minor = parts[1] || 0;
  if (major > 22 || (major === 22 && minor >= 13) || (major === 20 && minor >= 19)) return undefined;
  const needed = major > 20 ? '22.13' : '20.19';
  return `Node ${version} is too old: Unrolled needs ${needed} or newer; install it from nodejs.org or with \`nvm install 22\`.`;
}

/** @param {NodeJS.Platform} platform */
function refuseWindows(platform) {
  if (platform !== 'win32') return undefined;
  return 'Unrolled does not run on Windows itself: install WSL (`wsl --install`), clone the project inside it and run the command there.';
}

/** @param {string} name */
function refuseName(name) {
  if (names.indexOf(name) >= 0) return undefined;
  return `There is no script called "${name}": choose one of ${names.join(', ')}.`;
}

/**
 * Runs scripts/NAME.ts in this one's place: same streams, same signals, same exit.
 * @param {string} name
 * @param {string[]} args
 */
function handOver(name, args) {
  const script = path.join('scripts', `${name}.ts`);
  const command = ['--import', 'tsx', script].concat(args);
  // TensorFlow greets on stderr otherwise; its warnings and errors are still told
  const env = Object.assign({ TF_CPP_MIN_LOG_LEVEL: '1' }, process.env);
  const child = childProcess.spawn(process.execPath, command, { cwd: root, env, stdio: 'inherit' });
  const signals = /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  signals.forEach((signal) => process.on(signal, () => child.kill(signal)));
  child.on('error', (error) => fail(error.message));
  child.on('close', (code, signal) => {
    if (!signal) return process.exit(code === null ? 1 : code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** @param {string} sentence */
function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

const name = process.argv[2] || '';
const refusal = refuseOldNode(process.versions.node) || refuseWindows(process.platform) || refuseName(name);
if (refusal) {
  fail(refusal);
} else {
  // not before: this file has today's syntax
  const packages = require('./lib/packages.cjs');
  const failed = (/** @type {unknown} */ error) => fail(packages.sentenceOf(error));
  packages.ensurePackages(root).then(() => handOver(name, process.argv.slice(3)), failed);
}
