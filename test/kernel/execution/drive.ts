import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import type { Failure, LocalFile, Problem } from 'kernel-lib/kernel/link';
import { makeFolder, project } from '../../notebooks/make-notebook';

/** A cell of JavaScript, as the language thread would send it, and what happens while it runs. */
export interface Step {
  readonly code?: string;
  readonly interruptAfter?: number;
  /** What the person answers; without it the front end takes no questions. */
  readonly answers?: readonly string[];
  readonly silent?: boolean;
  readonly userExpressions?: Readonly<Record<string, string>>;
  readonly files?: readonly LocalFile[];
  readonly problems?: readonly Problem[];
  /** A message of a comm instead of a cell. */
  readonly comm?: { readonly message: string; readonly content: object };
}

export interface Ran {
  readonly outputs: readonly { readonly message: string; readonly content: Readonly<Record<string, unknown>> }[];
  readonly failure: Failure | undefined;
  readonly userExpressions: Readonly<Record<string, { readonly status: string }>>;
  /** Everything written to a stream. */
  readonly printed: string;
  /** The plain text of the result. */
  readonly result: string | undefined;
}

interface Message {
  readonly type: string;
  readonly id?: string;
  readonly message: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly failure?: Failure;
  readonly userExpressions: Ran['userExpressions'];
}

/** Runs the steps in one process; what belongs to each of them comes back, however late it was sent. */
export async function drive(steps: readonly (Step | string)[], node: string = process.execPath): Promise<Ran[]> {
  const folder = makeFolder();
  try {
    const file = path.join(folder, 'messages.json');
    const whole = steps.map((step) => (typeof step === 'string' ? { code: step } : step));
    const kernel = path.join(project, 'kernel-lib/dist/kernel');
    const args = ['--expose-gc', path.join(import.meta.dirname, 'drive.cjs'), kernel, JSON.stringify(whole), file];
    const child = spawn(node, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
    // a loop that could not be interrupted would go on for ever
    const timer = setTimeout(() => child.kill('SIGKILL'), 170_000);
    await once(child, 'close');
    clearTimeout(timer);
    if (!fs.existsSync(file))
      throw new Error(`the process ended early (${child.exitCode ?? child.signalCode}):\n${log}`);
    const messages = JSON.parse(fs.readFileSync(file, 'utf8')) as Message[];
    return whole.map((_, index) => ran(messages.filter(({ id }) => id === `request-${index + 1}`)));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function ran(messages: readonly Message[]): Ran {
  const outputs = messages.filter(({ type }) => type === 'output');
  const executed = messages.find(({ type }) => type === 'executed');
  const text = ({ content }: Message): string => content.text as string;
  const data = outputs.find(({ message }) => message === 'execute_result')?.content.data;
  return {
    outputs,
    failure: executed?.failure,
    userExpressions: executed?.userExpressions ?? {},
    printed: outputs
      .filter(({ message }) => message === 'stream')
      .map(text)
      .join(''),
    result: (data as Record<string, string> | undefined)?.['text/plain'],
  };
}
