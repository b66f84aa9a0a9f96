import { spawn } from 'node:child_process';
import { errorCode } from '../disk';
import type { Environment } from './cache';

/** How a child process ended. */
export interface Outcome {
  /** Exit code; null when a signal ended it or it never started. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The program was not found, or may not be executed. */
  readonly missing: boolean;
}

export interface RunOptions {
  readonly cwd?: string | undefined;
  readonly env: Environment;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which the child is killed. */
  readonly timeout?: number;
}

/** Runs a program to its end and collects what it printed. Throws only when `signal` aborts. */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
  const { signal, timeout } = options;
  signal?.throwIfAborted();
  const child = spawn(command, args, { cwd: options.cwd, env: { ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = (): void => {
    child.kill();
  };
  signal?.addEventListener('abort', stop, { once: true });
  // Not spawn's own timeout: its timer outlives a program that was not found, and holds this process for as long.
  const timer = timeout === undefined ? undefined : setTimeout(stop, timeout);
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  try {
    const outcome = await new Promise<Outcome>((resolve, reject) => {
      child.on('error', (error) => {
        const missing = ['ENOENT', 'EACCES', 'ENOTDIR'].includes(errorCode(error) ?? '');
        if (missing) resolve({ code: null, signal: null, ...output, missing });
        else reject(error);
      });
      child.on('close', (code, endedBy) => {
        resolve({ code, signal: endedBy, ...output, missing: false });
      });
    });
    signal?.throwIfAborted();
    return outcome;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/** The last line with something on it: where a program usually says what went wrong. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
