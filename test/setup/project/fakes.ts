import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Report } from 'kernel-lib/setup';

export const repository: string = path.resolve(import.meta.dirname, '../../..');

/** A folder that goes when the test is over. Its real path, as macOS links its temporary folder. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'unrolled-'));
  onTestFinished(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

export function write(file: string, text: string): string {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  return file;
}

/** A shell script; the folder of `file` may then be a PATH. */
export function fakeCommand(file: string, body: string): string {
  write(file, `#!/bin/sh\n${body}\n`);
  fs.chmodSync(file, 0o755);
  return file;
}

/** Collects what a set-up step tells. */
export function collect(): Report & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    start: (step) => void lines.push(`start ${step}`),
    progress: () => undefined,
    note: (line) => void lines.push(`note ${line}`),
    done: (summary) => void lines.push(`done ${summary}`),
  };
}

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ending: Promise<Ending>;
  /** What it has printed so far. */
  output(): string;
}

/** Starts Node.js on a script; it is killed when the test is over, should it still run. */
export function startNode(args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }): Running {
  const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ending = once(child, 'close').then(() => ({
    code: child.exitCode,
    signal: child.signalCode,
    stdout,
    stderr,
  }));
  return { child, ending, output: () => stdout + stderr };
}

/** Looks until `condition` gives something; vitest's time limit ends a look that never will. */
export async function eventually<Value>(condition: () => Value | undefined | false): Promise<Value> {
  for (;;) {
    const value = condition();
    if (value !== undefined && value !== false) return value;
    await sleep(50);
  }
}

/** The process id in a file, once it is there: a file exists before it has its content, and 0 is one's own group. */
export function pidIn(file: string): number | undefined {
  return (fs.existsSync(file) && Number(fs.readFileSync(file, 'utf8'))) || undefined;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
