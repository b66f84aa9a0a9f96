import { CellRun } from './cell-run';
import type { Engine } from './engine';
import type { Exit } from './exit';
import type { Handler, Message, Server, Socket, Tslab } from './tslab';

interface ExecuteRequest {
  readonly code: string;
  readonly silent?: boolean;
  readonly stop_on_error?: boolean;
}

// How long an error waits for requests that were sent before it could be known: they are aborted with it.
const DRAIN_MS = 20;
const LEAVE_MS = 50;

/** tslab's answers, with what the protocol asks for and tslab leaves out. */
export function createHandler(tslab: Tslab, engine: Engine): Handler {
  return new (class extends tslab.jupyter.JupyterHandlerImpl {
    override handleKernel(): object {
      return { status: 'ok', ...super.handleKernel() };
    }

    // a request that the language service chokes on must not go unanswered
    override handleInspect(request: object): object {
      try {
        return super.handleInspect(request);
      } catch {
        return { status: 'ok', found: false, data: {}, metadata: {} };
      }
    }

    override handleComplete(request: object): object {
      try {
        return super.handleComplete(request);
      } catch {
        const { cursor_pos: cursor } = request as { cursor_pos: number };
        return { status: 'ok', matches: [], cursor_start: cursor, cursor_end: cursor, metadata: {} };
      }
    }

    override handleShutdown({ restart = false }: { restart?: boolean }): object {
      return { status: 'ok', restart };
    }
  })(engine.executor, false);
}

/** tslab's messaging, made to lose no message, to run every cell it was asked to, and to say what went wrong. */
export function createServer(tslab: Tslab, engine: Engine, exit: Exit, connectionFile: string): Server {
  return new (class extends tslab.jupyter.ZmqServer {
    private queue: Promise<unknown> = Promise.resolve();
    private count = 0;
    private aborting = false;

    // zeromq.js makes every 512th send asynchronous and refuses the next until it settles, and tslab awaits no send
    override bindSocket(socket: Socket, port: number): Promise<void> {
      if ('sendTimeout' in socket) {
        socket.sendHighWaterMark = 0;
        socket.sendTimeout = 0;
      }
      return super.bindSocket(socket, port);
    }

    // one cell at a time from 'busy' to 'idle', else the status of a waiting cell says that it runs
    override async handleShellMessage(socket: Socket, ...frames: Buffer[]): Promise<void> {
      const handle = (): Promise<void> => super.handleShellMessage(socket, ...frames);
      if (messageType(frames) !== 'execute_request') {
        await handle();
        return;
      }
      this.queue = this.queue.then(handle).catch((error: unknown) => {
        console.error('The kernel failed to answer a request:', error);
      });
      await this.queue;
    }

    override async handleExecute(socket: Socket, message: Message): Promise<void> {
      const request = message.content as ExecuteRequest;
      const send = (type: string, content: object, to: Socket = this.iopub): void => {
        const reply = message.createReply();
        reply.header.msg_type = type;
        reply.content = content;
        reply.signAndSend(this.connInfo.key, to);
      };
      if (this.aborting) {
        send('execute_reply', { status: 'aborted', execution_count: this.count }, socket);
        return;
      }
      const silent = request.silent ?? false;
      if (!silent) this.count += 1;
      const count = this.count;
      if (!silent) send('execute_input', { code: request.code, execution_count: count });
      const run = new CellRun(`cell [${count}]`, send);
      const failure = await engine.execute(run, request.code, count, silent);
      if (failure && request.stop_on_error !== false) await this.abortWaiting();
      const rest = failure ? { status: 'error', ...failure } : { status: 'ok', payload: [], user_expressions: {} };
      send('execute_reply', { execution_count: count, ...rest }, socket);
    }

    override handleCommInfoRequest(socket: Socket, message: Message): void {
      const reply = message.createReply();
      reply.header.msg_type = 'comm_info_reply';
      reply.content = { status: 'ok', comms: {} };
      reply.signAndSend(this.connInfo.key, socket);
    }

    // a cell's timer would keep the process for ever; the sockets get a moment to send the last reply
    override close(): void {
      super.close();
      setTimeout(() => exit(0), LEAVE_MS);
    }

    /**
     * Aborts what was requested before the client could know of the error. Nothing sent after the error's reply is: stock
     * tslab aborts whatever comes within 200 ms, and so skips the cell after an error that was expected.
     */
    private async abortWaiting(): Promise<void> {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_MS));
      this.aborting = true;
      this.queue = this.queue.then(() => { this.aborting = false; }); // prettier-ignore
    }
  })(createHandler(tslab, engine), connectionFile);
}

/** Reads the type of a message off its raw frames: identities, delimiter, signature, header, ... */
function messageType(frames: readonly Buffer[]): string {
  const delimiter = frames.findIndex((frame) => frame.toString() === '<IDS|MSG>');
  const header = frames[delimiter + 2];
  return header ? (JSON.parse(header.toString()) as { msg_type: string }).msg_type : '';
}
