// @ts-check
'use strict';
/** The Node packages: `npm ci`, when node_modules does not hold what package-lock.json says. */
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { acquireLock, lockFile } = require('./lock.cjs');
const { npmCi } = require('./npm.cjs');

/** Bytes, measured: all that set-up writes, downloads in passing included, and node_modules alone. */
const everything = 2.2e9;
const packagesOnly = 0.8e9;

const platform = `${process.platform}-${process.arch}`;

/** @param {string} project */
const stampFile = (project) => path.join(project, 'node_modules', '.unrolled.json');

/** @param {string} file */
const readJson = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean, link?: boolean }>}
 */
const packagesIn = (file) => readJson(file).packages;

/** @param {string} project */
function wantedStamp(project) {
  const lock = fs.readFileSync(path.join(project, 'package-lock.json'));
  return { lock: createHash('sha256').update(lock).digest('hex'), platform };
}

/**
 * @param {string} project
 * @returns {{ lock?: string, platform?: string } | undefined}
 */
function readStamp(project) {
  try {
    return readJson(stampFile(project));
  } catch {
    return undefined;
  }
}

/** @param {string} project */
function writeStamp(project) {
  const file = stampFile(project);
  fs.writeFileSync(`${file}.part`, JSON.stringify(wantedStamp(project)));
  fs.renameSync(`${file}.part`, file);
}

/**
 * Whether `npm install` or `npm ci` by hand left exactly the locked packages: npm writes its own record last.
 * @param {string} project
 */
function installedByHand(project) {
  try {
    const there = packagesIn(path.join(project, 'node_modules', '.package-lock.json'));
    const wanted = packagesIn(path.join(project, 'package-lock.json'));
    return Object.entries(wanted).every(
      ([name, { version, optional, link }]) =>
        // npm leaves out the optional packages of other platforms, and its record has no workspace folders
        optional === true || !name.includes('node_modules/') || link === true || there[name]?.version === version,
    );
  } catch {
    return false;
  }
}

/** @param {string} project */
function areThere(project) {
  const stamp = readStamp(project);
  // binaries in a folder that is shared with another system are not for this one
  if (stamp && stamp.platform !== platform) return false;
  if (stamp?.lock === wantedStamp(project).lock) return true;
  if (!installedByHand(project)) return false;
  writeStamp(project);
  return true;
}

/** @param {string} project */
function checkDisk(project) {
  const first = !fs.existsSync(path.join(project, 'node_modules')) && !fs.existsSync(path.join(project, '.venv'));
  const needed = first ? everything : packagesOnly;
  const { bavail, bsize } = fs.statfsSync(project);
  if (bavail * bsize >= needed) return;
  const gigabytes = (/** @type {number} */ bytes) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new Error(
    `The disk is too full: set-up needs about ${gigabytes(needed)} and has ${gigabytes(bavail * bsize)}; ` +
      'free some space and run the command again.',
  );
}

/**
 * The stamp goes first and comes back last, so that what was cut off is done again.
 * @param {string} project
 */
async function install(project) {
  checkDisk(project);
  fs.rmSync(stampFile(project), { force: true });
  const wanted = Object.entries(packagesIn(path.join(project, 'package-lock.json')));
  const folders = wanted
    .filter(([name, { optional, link }]) => name.startsWith('node_modules/') && !optional && !link)
    .map(([name]) => path.join(project, name, 'package.json'));

  const started = Date.now();
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  const live = process.stdout.isTTY;
  if (!live) console.log(`… Node packages: ${folders.length} to install`);
  const line = setInterval(() => {
    const done = folders.filter((file) => fs.existsSync(file)).length;
    if (live) process.stdout.write(`\r\x1b[K… Node packages: ${done} of ${folders.length}, ${seconds()}`);
  }, 500);
  try {
    await npmCi(project);
  } finally {
    clearInterval(line);
    if (live) process.stdout.write('\r\x1b[K');
  }
  writeStamp(project);
  console.log(`✓ Node packages: ${folders.length} installed in ${seconds()}`);
}

/** @param {string} project */
async function ensurePackages(project) {
  if (areThere(project)) return;
  const release = await acquireLock(lockFile(project), console.log);
  try {
    // whoever held the lock may have installed them
    if (!areThere(project)) await install(project);
  } finally {
    release();
  }
}

/** @param {unknown} error */
function sentenceOf(error) {
  if (!(error instanceof Error)) return String(error);
  const { code } = /** @type {NodeJS.ErrnoException} */ (error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'The disk is full: free about 2.2 GB and run the command again.';
  return process.env.UNROLLED_DEBUG ? String(error.stack) : error.message;
}

module.exports = { ensurePackages, sentenceOf };
