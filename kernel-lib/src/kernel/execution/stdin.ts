import type { Outbox } from './outbox';
import type { CellRun } from './cell-run';
import { currentRun } from './context';

interface Question {
  readonly prompt: string;
  readonly password: boolean;
  answer(value: string): void;
}

/** What a cell asks the person in front of the notebook, one question at a time. */
export class Stdin {
  private readonly questions: Question[] = [];
  private current: { readonly run: CellRun; readonly allowed: boolean } | undefined;

  constructor(private readonly outbox: Outbox) {}

  /** The cell that may ask from now on, and whether its front end can be asked at all. */
  begin(run: CellRun, allowed: boolean): void {
    this.current = { run, allowed };
  }

  /** Nobody waits any more. */
  end(): void {
    if (this.questions.length > 0 && this.current) this.outbox.send({ type: 'input-dropped', id: this.current.run.id });
    this.questions.length = 0;
    this.current = undefined;
  }

  answer(id: string, value: string): void {
    if (this.current?.run.id !== id) return;
    this.questions.shift()?.answer(value);
    this.askNext();
  }

  /** Asks, and resolves to what was typed. */
  async ask(prompt: unknown = '', { password = false }: { readonly password?: boolean } = {}): Promise<string> {
    const { current } = this;
    if (!current || currentRun() !== current.run) {
      throw new Error('input() was called after its cell had ended: await it inside the cell.');
    }
    if (!current.allowed) {
      throw new Error(
        'input() cannot ask: this notebook runs with nobody to answer. Give the value in the cell, or run it in JupyterLab.',
      );
    }
    return new Promise((resolve) => {
      this.questions.push({ prompt: String(prompt), password, answer: resolve });
      if (this.questions.length === 1) this.askNext();
    });
  }

  private askNext(): void {
    const [question] = this.questions;
    if (!question || !this.current) return;
    const { prompt, password } = question;
    this.outbox.send({ type: 'input-request', id: this.current.run.id, prompt, password });
  }
}
