/** A set-up failure that the user can mend: one sentence that says what was wrong and what to do. Exit code 1, no stack. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

/** Where set-up tells how far it is. `scripts/` prints it; tests collect it. */
export interface Report {
  /** A step begins: "TensorFlow runtime". */
  start(step: string): void;
  /** How far the current step is, in bytes or items; total is absent when unknown. */
  progress(done: number, total?: number, unit?: 'bytes' | 'items'): void;
  /** A line worth keeping in a log: "149 MB of a 214 MB wheel". */
  note(line: string): void;
  /** The current step is over; "already there" when nothing had to be done. */
  done(summary: string): void;
}
