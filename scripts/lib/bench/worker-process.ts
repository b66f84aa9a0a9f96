import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { CellName, Mode, Sizes } from './plan.ts';

/** Which implementation a worker is to run; the Python ones have one each. */
export type Path = 'native' | 'equations' | 'layers' | 'module';

/** What a worker is asked, one line of JSON each; `slot` names one of the jobs that it holds ready. */
export type Request =
  | { readonly do: 'hello' }
  | { readonly do: 'prepare'; readonly slot: Path; readonly cell: CellName; readonly mode: Mode; readonly sizes: Sizes }
  | { readonly do: 'block'; readonly slot: string; readonly repeats: number; readonly warm: boolean }
  | { readonly do: 'memory' }
  | { readonly do: 'release' };

/** What it answers to each, on a line of its own after the word `reply`. */
export interface Replies {
  /** `reason`: why this library's own ops are not in use, where they are not. */
  readonly hello: { readonly versions: Readonly<Record<string, string>>; readonly reason?: string };
  readonly prepare: Readonly<Record<string, never>>;
  /** Milliseconds a repeat. */
  readonly block: { readonly ms: number };
  /** Bytes; tensors that TensorFlow.js counts, where it is one. */
  readonly memory: { readonly peak: number; readonly now: number; readonly tensors?: number };
  readonly release: Readonly<Record<string, never>>;
}

const MARK = 'reply ';
const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

/** A program that holds its models ready and runs one timed block at a time, when asked to. It ends with its standard input. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #name: string;
  #waiting: { resolve: (reply: object) => void; reject: (error: Error) => void } | undefined;
  #lastWords = '';
  #ended: Error | undefined;

  constructor(name: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#name = name;
    this.#child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.on('error', (error) => {
      this.#end(error.message);
    });
    this.#child.on('close', (code, signal) => {
      this.#end(this.#lastWords || `exit code ${code ?? signal ?? 'none'}`);
    });
    // A request to a worker that has ended is refused below; the broken pipe says nothing new.
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = /^\w*Error: .*$/m.exec(text)?.[0] ?? (this.#lastWords || lastLine(text));
    });
    if (this.#child.stdout) {
      createInterface({ input: this.#child.stdout }).on('line', (line) => {
        if (line.startsWith(MARK)) this.#settle(JSON.parse(line.slice(MARK.length)) as object);
      });
    }
  }

  /** One at a time. @throws Error with the worker's own words when it could not do that, or is no more */
  async ask<R extends Request>(request: R): Promise<Replies[R['do']]> {
    if (this.#ended) throw this.#ended;
    return new Promise<Replies[R['do']]>((resolve, reject) => {
      this.#waiting = { resolve: resolve as (reply: object) => void, reject };
      this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    });
  }

  stop(): void {
    this.#child.kill();
  }

  #settle(reply: object): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if ('error' in reply) waiting?.reject(new Error(`${this.#name}: ${String(reply.error)}`));
    else waiting?.resolve(reply);
  }

  #end(reason: string): void {
    this.#ended ??= new Error(`${this.#name} has ended: ${reason}`);
    this.#waiting?.reject(this.#ended);
  }
}

/** The other side: answers each line of standard input, one after the other. */
export async function serve(answer: (request: Request) => object): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    let reply: object;
    try {
      reply = answer(JSON.parse(line) as Request);
    } catch (error) {
      reply = { error: error instanceof Error ? error.message : String(error) };
    }
    process.stdout.write(`${MARK}${JSON.stringify(reply)}\n`);
  }
}
