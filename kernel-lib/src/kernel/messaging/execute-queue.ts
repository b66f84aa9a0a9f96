import type { Content, Failure, FromExecution, ToExecution } from '../link';
import { booleanField, stringField, stringsField } from './fields';
import type { History } from './history';
import type { Outbox } from './outbox';
import type { Parents } from './parents';
import type { Request } from './wire';

/** An execute request, read. */
interface Cell {
  readonly request: Request;
  readonly id: string;
  readonly code: string;
  readonly silent: boolean;
  readonly storeHistory: boolean;
  readonly stopOnError: boolean;
  readonly allowStdin: boolean;
  readonly userExpressions: Readonly<Record<string, string>>;
}

interface Running extends Cell {
  readonly count: number;
  readonly started: string;
}

export interface ExecuteQueueParts {
  readonly outbox: Outbox;
  readonly parents: Parents;
  readonly history: Pick<History, 'add'>;
  /** To the main thread. */
  readonly post: (message: ToExecution) => void;
  /** Resolves when everything has arrived that the client sent before it could know of an error. */
  readonly drain: () => Promise<void>;
  /** Resolves when zeromq has all that was published, or nobody takes it: some clients read on only briefly after the reply. */
  readonly published: () => Promise<void>;
}

type Executed = Extract<FromExecution, { type: 'executed' }>;

/** Runs execute requests one at a time, in the order they came. */
export class ExecuteQueue {
  private waiting: Cell[] = [];
  private current: Running | undefined;
  private isReady = false;
  private count = 0;

  constructor(private readonly parts: ExecuteQueueParts) {}

  /** The request whose cell runs now. */
  get running(): Request | undefined {
    return this.current?.request;
  }

  /** How many requests wait behind the one that runs. */
  get length(): number {
    return this.waiting.length;
  }

  /** @throws RequestError for a content that is no execute request's. */
  add(request: Request): void {
    const { content } = request;
    const silent = booleanField(content, 'silent', false);
    const cell = {
      request,
      code: stringField(content, 'code'),
      silent,
      storeHistory: booleanField(content, 'store_history', true) && !silent,
      stopOnError: booleanField(content, 'stop_on_error', true),
      allowStdin: booleanField(content, 'allow_stdin', false),
      userExpressions: stringsField(content, 'user_expressions'),
    };
    this.waiting.push({ ...cell, id: this.parts.parents.add(request) });
    this.next();
  }

  /** Cells can run from now on. */
  ready(): void {
    this.isReady = true;
    this.next();
  }

  /** The running cell came to its end. */
  async ended({ id, failure, userExpressions, payload }: Executed): Promise<void> {
    const cell = this.current;
    if (cell?.id !== id) return;
    if (!failure) {
      await this.parts.published();
      this.finish(cell, { status: 'ok', user_expressions: userExpressions, payload });
    } else {
      await this.fail(cell, failure);
    }
    this.current = undefined;
    this.next();
  }

  /** A silent cell is nobody's: like IPython's, its failure stops no other and is told to its sender alone. */
  private async fail(cell: Running, failure: Failure): Promise<void> {
    const { ename, evalue, traceback } = failure;
    let aborted: Cell[] = [];
    if (cell.stopOnError && !cell.silent) {
      await this.parts.drain();
      aborted = this.waiting;
      this.waiting = [];
    }
    if (!cell.silent) this.parts.outbox.publish(cell.request.header, 'error', { ename, evalue, traceback });
    await this.parts.published();
    this.finish(cell, { status: 'error', ename, evalue, traceback, user_expressions: {}, payload: [] });
    for (const { request } of aborted) this.abort(request);
  }

  private next(): void {
    if (!this.isReady || this.current) return;
    const cell = this.waiting.shift();
    if (!cell) return;
    const { outbox, history, post } = this.parts;
    const { request, id, code, silent, storeHistory, allowStdin, userExpressions } = cell;
    if (storeHistory) this.count += 1;
    const { count } = this;
    this.current = { ...cell, count, started: new Date().toISOString() };
    outbox.status(request.header, 'busy');
    if (!silent) outbox.publish(request.header, 'execute_input', { code, execution_count: count });
    if (storeHistory) history.add(id, count, code);
    post({ type: 'execute', id, code, count, silent, allowStdin, userExpressions });
  }

  private finish({ request, count, started }: Running, content: Content): void {
    const { outbox } = this.parts;
    outbox.reply(request, 'execute_reply', { execution_count: count, ...content }, { started });
    outbox.status(request.header, 'idle');
  }

  private abort(request: Request): void {
    const { outbox } = this.parts;
    outbox.status(request.header, 'busy');
    outbox.reply(request, 'execute_reply', { status: 'aborted' });
    outbox.status(request.header, 'idle');
  }
}
