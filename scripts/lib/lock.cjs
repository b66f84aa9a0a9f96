// @ts-check
'use strict';
/**
 * One set-up at a time. The lock is a symbolic link whose target is the holder's process id, so that link and content
 * appear in one step. The holder keeps touching it: a lock whose holder is dead, or that nobody touched for long, is broken.
 */
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

/** @param {unknown} error */
const codeOf = (error) => /** @type {NodeJS.ErrnoException} */ (error).code;

/** @param {string} file */
function readLock(file) {
  try {
    return { holder: fs.readlinkSync(file), touched: fs.lstatSync(file).mtimeMs };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** @param {string} holder */
function isAlive(holder) {
  // in a restarted container the holder before may have had our own number
  if (holder === String(process.pid)) return false;
  try {
    process.kill(Number(holder), 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/**
 * @param {string} file
 * @returns {(() => void) | undefined} what releases the lock; undefined when another process holds it
 */
function take(file) {
  const mine = String(process.pid);
  try {
    fs.symlinkSync(mine, file);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined;
    throw error;
  }
  const touching = setInterval(() => {
    const now = new Date();
    fs.lutimes(file, now, now, () => undefined);
  }, 2000).unref();
  return () => {
    clearInterval(touching);
    if (readLock(file)?.holder === mine) fs.rmSync(file, { force: true });
  };
}

/**
 * @param {string} file
 * @param {string} holder
 */
function breakLock(file, holder) {
  const taken = `${file}.${process.pid}`;
  try {
    fs.renameSync(file, taken);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return; // another process that waits was quicker
    throw error;
  }
  // what was moved may already be the lock of one that was quicker: it gets it back
  if (readLock(taken)?.holder === holder) fs.rmSync(taken, { force: true });
  else fs.renameSync(taken, file);
}

/**
 * Waits for the lock and takes it.
 * @param {string} file
 * @param {(sentence: string) => void} tell called once when another process holds it
 * @param {{ poll: number, patience: number }} timing milliseconds between looks; looks without a sign of life
 * @returns {Promise<() => void>} what releases it
 */
async function acquireLock(file, tell, timing = { poll: 250, patience: 480 }) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  let seen = 0;
  let unchanged = 0;
  let told = false;
  for (;;) {
    const release = take(file);
    if (release) return release;
    const lock = readLock(file);
    if (!lock) continue;
    // counted in looks, not by the clock: a computer that slept has slept for the holder too
    unchanged = lock.touched === seen ? unchanged + 1 : 0;
    seen = lock.touched;
    if (!isAlive(lock.holder) || unchanged >= timing.patience) {
      breakLock(file, lock.holder);
      continue;
    }
    if (!told) tell(`Another set-up (process ${lock.holder}) is at work in this folder: waiting for it.`);
    told = true;
    await sleep(timing.poll);
  }
}

/** @param {string} project */
const lockFile = (project) => path.join(project, 'build', 'setup.lock');

module.exports = { acquireLock, lockFile };
