import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import type { Log } from './log';

export type Frames = readonly Uint8Array[];

/** The one thing that sending needs of a socket. */
export interface Outlet {
  send(frames: Frames): Promise<void>;
}

// sends that zeromq takes at once would keep every other event waiting
const SENDS_A_TURN = 128;
// a reader that is only a little slow is ready again within a few turns
const QUICK_RETRIES = 20;
const MAX_WAIT_MS = 20;

/**
 * The one sender of a socket: in order, each message after zeromq took the one before. zeromq refuses a send while another
 * waits, and a publisher that may not drop refuses while a subscriber's queue is full.
 */
export class Sender {
  private queue: { readonly frames: Frames; readonly taken: (() => void) | undefined }[] = [];
  private working: Promise<void> | undefined;
  private closed = false;
  /** Messages that zeromq has taken. */
  private sent = 0;

  constructor(
    private readonly outlet: Outlet,
    private readonly log: Log,
  ) {}

  /** Messages that wait. */
  get length(): number {
    return this.queue.length;
  }

  /** `taken` is called when zeromq has the message, or it can never have it. */
  push(frames: Frames, taken?: () => void): void {
    if (this.closed) {
      taken?.();
      return;
    }
    this.queue.push({ frames, taken });
    this.working ??= this.work();
  }

  /** When everything pushed so far is with zeromq. */
  async drained(): Promise<void> {
    await this.working;
  }

  /** As `drained`, but no longer than while a reader goes on reading: one that takes nothing in `patience` ms is not waited for. */
  async moved(patience: number): Promise<void> {
    let before: number;
    do {
      before = this.sent;
      await Promise.race([this.drained(), delay(patience)]);
    } while (this.working && this.sent !== before);
  }

  /** Nothing is sent any more; what waits is dropped. */
  close(): void {
    this.closed = true;
    for (const { taken } of this.queue) taken?.();
    this.queue = [];
  }

  private async work(): Promise<void> {
    let sends = 0;
    while (this.queue.length > 0) {
      const batch = this.queue;
      this.queue = [];
      for (const { frames, taken } of batch) {
        await this.send(frames);
        taken?.();
        this.sent += 1;
        sends += 1;
        if (sends % SENDS_A_TURN === 0) await turn();
      }
    }
    this.working = undefined;
  }

  private async send(frames: Frames): Promise<void> {
    for (let attempt = 0; !this.closed; attempt++) {
      try {
        await this.outlet.send(frames);
        return;
      } catch (error) {
        if (!isBusy(error)) {
          this.log(`a message could not be sent: ${String(error)}`);
          return;
        }
      }
      if (attempt < QUICK_RETRIES) await turn();
      else await delay(Math.min(attempt - QUICK_RETRIES + 1, MAX_WAIT_MS));
    }
  }
}

function isBusy(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'EAGAIN' || code === 'EBUSY';
}
