import { randomBytes } from 'node:crypto';
import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * Unfinished files and folders. Each is named `NAME.HOST-PID-RANDOM.part`, so that two runs never write to the same one, and
 * a run can tell what a killed one left behind.
 */
const pattern = /^(?<name>.+)\.(?<host>[^.]+)-(?<pid>\d+)-[0-9a-f]+\.part$/;
const host =
  os
    .hostname()
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 32) || 'host';

/** Another machine's unfinished file (a shared home folder) is taken for abandoned after this long without a write; ms. */
const ABANDONED_AFTER = 10 * 60_000;

/** A path beside `file` that nobody else writes to. */
export function partOf(file: string): string {
  return `${file}.${host}-${process.pid}-${randomBytes(4).toString('hex')}.part`;
}

/** The path to write `file`'s bytes to: what a killed run left of it, taken over by rename, or a fresh one. */
export function claimPart(file: string): string {
  const folder = path.dirname(file);
  const mine = partOf(file);
  for (const entry of listing(folder)) {
    if (pattern.exec(entry)?.groups?.name !== path.basename(file) || !isAbandoned(path.join(folder, entry))) continue;
    try {
      renameSync(path.join(folder, entry), mine);
      return mine;
    } catch {
      // Another run took it first.
    }
  }
  return mine;
}

/** Removes from `folder` what killed runs left. */
export function sweepParts(folder: string): void {
  for (const entry of listing(folder)) {
    const file = path.join(folder, entry);
    if (pattern.test(entry) && isAbandoned(file)) rmSync(file, { recursive: true, force: true });
  }
}

function listing(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isAbandoned(file: string): boolean {
  const owner = pattern.exec(path.basename(file))?.groups;
  if (owner?.host === host) return !isAlive(Number(owner.pid));
  try {
    return Date.now() - statSync(file).mtimeMs > ABANDONED_AFTER;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
