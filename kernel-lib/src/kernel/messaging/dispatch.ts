import type { Content } from '../link';
import type { Comms } from './comms';
import type { ExecuteQueue } from './execute-queue';
import { errorContent } from './fields';
import type { History } from './history';
import type { LanguageRequests } from './language-requests';
import type { Outbox } from './outbox';
import type { Stdin } from './stdin';
import type { Request } from './wire';

export interface DispatchParts {
  readonly outbox: Outbox;
  readonly queue: ExecuteQueue;
  readonly comms: Comms;
  readonly stdin: Stdin;
  readonly history: History;
  readonly language: LanguageRequests;
  /** The content of `kernel_info_reply`, without its status. */
  readonly kernelInfo: Content;
  /** Resolves when cells run at once, or the kernel should at least show that it lives: front ends take the answer for readiness. */
  readonly ready: Promise<unknown>;
  /** The content of `connect_reply`. */
  readonly ports: Content;
  readonly interrupt: () => void;
  /** The reply is on its way; ends the kernel. */
  readonly shutdown: (restart: boolean) => void;
}

/** The content of the reply; undefined for messages that have none. */
type Handler = (request: Request) => Content | Promise<Content | undefined>;

/** Answers each request with what the protocol asks for, whichever of shell and control it comes on. */
export class Dispatch {
  private readonly handlers: ReadonlyMap<string, Handler>;

  constructor(private readonly parts: DispatchParts) {
    const { comms, history, language, kernelInfo, ready, ports, interrupt } = parts;
    this.handlers = new Map<string, Handler>(
      Object.entries<Handler>({
        kernel_info_request: async () => {
          await ready;
          return { status: 'ok', ...kernelInfo };
        },
        connect_request: () => ({ status: 'ok', ...ports }),
        complete_request: ({ content }) => language.ask('complete', content),
        inspect_request: ({ content }) => language.ask('inspect', content),
        is_complete_request: ({ content }) => language.ask('is_complete', content),
        history_request: ({ content }) => history.answer(content),
        comm_info_request: ({ content }) => comms.info(content),
        comm_open: (request) => comms.pass('comm_open', request),
        comm_msg: (request) => comms.pass('comm_msg', request),
        comm_close: (request) => comms.pass('comm_close', request),
        debug_request: ({ content }) => unsupported(content),
        shutdown_request: (request) => this.shutdown(request),
        interrupt_request: () => {
          interrupt();
          return { status: 'ok' };
        },
      }),
    );
  }

  async handle(request: Request): Promise<void> {
    const { queue, stdin } = this.parts;
    if (request.channel === 'stdin') {
      if (request.type === 'input_reply') stdin.answer(request);
    } else if (request.type === 'execute_request') {
      await this.execute(request);
    } else {
      await this.answer(request, this.handlers.get(request.type));
      // front ends show the last status that they heard, whosever it is
      if (queue.running) this.parts.outbox.status(queue.running.header, 'busy');
    }
  }

  private async execute(request: Request): Promise<void> {
    try {
      this.parts.queue.add(request);
    } catch (error) {
      await this.answer(request, () => { throw error; }); // prettier-ignore
    }
  }

  /** A message of an unknown type has no answer, only busy and idle. */
  private async answer(request: Request, handler: Handler | undefined): Promise<void> {
    const { outbox } = this.parts;
    outbox.status(request.header, 'busy');
    const content = await this.content(request, handler);
    if (content) outbox.reply(request, request.type.replace(/_request$/, '_reply'), content);
    outbox.status(request.header, 'idle');
  }

  private async content(request: Request, handler: Handler | undefined): Promise<Content | undefined> {
    try {
      return await handler?.(request);
    } catch (error) {
      return request.type.endsWith('_request') ? errorContent(error) : undefined;
    }
  }

  private shutdown(request: Request): Content {
    const restart = request.content.restart === true;
    const content = { status: 'ok', restart };
    this.parts.outbox.publish(request.header, 'shutdown_reply', content);
    // after the answer, which is sent when this returns
    setImmediate(() => { this.parts.shutdown(restart); }); // prettier-ignore
    return content;
  }
}

/** A response of the Debug Adapter Protocol. */
function unsupported({ seq, command }: Content): Content {
  const message = 'This kernel has no debugger.';
  return { type: 'response', request_seq: seq ?? 0, success: false, command: command ?? '', message };
}
