import { spawn } from 'node:child_process';
import path from 'node:path';
import { python } from '../notebooks/make-notebook';

/** A request to the kernel, or a while of listening; see `talk.py`. */
export type Step =
  | ({
      readonly code: string;
      readonly interruptOn?: string;
      readonly interruptLast?: true;
      readonly interruptBy?: 'signal' | 'control';
      readonly answers?: readonly string[];
    } & ExecuteFields)
  | { readonly request: string; readonly content?: object; readonly channel?: 'shell' | 'control' }
  | { readonly comm: string; readonly content: object; readonly buffers?: readonly string[] }
  | { readonly wait: number };

interface ExecuteFields {
  readonly silent?: boolean;
  readonly store_history?: boolean;
  readonly user_expressions?: Readonly<Record<string, string>>;
  readonly allow_stdin?: boolean;
  readonly stop_on_error?: boolean;
}

export interface Told {
  readonly type: string;
  readonly content: Record<string, unknown>;
  /** Its place among all that came on iopub. */
  readonly at: number;
  /** The step whose request is the message's parent. */
  readonly step: number | null;
  readonly metadata?: Record<string, unknown>;
  readonly buffers?: readonly string[];
}

/** What came for one step, and what came meanwhile for others. */
export interface Answer {
  readonly messages: readonly Told[];
  readonly others: readonly Told[];
  readonly reply: Record<string, unknown>;
  readonly asked: readonly Record<string, unknown>[];
}

export interface Talk {
  readonly info: Record<string, unknown>;
  readonly cells: readonly Answer[];
  /** Whether the process ended after a last step that asked it to. */
  readonly gone: boolean;
}

/** Runs `talk.py` in `folder`. */
export async function talkRaw(folder: string, steps: readonly Step[], ...flags: string[]): Promise<string> {
  const script = path.join(import.meta.dirname, 'talk.py');
  // a history of its own
  const env = { ...process.env, UNROLLED_CACHE: path.join(folder, 'cache') };
  const child = spawn(python, [script, ...flags], { cwd: folder, env, stdio: ['pipe', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.end(JSON.stringify(steps));
  await new Promise((resolve) => child.once('close', resolve));
  if (stdout === '') throw new Error(stderr);
  return stdout;
}

/** Runs the steps one after another in a kernel of their own; with `--together` all are sent at once. */
export async function talk(folder: string, steps: readonly Step[], ...flags: string[]): Promise<Talk> {
  return JSON.parse(await talkRaw(folder, steps, ...flags)) as Talk;
}

/** The same for steps with names. */
export async function talkNamed<Name extends string>(
  folder: string,
  steps: Readonly<Record<Name, Step>>,
  ...flags: string[]
): Promise<{ readonly info: Talk['info']; readonly cells: Readonly<Record<Name, Answer>>; readonly gone: boolean }> {
  const { info, cells, gone } = await talk(folder, Object.values(steps), ...flags);
  const named = Object.fromEntries(Object.keys(steps).map((name, index) => [name, cells[index]]));
  return { info, cells: named as Record<Name, Answer>, gone };
}

/** The types of all messages but `status`, in order. */
export const types = ({ messages }: Answer): string[] =>
  messages.map(({ type }) => type).filter((type) => type !== 'status');

export const contents = ({ messages }: Pick<Answer, 'messages'>, type: string): Record<string, unknown>[] =>
  messages.filter((message) => message.type === type).map(({ content }) => content);

/** What came meanwhile for other steps, to be looked at as `messages` are. */
export const meanwhile = ({ others }: Answer): Pick<Answer, 'messages'> => ({ messages: others });

/** All that was written to a stream. */
export const printed = (answer: Pick<Answer, 'messages'>, name: 'stdout' | 'stderr'): string =>
  contents(answer, 'stream')
    .filter((content) => content.name === name)
    .map(({ text }) => text as string)
    .join('');
