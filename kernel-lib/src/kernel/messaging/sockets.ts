import { setTimeout as delay } from 'node:timers/promises';
import type { Connection, SocketName } from './connection';
import type { Log } from './log';
import { Sender } from './sender';
import type { Channel } from './wire';
import type { PublisherSocket, Socket, Zeromq } from './zeromq';

/** Who hears what arrives. */
export interface Receivers {
  readonly request: (channel: Channel, frames: Buffer[]) => void;
  /** Somebody subscribed to a topic on iopub; usually the empty one. */
  readonly subscribed: (topic: Buffer) => void;
}

const MAX_FRAME = 256 << 20;
// bounds what a subscriber that stopped reading keeps in memory beside the messages that wait here
const IOPUB_QUEUE = 16;
const LINGER_MS = 1000;
const SUBSCRIBED = 1;

/** The five sockets of a kernel. */
export class Sockets {
  readonly senders: Readonly<Record<Channel | 'iopub', Sender>>;
  private readonly sockets: Readonly<Record<SocketName, Socket>>;

  constructor(
    { Router, Reply, XPublisher }: Zeromq,
    private readonly log: Log,
  ) {
    const iopub = new XPublisher();
    this.sockets = { shell: new Router(), control: new Router(), iopub, stdin: new Router(), heartbeat: new Reply() };
    this.configure(iopub);
    this.senders = {
      shell: new Sender(this.sockets.shell, log),
      control: new Sender(this.sockets.control, log),
      stdin: new Sender(this.sockets.stdin, log),
      iopub: new Sender(iopub, log),
    };
  }

  /** @throws Error, one sentence, when a port is taken. */
  async bind({ addresses, ipv6 }: Connection): Promise<void> {
    for (const [name, socket] of Object.entries(this.sockets)) {
      const address = addresses[name as SocketName];
      socket.ipv6 = ipv6;
      try {
        await socket.bind(address);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`The kernel's ${name} socket cannot use ${address} (${reason}): start the kernel again.`);
      }
    }
  }

  listen({ request, subscribed }: Receivers): void {
    const { shell, control, stdin, iopub, heartbeat } = this.sockets;
    void this.receive(shell, (frames) => { request('shell', frames); }); // prettier-ignore
    void this.receive(control, (frames) => { request('control', frames); }); // prettier-ignore
    void this.receive(stdin, (frames) => { request('stdin', frames); }); // prettier-ignore
    void this.receive(heartbeat, (frames) => heartbeat.send(frames));
    void this.receive(iopub, ([event]) => {
      if (event?.[0] === SUBSCRIBED) subscribed(event.subarray(1));
    });
  }

  /** Closes when zeromq has every message, or after `patience` ms; zeromq itself goes on sending for a second. */
  async close(patience: number): Promise<void> {
    const senders = Object.values(this.senders);
    await Promise.race([Promise.all(senders.map((sender) => sender.drained())), delay(patience)]);
    for (const sender of senders) sender.close();
    for (const socket of Object.values(this.sockets)) socket.close();
  }

  private configure(iopub: PublisherSocket): void {
    for (const socket of Object.values(this.sockets)) {
      socket.linger = LINGER_MS;
      socket.maxMessageSize = MAX_FRAME;
      // refuse at once what cannot be sent at once: the sender tries again
      socket.sendTimeout = 0;
    }
    // a router drops what finds a full queue; there is one answer a request
    for (const name of ['shell', 'control', 'stdin'] as const) this.sockets[name].sendHighWaterMark = 0;
    iopub.sendHighWaterMark = IOPUB_QUEUE;
    iopub.noDrop = true;
    iopub.verbosity = 'allSubs';
  }

  private async receive(socket: Socket, handle: (frames: Buffer[]) => void | Promise<void>): Promise<void> {
    while (!socket.closed) {
      try {
        await handle(await socket.receive());
      } catch (error) {
        if (isClosed(socket)) return;
        this.log(`a message could not be received: ${String(error)}`);
        await delay(1);
      }
    }
  }
}

// a call, because the socket may have closed while the loop waited
function isClosed(socket: Socket): boolean {
  return socket.closed;
}
