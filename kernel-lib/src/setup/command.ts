import { spawn } from 'node:child_process';
import { errorCode } from './disk';

/** How a program ended. */
export interface CommandOutcome {
  /** Exit code; null when a signal ended the program or it was not found. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both of them, in the order in which they came. */
  readonly output: string;
  /** The program was not found, or may not be executed. */
  readonly missing: boolean;
}

export interface CommandOptions {
  readonly cwd?: string | undefined;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Ends the program, and the wait for it. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which the program is killed. */
  readonly timeout?: number;
  /** Called for each whole line of output as it comes. */
  readonly onLine?: (line: string) => void;
  /**
   * In a process group of its own, with a standard input that stays open and empty as long as this process lives: a tethered
   * program watches it and ends its group when it closes.
   */
  readonly detached?: boolean;
}

/** Runs a program to its end and collects what it printed. A program that is not there is an outcome, not an error. */
export async function runCommand(
  command: string,
  args: readonly string[],
  { cwd, env, signal, timeout, onLine, detached = false }: CommandOptions,
): Promise<CommandOutcome> {
  signal?.throwIfAborted();
  const child = spawn(command, args, { cwd, env, detached, stdio: [detached ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
  const stop = (): void => {
    child.kill();
  };
  signal?.addEventListener('abort', stop, { once: true });
  // Not spawn's own timeout: its timer outlives a program that was not found, and holds this process for as long.
  const timer = timeout === undefined ? undefined : setTimeout(stop, timeout);
  const printed = { stdout: '', stderr: '', output: '' };
  let rest = '';
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      printed[stream] += text;
      printed.output += text;
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine?.(line);
    });
  }
  try {
    const outcome = await new Promise<CommandOutcome>((resolve, reject) => {
      child.on('error', (error) => {
        const missing = ['ENOENT', 'EACCES', 'ENOTDIR'].includes(errorCode(error) ?? '');
        if (missing) resolve({ code: null, signal: null, ...printed, missing });
        else reject(error);
      });
      child.on('close', (code, endedBy) => {
        resolve({ code, signal: endedBy, ...printed, missing: false });
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
