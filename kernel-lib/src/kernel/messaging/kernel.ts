import { setTimeout as delay } from 'node:timers/promises';
import { OUTSTANDING, type FromExecution, type MessagingData, type ToExecution } from '../link';
import { Comms } from './comms';
import type { Connection } from './connection';
import { Dispatch } from './dispatch';
import { drain } from './drain';
import { ExecuteQueue } from './execute-queue';
import { History } from './history';
import { HistoryFile, historyPath } from './history-file';
import { Interrupts } from './interrupts';
import { killKernel } from './kill';
import { LanguageRequests } from './language-requests';
import type { Log } from './log';
import { MainThread } from './main-thread';
import { Malformed } from './malformed';
import { Outbox } from './outbox';
import { Parents } from './parents';
import { Signer } from './signature';
import type { Sockets } from './sockets';
import { Stdin } from './stdin';
import { StreamMerger } from './stream-merger';
import { decode, Encoder, type Channel } from './wire';

export interface KernelParts {
  readonly data: MessagingData;
  readonly connection: Connection;
  readonly sockets: Sockets;
  /** To the main thread. */
  readonly post: (message: ToExecution) => void;
  readonly log: Log;
}

// the compiler may take long to load on a busy machine
const READY_MS = 2000;
const FLUSH_MS = 1000;
// a reader that takes nothing for so long is stuck, and an answer is not to wait for it
const READER_MS = 500;
// zeromq sends in a thread of its own, and the process must not end before it did
const LEAVE_MS = 50;
// Jupyter kills a kernel 5 s after it asked; by then the children must be dead too
const EXIT_MS = 4000;

type Output = Extract<FromExecution, { type: 'output' }>;

/** Puts the parts of the messaging thread together. */
export class Kernel {
  private readonly signer: Signer;
  private readonly shared: Int32Array;
  private readonly outbox: Outbox;
  private readonly parents = new Parents();
  private readonly historyFile = new HistoryFile(historyPath());
  private readonly history: History;
  private readonly queue: ExecuteQueue;
  private readonly comms: Comms;
  private readonly stdin: Stdin;
  private readonly outputs = new StreamMerger((output) => { this.output(output); }); // prettier-ignore
  private readonly interrupts: Interrupts;
  private readonly dispatch: Dispatch;
  /** Requests that arrived so far. */
  private arrivals = 0;
  private leaving = false;
  private markReady: () => void = () => undefined;
  private readonly cellsRun = new Promise<void>((resolve) => (this.markReady = resolve));

  constructor(private readonly parts: KernelParts) {
    const { data, connection, sockets, post, log } = parts;
    const { parents } = this;
    this.signer = new Signer(connection.key, connection.scheme);
    this.shared = new Int32Array(data.shared);
    const encoder = new Encoder(this.signer);
    this.outbox = new Outbox(encoder, sockets.senders);
    const { outbox } = this;
    this.history = new History(encoder.session, this.historyFile);
    const { history } = this;
    this.queue = new ExecuteQueue({
      outbox,
      parents,
      history,
      post,
      drain: () => drain(() => this.arrivals),
      published: () => sockets.senders.iopub.moved(READER_MS),
    });
    this.comms = new Comms(parents, post);
    this.stdin = new Stdin(outbox, parents, post);
    const main = new MainThread(log);
    const terminate = (): void => { main.terminate(); }; // prettier-ignore
    const release = (): void => { main.release(); }; // prettier-ignore
    this.interrupts = new Interrupts({ shared: this.shared, post, terminate, release, log });
    const { queue, comms, stdin } = this;
    this.dispatch = new Dispatch({
      outbox, queue, comms, stdin, history,
      language: new LanguageRequests(data.language),
      kernelInfo: data.kernelInfo,
      ready: Promise.race([this.cellsRun, delay(READY_MS)]),
      ports: Object.fromEntries(Object.entries(connection.ports).map(([name, port]) => [portName(name), port])),
      interrupt: () => { this.interrupt(); },
      shutdown: (restart) => { void this.shutdown(restart); },
    }); // prettier-ignore
  }

  /** Begins to listen; the sockets are bound. */
  start(): void {
    this.outbox.status(undefined, 'starting');
    this.parts.sockets.listen({
      request: (channel, frames) => { this.receive(channel, frames); },
      subscribed: (topic) => { this.outbox.welcome(topic); },
    }); // prettier-ignore
  }

  interrupt(): void {
    this.interrupts.request();
  }

  fromExecution(message: FromExecution): void {
    if (message.type === 'output') {
      this.outputs.add(message);
      return;
    }
    this.outputs.flush();
    switch (message.type) {
      case 'ready':
        this.interrupts.ready();
        this.queue.ready();
        this.markReady();
        break;
      case 'executed':
        this.stdin.drop(message.id);
        void this.queue.ended(message);
        break;
      case 'comm-handled':
        this.comms.handled(message.id);
        break;
      case 'comms':
        this.comms.open(message.targets);
        break;
      case 'input-request':
        this.stdin.ask(message.id, message.prompt, message.password);
        break;
      case 'input-dropped':
        this.stdin.drop(message.id);
        break;
      case 'interrupted':
        this.interrupts.acknowledged(message.serial);
        break;
    }
  }

  private receive(channel: Channel, frames: Buffer[]): void {
    if (this.leaving) return;
    this.arrivals += 1;
    try {
      const request = decode(channel, frames, this.signer);
      this.dispatch.handle(request).catch((error: unknown) => {
        this.parts.log(`a ${request.type} could not be answered: ${String(error)}`);
      });
    } catch (error) {
      const what = error instanceof Malformed ? error.message : String(error);
      this.parts.log(`dropped what came on ${channel}: ${what}`);
    }
  }

  private output({ id, message, content, metadata, buffers, bytes }: Output): void {
    const taken = (): void => {
      Atomics.sub(this.shared, OUTSTANDING, bytes);
      Atomics.notify(this.shared, OUTSTANDING);
    };
    if (message === 'execute_result') this.keepResult(id, content.data);
    try {
      this.outbox.publish(this.parents.get(id)?.header, message, content, { metadata, buffers, taken });
    } catch (error) {
      taken();
      this.parts.log(`a ${message} could not be sent: ${String(error)}`);
    }
  }

  private keepResult(id: string, data: unknown): void {
    const text = (data as Readonly<Record<string, unknown>> | undefined)?.['text/plain'];
    if (typeof text === 'string') this.history.setOutput(id, text);
  }

  /** The answers are on their way. */
  private async shutdown(restart: boolean): Promise<void> {
    if (this.leaving) return;
    this.leaving = true;
    // a main thread that does not even hear this is not to be waited for
    setTimeout(killKernel, EXIT_MS);
    this.interrupt();
    await Promise.race([this.historyFile.flushed(), delay(FLUSH_MS)]);
    await this.parts.sockets.close(FLUSH_MS);
    await delay(LEAVE_MS);
    this.parts.post({ type: 'shutdown', restart });
  }
}

function portName(socket: string): string {
  return socket === 'heartbeat' ? 'hb_port' : `${socket}_port`;
}
