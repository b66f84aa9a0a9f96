import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import type { Socket } from 'kernel-lib/kernel/messaging/zeromq';
import { type Connection, makeConnection } from './free-connection';

export type Channel = 'shell' | 'control' | 'stdin';

export interface Received {
  readonly channel: Channel | 'iopub';
  readonly type: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly parent: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly content: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Buffer[];
}

interface ClientSocket extends Socket {
  routingId: string;
  connect(address: string): void;
  subscribe(topic: string): void;
}
interface ClientZeromq {
  readonly Dealer: new () => ClientSocket;
  readonly Subscriber: new () => ClientSocket;
  readonly Request: new () => ClientSocket;
}

const require = createRequire(import.meta.url);
export const zeromq = createRequire(require.resolve('tslab/package.json'))('zeromq') as ClientZeromq;

const DELIMITER = '<IDS|MSG>';
const STARTS = 3;
// only a message that never comes: a machine may be ten times slower than the next
const PATIENCE_MS = 120_000;

export interface StartOptions {
  /** Arguments of node before `--config-path`. */
  readonly command: readonly string[];
  readonly key?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly detached?: boolean;
}

/** A kernel process, and a front end connected to it. */
export class Client {
  readonly received: Received[] = [];
  readonly session: string = randomUUID();
  readonly sockets: Readonly<Record<Channel | 'iopub', ClientSocket>>;
  stderr = '';
  private readonly waiters = new Set<() => void>();

  private constructor(
    readonly process: ChildProcess,
    readonly connection: Connection,
    readonly folder: string,
  ) {
    process.stderr?.on('data', (chunk: Buffer) => { this.stderr += chunk.toString(); }); // prettier-ignore
    this.sockets = this.connect(true);
  }

  /** Starts a kernel, and another where a port was taken before the kernel had bound it. */
  static async start(options: StartOptions): Promise<Client> {
    for (let attempt = 1; ; attempt++) {
      const client = await Client.launch(options);
      try {
        await client.ready();
        return client;
      } catch (error) {
        client.close();
        if (attempt === STARTS || !client.stderr.includes('socket cannot use')) throw error;
      }
    }
  }

  private static async launch({ command, key, environment = {}, detached = false }: StartOptions): Promise<Client> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kernel-'));
    const connection = await makeConnection(key);
    const file = path.join(folder, 'connection.json');
    fs.writeFileSync(file, JSON.stringify(connection));
    const child = spawn(process.execPath, [...command, '--config-path', file], {
      stdio: ['ignore', 'inherit', 'pipe'],
      env: { ...process.env, UNROLLED_CACHE: folder, ...environment },
      detached,
    });
    return new Client(child, connection, folder);
  }

  /** Asks until the kernel answers and its iopub messages arrive. */
  private async ready(): Promise<void> {
    for (;;) {
      if (this.process.exitCode !== null || this.process.signalCode !== null)
        throw new Error(`the kernel ended: ${this.stderr}`);
      const id = this.send('shell', 'kernel_info_request', {});
      try {
        await this.find((message) => message.parent.msg_id === id && message.channel === 'iopub', 500);
        await this.reply(id, 10_000);
        return;
      } catch {
        // not yet
      }
    }
  }

  /** Sockets of a front end of their own, read into `received` when `listening`. */
  connect(listening: boolean): Readonly<Record<Channel | 'iopub', ClientSocket>> {
    const routingId = randomUUID();
    const make = (channel: Channel | 'iopub', port: number): ClientSocket => {
      const socket = channel === 'iopub' ? new zeromq.Subscriber() : new zeromq.Dealer();
      socket.linger = 0;
      if (channel === 'iopub') socket.subscribe('');
      else socket.routingId = routingId;
      socket.connect(`tcp://127.0.0.1:${port}`);
      if (listening) void this.listen(channel, socket);
      return socket;
    };
    const { shell_port, control_port, stdin_port, iopub_port } = this.connection;
    return {
      shell: make('shell', shell_port),
      control: make('control', control_port),
      stdin: make('stdin', stdin_port),
      iopub: make('iopub', iopub_port),
    };
  }

  private async listen(channel: Channel | 'iopub', socket: ClientSocket): Promise<void> {
    while (!socket.closed) {
      try {
        this.received.push(this.parse(channel, await socket.receive()));
      } catch (error) {
        if (isClosed(socket)) return;
        throw error;
      }
      for (const wake of this.waiters) wake();
    }
  }

  /** Reads a message, and checks its signature. */
  parse(channel: Channel | 'iopub', frames: readonly Buffer[]): Received {
    const start = frames.findIndex((frame) => frame.toString() === DELIMITER);
    const [signature, ...rest] = frames.slice(start + 1);
    const parts = rest.slice(0, 4);
    if (signature?.toString() !== this.sign(parts)) throw new Error('the kernel signed wrongly');
    const [header = {}, parent = {}, metadata = {}, content = {}] = parts.map(
      (part) => JSON.parse(part.toString()) as Received['header'],
    );
    return { channel, type: String(header.msg_type), header, parent, metadata, content, buffers: rest.slice(4) };
  }

  sign(parts: readonly (Buffer | string)[]): string {
    if (this.connection.key === '') return '';
    const hmac = createHmac('sha256', this.connection.key);
    for (const part of parts) hmac.update(part);
    return hmac.digest('hex');
  }

  /** The frames of a request, and its id. */
  frames(
    type: string,
    content: unknown,
    parent: unknown = {},
    buffers: readonly Buffer[] = [],
  ): { id: string; frames: Buffer[] } {
    const id = randomUUID();
    const header = {
      msg_id: id,
      msg_type: type,
      session: this.session,
      username: 'test',
      date: new Date().toISOString(),
      version: '5.4',
    };
    const parts = [header, parent, {}, content].map((part) => Buffer.from(JSON.stringify(part)));
    return { id, frames: [Buffer.from(DELIMITER), Buffer.from(this.sign(parts)), ...parts, ...buffers] };
  }

  /** Sends a request; returns its id. */
  send(
    channel: Channel,
    type: string,
    content: unknown,
    parent: unknown = {},
    buffers: readonly Buffer[] = [],
  ): string {
    const { id, frames } = this.frames(type, content, parent, buffers);
    this.raw(channel, frames);
    return id;
  }

  private readonly sending = new Map<Channel, Promise<void>>();

  /** Sends frames as they are, after those sent before. */
  raw(channel: Channel, frames: readonly Buffer[]): void {
    const before = this.sending.get(channel) ?? Promise.resolve();
    this.sending.set(
      channel,
      before.then(() => this.sockets[channel].send(frames)).catch(() => undefined),
    );
  }

  /** When everything sent so far is with zeromq. */
  async flushed(): Promise<void> {
    await Promise.all(this.sending.values());
  }

  /** Drops what was received so far. */
  forget(): void {
    this.received.length = 0;
  }

  execute(code: string, options: Readonly<Record<string, unknown>> = {}): string {
    return this.send('shell', 'execute_request', {
      code,
      silent: false,
      store_history: true,
      allow_stdin: true,
      ...options,
    });
  }

  /** The first message, past or to come, that passes. */
  async find(passes: (message: Received) => boolean, patience = PATIENCE_MS): Promise<Received> {
    let checked = 0;
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        for (; checked < this.received.length; checked++) {
          const message = this.received[checked];
          if (!message || !passes(message)) continue;
          this.waiters.delete(wake);
          clearTimeout(timer);
          resolve(message);
          return;
        }
      };
      const timer = setTimeout(() => {
        this.waiters.delete(wake);
        reject(new Error('the message did not come'));
      }, patience);
      this.waiters.add(wake);
      wake();
    });
  }

  async reply(id: string, patience?: number): Promise<Received> {
    return this.find(
      ({ channel, type, parent }) => channel !== 'iopub' && type.endsWith('_reply') && parent.msg_id === id,
      patience,
    );
  }

  async idle(id: string): Promise<void> {
    await this.find(({ parent, content }) => parent.msg_id === id && content.execution_state === 'idle');
  }

  /** Runs a cell to its end. */
  async run(code: string, options: Readonly<Record<string, unknown>> = {}): Promise<Received> {
    const id = this.execute(code, options);
    await this.idle(id);
    return this.reply(id);
  }

  /** What was published for a request: types, and for a status its state. */
  published(id: string): string[] {
    return this.of(id).map(({ type, content }) => (type === 'status' ? String(content.execution_state) : type));
  }

  of(id: string): Received[] {
    return this.received.filter(({ channel, parent }) => channel === 'iopub' && parent.msg_id === id);
  }

  async exited(): Promise<number | null> {
    const { process } = this;
    if (process.exitCode === null && process.signalCode === null)
      await new Promise((resolve) => process.once('exit', resolve));
    return process.exitCode;
  }

  close(): void {
    this.process.kill('SIGKILL');
    for (const socket of Object.values(this.sockets)) socket.close();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

function isClosed(socket: ClientSocket): boolean {
  return socket.closed;
}
