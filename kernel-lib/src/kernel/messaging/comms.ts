import type { Content, ToExecution } from '../link';
import { stringField } from './fields';
import type { Parents } from './parents';
import type { Request } from './wire';

type CommMessage = Extract<ToExecution, { type: 'comm' }>['message'];

/** Comm messages to the main thread, at once: a cell that awaits may wait for just this. */
export class Comms {
  private targets: Readonly<Record<string, string>> = {};
  private readonly handling = new Map<string, () => void>();

  constructor(
    private readonly parents: Parents,
    private readonly post: (message: ToExecution) => void,
  ) {}

  /**
   * Passes a message on; resolves when the main thread has handled it.
   * @throws RequestError for a message without `comm_id`.
   */
  async pass(message: CommMessage, request: Request): Promise<undefined> {
    const { content, buffers } = request;
    stringField(content, 'comm_id');
    const id = this.parents.add(request);
    return new Promise((resolve) => {
      this.handling.set(id, () => {
        resolve(undefined);
      });
      this.post({ type: 'comm', id, message, content, buffers });
    });
  }

  handled(id: string): void {
    this.handling.get(id)?.();
    this.handling.delete(id);
  }

  /** The comms that are open from now on. */
  open(targets: Readonly<Record<string, string>>): void {
    this.targets = targets;
  }

  /** The content of a `comm_info_reply`. */
  info(content: Content): Content {
    const wanted = stringField(content, 'target_name', '');
    const open = Object.entries(this.targets).filter(([, target]) => wanted === '' || target === wanted);
    return { status: 'ok', comms: Object.fromEntries(open.map(([id, target_name]) => [id, { target_name }])) };
  }
}
