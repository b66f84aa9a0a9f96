import { spawn } from 'node:child_process';
import { errorCode } from './disk';

/** How a program ended. */
export interface CommandOutcome {
  /** Exit code; null when a signal ended the program or it was not found. */
  readonly code: number | null;
  /** Standard output and standard error, in the order in which they came. */
  readonly output: string;
  /** The program was not found, or may not be executed. */
  readonly missing: boolean;
}

export interface CommandOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Called for each whole line of output as it comes. */
  readonly onLine?: (line: string) => void;
  /** In a process group of its own, which a tethered program ends as a whole. */
  readonly detached?: boolean;
}

/**
 * Runs a program to its end and collects what it printed. Its standard input stays open and empty as long as this process
 * lives: a program that watches it knows when to stop.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  { cwd, env, onLine, detached = false }: CommandOptions,
): Promise<CommandOutcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, detached, stdio: 'pipe' });
    let output = '';
    let rest = '';
    const keep = (text: string): void => {
      output += text;
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine?.(line);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.on('error', (error) => {
      if (['ENOENT', 'EACCES', 'ENOTDIR'].includes(errorCode(error) ?? ''))
        resolve({ code: null, output, missing: true });
      else reject(error);
    });
    child.on('close', (code) => {
      resolve({ code, output, missing: false });
    });
  });
}
