import { Session } from 'node:inspector';
import type { Log } from './log';

/**
 * The main thread's script, as its inspector can stop it. Connected only while there is something to stop: a session that is
 * open when the process exits makes Node wait for it.
 */
export class MainThread {
  private session: Session | undefined;

  constructor(private readonly log: Log) {}

  /** Stops the script that runs now; without one, nothing happens. */
  terminate(): void {
    try {
      if (!this.session) {
        this.session = new Session();
        this.session.connectToMainThread();
      }
      this.session.post('Runtime.terminateExecution');
    } catch (error) {
      this.log(`the running cell could not be stopped: ${String(error)}`);
    }
  }

  release(): void {
    this.session?.disconnect();
    this.session = undefined;
  }
}
