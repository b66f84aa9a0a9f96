import type { Content, Failure, OutputType } from '../link';
import { Interrupted } from './interrupted';
import type { Outbox } from './outbox';

export type StreamName = 'stdout' | 'stderr';

// A message for each write would drown the reader in a loop of console.log; nobody sees a delay of this size.
const FLUSH_MS = 40;
// a message of bounded size, however much a loop prints meanwhile
const FLUSH_LENGTH = 2 ** 20;
const { setTimeout, clearTimeout } = globalThis;

/** A timer that a cell has set, and when it is due (in milliseconds of `performance.now()`; never for an interval). */
export interface PendingTimer {
  readonly due: number;
  cancel(): void;
}

/**
 * One execution of a cell: where its output goes, what went wrong in it, and what of it is still going on. Timers and promises
 * that the cell started find it again through `currentRun` (context.ts), so what they print or throw later belongs to the cell that
 * started them.
 */
export class CellRun {
  /** False once the cell has ended. */
  running = true;
  /** The first error that surfaced outside the cell's own call: a rejection nobody awaited, a throw in a timer. */
  stray: Failure | undefined;
  /** The value of the last expression, from when it was reached. */
  result: unknown;
  readonly timers: Set<PendingTimer> = new Set<PendingTimer>();
  private readonly controller = new AbortController();
  private pending = { name: 'stdout' as StreamName, text: '' };
  private lastFlush = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    /** The request's `msg_id`. */
    readonly id: string,
    readonly label: string,
    private readonly outbox: Outbox,
    /** Front ends that take any `stderr` for a failure get it as `stdout`. */
    private readonly mergeStreams = false,
  ) {}

  /** Aborted when the cell is interrupted. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get cut(): boolean {
    return this.controller.signal.aborted;
  }

  /** Ends what the cell has going: its timers are gone, nothing it prints from now on is shown. */
  interrupt(): void {
    if (this.cut) return;
    this.flush();
    for (const timer of this.timers) timer.cancel();
    this.timers.clear();
    this.controller.abort(new Interrupted());
  }

  /** @throws Interrupted when the cell was interrupted: what is left of it stops where it wants to print. */
  write(name: StreamName, text: string): void {
    if (this.cut) throw new Interrupted();
    const stream = this.mergeStreams ? 'stdout' : name;
    if (this.pending.name !== stream) this.flush();
    this.pending = { name: stream, text: this.pending.text + text };
    // a synchronous loop lets no timer fire, so a write that comes late enough flushes by itself
    const due = performance.now() - this.lastFlush >= FLUSH_MS;
    if (due || this.pending.text.length >= FLUSH_LENGTH) this.flush();
    else this.timer ??= setTimeout(() => { this.flush(); }, FLUSH_MS); // prettier-ignore
  }

  /** Sends a message of the cell, after everything that was written before it. */
  publish(
    message: OutputType,
    content: Content,
    extra?: { metadata?: Content; buffers?: readonly Uint8Array[] },
  ): void {
    if (this.cut) throw new Interrupted();
    this.flush();
    this.outbox.output(this.id, message, content, extra);
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { name, text } = this.pending;
    if (text === '') return;
    this.pending = { name, text: '' };
    this.lastFlush = performance.now();
    this.outbox.output(this.id, 'stream', { name, text });
  }
}
