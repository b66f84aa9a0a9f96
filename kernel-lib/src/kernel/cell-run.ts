import { AsyncLocalStorage } from 'node:async_hooks';
import type { Failure } from './failure';

export type StreamName = 'stdout' | 'stderr';
export type Publish = (type: string, content: object) => void;

// One message a write would drown the client in a loop of console.log; a person sees no delay of this size.
const FLUSH_MS = 40;

/**
 * One execution of a cell: where its output goes and what went wrong in it. Timers and promises that the cell started find it
 * again through `currentRun`, so what they print or throw later still belongs to the cell that started them.
 */
export class CellRun {
  /** False once the reply is on its way. */
  running = true;
  /** The first error that surfaced outside the cell's own call: a rejection nobody awaited, a throw in a timer. */
  stray: Failure | undefined;
  private pending = { name: 'stdout' as StreamName, text: '' };
  private lastFlush = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    readonly label: string,
    private readonly send: Publish,
  ) {}

  write(name: StreamName, text: string): void {
    if (this.pending.name !== name) this.flush();
    this.pending = { name, text: this.pending.text + text };
    // a synchronous loop lets no timer fire, so a write that comes late enough flushes by itself
    if (Date.now() - this.lastFlush >= FLUSH_MS) this.flush();
    else this.timer ??= setTimeout(() => { this.flush(); }, FLUSH_MS); // prettier-ignore
  }

  /** Sends a message of the cell, after everything that was written before it. */
  publish(type: string, content: object): void {
    this.flush();
    this.send(type, content);
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { name, text } = this.pending;
    if (text === '') return;
    this.pending = { name, text: '' };
    this.lastFlush = Date.now();
    this.send('stream', { name, text });
  }
}

const context = new AsyncLocalStorage<CellRun>();

/** The run that the calling code belongs to; undefined outside any cell. */
export function currentRun(): CellRun | undefined {
  return context.getStore();
}

/** Calls `body` as a part of `run`. */
export function within<T>(run: CellRun, body: () => T): T {
  return context.run(run, body);
}
