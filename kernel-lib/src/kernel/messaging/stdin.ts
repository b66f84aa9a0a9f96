import type { ToExecution } from '../link';
import type { Outbox } from './outbox';
import type { Parents } from './parents';
import type { Request } from './wire';

/** Questions to the person at the front end, each to whoever sent the cell that asks. */
export class Stdin {
  /** By the id of the cell's request. */
  private readonly questions = new Map<string, { readonly id: string; readonly asked: Request }>();

  constructor(
    private readonly outbox: Outbox,
    private readonly parents: Parents,
    private readonly post: (message: ToExecution) => void,
  ) {}

  ask(id: string, prompt: string, password: boolean): void {
    const asked = this.parents.get(id);
    if (!asked) return;
    this.questions.set(id, { id: this.outbox.ask(asked, { prompt, password }), asked });
  }

  /** The cell no longer waits. */
  drop(id: string): void {
    this.questions.delete(id);
  }

  /** An `input_reply`: some front ends name the question that they answer, others do not. One that is too late is ignored. */
  answer({ identities, parent, content: { value } }: Request): void {
    if (typeof value !== 'string') return;
    const named = parent.msg_id;
    for (const [id, question] of this.questions) {
      if (!same(question.asked.identities, identities)) continue;
      if (named !== undefined && named !== question.id) continue;
      this.questions.delete(id);
      this.post({ type: 'input', id, value });
      return;
    }
  }
}

function same(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((part, i) => Buffer.compare(part, b[i] ?? Buffer.alloc(0)) === 0);
}
