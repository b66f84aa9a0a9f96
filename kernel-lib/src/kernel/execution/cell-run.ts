import type { Content, Failure, OutputType } from '../link';
import { Interrupted } from './interrupted';
import type { Outbox } from './outbox';

export type StreamName = 'stdout' | 'stderr';

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
    for (const timer of this.timers) timer.cancel();
    this.timers.clear();
    this.controller.abort(new Interrupted());
  }

  /** @throws Interrupted when the cell was interrupted: what is left of it stops where it wants to print. */
  write(name: StreamName, text: string): void {
    if (this.cut) throw new Interrupted();
    this.outbox.stream(this.id, this.mergeStreams ? 'stdout' : name, text);
  }

  /**
   * Sends a message of the cell, at once: the messaging thread merges what is written in small pieces.
   *
   * @throws Interrupted as `write` does.
   */
  publish(
    message: OutputType,
    content: Content,
    extra?: { metadata?: Content; buffers?: readonly Uint8Array[] },
  ): void {
    if (this.cut) throw new Interrupted();
    this.outbox.output(this.id, message, content, extra);
  }
}
