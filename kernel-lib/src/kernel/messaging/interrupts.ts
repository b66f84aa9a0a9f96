import { INTERRUPT, OUTSTANDING, type ToExecution } from '../link';
import type { Log } from './log';

const FIRST_MS = 150;
const AGAIN_MS = 300;
const ATTEMPTS = 20;

export interface InterruptParts {
  readonly shared: Int32Array;
  /** To the main thread. */
  readonly post: (message: ToExecution) => void;
  /** Stops the script that keeps the main thread busy. */
  readonly terminate: () => void;
  /** The main thread heard: nothing is to be stopped any more. */
  readonly release: () => void;
  readonly log: Log;
}

/** Interrupts what the main thread does: asks first, and stops its script by force when it is too busy to hear. */
export class Interrupts {
  private serial = 0;
  private isReady = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly parts: InterruptParts) {}

  /** From now on a cell may be what keeps the main thread busy; before, it is the kernel itself. */
  ready(): void {
    this.isReady = true;
  }

  request(): void {
    const { shared, post } = this.parts;
    this.serial += 1;
    Atomics.store(shared, INTERRUPT, this.serial);
    // a cell that waits for its output to leave looks at the interrupt when woken
    Atomics.notify(shared, OUTSTANDING);
    post({ type: 'interrupt', serial: this.serial });
    clearTimeout(this.timer);
    if (this.isReady) this.timer = setTimeout(() => { this.force(ATTEMPTS); }, FIRST_MS); // prettier-ignore
  }

  /** The main thread has heard of an interrupt. */
  acknowledged(serial: number): void {
    if (serial < this.serial) return;
    clearTimeout(this.timer);
    this.parts.release();
  }

  private force(attempts: number): void {
    const { terminate, release, log } = this.parts;
    if (attempts === 0) {
      release();
      log('an interrupt was not heard: native code may be running; restart the kernel to stop it');
      return;
    }
    terminate();
    this.timer = setTimeout(() => { this.force(attempts - 1); }, AGAIN_MS); // prettier-ignore
  }
}
