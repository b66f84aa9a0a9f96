import { createHash, randomUUID } from 'node:crypto';
import net from 'node:net';
import type { Rng } from 'kernel-lib/tensor/rng';
import { zeromq, type Channel, type Client } from './messaging/client';

const channels = ['shell', 'control', 'stdin'] as const satisfies readonly Channel[];
const types = [
  'execute_request', 'execute_reply', 'complete_request', 'inspect_request', 'is_complete_request', 'history_request',
  'kernel_info_request', 'comm_open', 'comm_msg', 'comm_close', 'comm_info_request', 'input_reply', 'input_request',
  'debug_request', 'connect_request', 'interrupt_request', 'status', '', '__proto__', 'constructor', 'toString',
] as const; // prettier-ignore

/** Sends what no front end would send. Whatever it signs rightly is harmless; whatever is not harmless it signs wrongly. */
export class Fuzzer {
  sent = 0;
  private readonly seen: Buffer[][] = [];
  private readonly heartbeat = new zeromq.Dealer();

  /** @param forbidden code that no message which the kernel accepts contains: it must never run. */
  constructor(
    private readonly client: Client,
    private readonly rng: Rng,
    private readonly forbidden: string,
  ) {
    this.heartbeat.linger = 0;
    this.heartbeat.sendTimeout = 0;
    this.heartbeat.connect(`tcp://127.0.0.1:${client.connection.hb_port}`);
  }

  /** One message, or a burst of them. */
  step(): void {
    const { rng } = this;
    const attack = this.pick([
      () => { this.send(this.channel(), this.noise()); },
      () => { this.send(this.channel(), this.unsigned()); },
      () => { this.send(this.channel(), this.mutated()); },
      () => { this.send(this.channel(), this.signedNonsense()); },
      () => { this.send(this.channel(), this.odd()); },
      () => { this.replay(); },
      () => { this.reordered(); },
      () => { if (rng.uniform() < 0.05) this.send(this.channel(), this.huge()); },
      () => { if (rng.uniform() < 0.05) this.stray(); },
      () => { void this.heartbeat.send(this.noise()).catch(() => undefined); },
    ]); // prettier-ignore
    attack();
  }

  /** A request that runs `code`; the same frames may come again later, and must not run again. */
  good(code: string): string {
    const { id, frames } = this.client.frames('execute_request', { code });
    this.seen.push(frames);
    this.send('shell', frames);
    return id;
  }

  private channel(): Channel {
    return this.pick(channels);
  }

  private send(channel: Channel, frames: readonly Buffer[]): void {
    this.sent += 1;
    this.client.raw(channel, frames);
  }

  /** Frames of random bytes, with a delimiter somewhere or nowhere. */
  private noise(): Buffer[] {
    const frames = Array.from({ length: this.rng.integer(10) }, () => this.bytes(this.rng.integer(200)));
    if (this.rng.uniform() < 0.7) frames.splice(this.rng.integer(frames.length + 1), 0, Buffer.from('<IDS|MSG>'));
    return frames.length > 0 ? frames : [Buffer.alloc(0)];
  }

  /** A request that would do harm, without a signature or with somebody else's. */
  private unsigned(): Buffer[] {
    const { frames } = this.client.frames('execute_request', { code: this.forbidden });
    frames[1] = this.pick([
      () => Buffer.alloc(0),
      () => Buffer.from('0'.repeat(64)),
      () => Buffer.from(createHash('sha256').update(frames[5] ?? '').digest('hex')),
      () => this.bytes(32),
      () => Buffer.from((frames[1] ?? '').toString().toUpperCase().slice(1)),
      () => this.seen.at(-1)?.[1] ?? Buffer.alloc(0),
    ])(); // prettier-ignore
    return frames;
  }

  /** A good request in which a harmful code was put, or a byte, a frame or the order of frames changed. */
  private mutated(): Buffer[] {
    const { frames } = this.client.frames('execute_request', { code: '0' });
    const at = 1 + this.rng.integer(frames.length - 1);
    return this.pick([
      () => frames.with(5, Buffer.from(JSON.stringify({ code: this.forbidden }))),
      () => frames.with(at, this.flipped(frames[at] ?? Buffer.alloc(1))),
      () => frames.toSpliced(at, 1),
      () => frames.toSpliced(at, 0, this.bytes(20)),
      () => this.rng.shuffle(frames),
      () => frames.slice(0, at),
    ])(); // prettier-ignore
  }

  /** Rightly signed, but no message: other types where objects belong, broken JSON, broken UTF-8. */
  private signedNonsense(): Buffer[] {
    const part = (): Buffer =>
      this.pick([
        () => Buffer.from('{}'),
        () => Buffer.from(JSON.stringify(this.value(3))),
        () => this.bytes(this.rng.integer(50)),
        () => Buffer.from('{"a":'.repeat(2000) + '1' + '}'.repeat(2000)),
        () => Buffer.from('{"__proto__":{"code":"1","msg_id":"x","msg_type":"execute_request"}}'),
        () => Buffer.from(JSON.stringify({ msg_id: this.value(1), msg_type: this.value(1), session: this.value(1) })),
      ])(); // prettier-ignore
    const parts = [part(), part(), part(), part()];
    return [Buffer.from('<IDS|MSG>'), Buffer.from(this.client.sign(parts)), ...parts];
  }

  /** A request of any type, rightly signed, whose content has values of any type. */
  private odd(): Buffer[] {
    const type = this.pick(types);
    const names = ['code', 'cursor_pos', 'silent', 'hist_access_type', 'n', 'session', 'pattern', 'comm_id', 'target_name', 'data', 'value', 'detail_level', 'store_history', 'user_expressions', 'stop_on_error', 'allow_stdin', '__proto__']; // prettier-ignore
    const content = Object.fromEntries(
      names.filter(() => this.rng.uniform() < 0.4).map((name) => [name, this.value(2)]),
    );
    // an execute request must run nothing here that a test did not send
    if (type === 'execute_request') content.code = this.pick([null, 1, [], {}, true]);
    return this.client.frames(type, content, this.value(2), [this.bytes(10)]).frames;
  }

  private replay(): void {
    if (this.seen.length > 0) this.send(this.pick(['shell', 'control']), this.pick(this.seen));
  }

  /** Several requests whose parts are exchanged. */
  private reordered(): void {
    const all = Array.from({ length: 4 }, () => this.client.frames('execute_request', { code: this.forbidden }).frames);
    for (const [i, frames] of all.entries()) {
      const other = all[(i + 1) % all.length];
      this.send('shell', frames.with(1, other?.[1] ?? Buffer.alloc(0)));
    }
  }

  /** Bytes to any of the five ports, from somebody who does not speak zeromq, or only begins to. */
  private stray(): void {
    const { hb_port, iopub_port, shell_port, control_port, stdin_port } = this.client.connection;
    const socket = net.connect(this.pick([hb_port, iopub_port, shell_port, control_port, stdin_port]), '127.0.0.1');
    socket.on('error', () => undefined);
    const greeting = Buffer.from([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0, ...Buffer.from('NULL')]);
    socket.end(this.rng.uniform() < 0.5 ? greeting : this.bytes(this.rng.integer(300)));
  }

  close(): void {
    this.heartbeat.close();
  }

  private huge(): Buffer[] {
    const size = 1 << (16 + this.rng.integer(9));
    const { frames } = this.client.frames('complete_request', { code: '1', cursor_pos: 1 });
    return this.pick([
      () => frames.with(2 + this.rng.integer(4), Buffer.alloc(size, '[')),
      () => [...frames.with(1, Buffer.alloc(64, '0')), Buffer.alloc(size)],
      () => [Buffer.alloc(size), ...frames],
      () => [...Array.from({ length: 5000 }, () => Buffer.alloc(1)), ...frames],
      () => this.client.frames('comm_msg', { comm_id: 'none', data: 'x'.repeat(size) }).frames,
    ])(); // prettier-ignore
  }

  private value(depth: number): unknown {
    const leaf = [
      null,
      true,
      -1,
      1e308,
      0.5,
      '',
      'x',
      '\u0000',
      '\ud83d\ude00',
      randomUUID().slice(0, this.rng.integer(8)),
    ];
    if (depth === 0 || this.rng.uniform() < 0.5) return this.pick(leaf);
    if (this.rng.uniform() < 0.5) return Array.from({ length: this.rng.integer(4) }, () => this.value(depth - 1));
    return Object.fromEntries(Array.from({ length: this.rng.integer(4) }, (_, i) => [`k${i}`, this.value(depth - 1)]));
  }

  private bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.rng.integer(256)));
  }

  private flipped(frame: Buffer): Buffer {
    const copy = Buffer.from(frame.length > 0 ? frame : Buffer.alloc(1));
    const at = this.rng.integer(copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << this.rng.integer(8));
    return copy;
  }

  private pick<T>(from: readonly T[]): T {
    return from[this.rng.integer(from.length)] as T;
  }
}
