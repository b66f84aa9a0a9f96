import { randomUUID } from 'node:crypto';
import type { Content } from '../link';
import type { CellRun } from './cell-run';
import { currentRun, within } from './context';
import type { Outbox } from './outbox';

type Buffers = readonly Uint8Array[];
type MessageListener = (data: Content, buffers: Buffers) => unknown;
interface SendOptions {
  readonly metadata?: Content;
  readonly buffers?: Buffers;
}
interface OpenOptions extends SendOptions {
  readonly data?: Content;
  readonly id?: string;
}
interface CommRequest {
  readonly message: 'comm_open' | 'comm_msg' | 'comm_close';
  readonly content: Content;
  readonly buffers: Buffers;
}

/** One line between a cell and something on the page. */
export interface Comm {
  readonly id: string;
  readonly target: string;
  send(data: Content, options?: SendOptions): void;
  close(data?: Content): void;
  onMessage(listener: MessageListener): void;
  onClose(listener: (data: Content) => unknown): void;
}

interface OpenComm {
  readonly comm: Comm;
  /** The run of the cell that opened it: what its listeners print is shown there. */
  readonly run: CellRun | undefined;
  readonly messages: MessageListener[];
  readonly closings: ((data: Content) => unknown)[];
}
type Opened = (comm: Comm, data: Content, buffers: Buffers) => unknown;

/** The comms that are open between cells and front ends. */
export class Comms {
  private readonly open = new Map<string, OpenComm>();
  private readonly targets = new Map<string, { opened: Opened; run: CellRun | undefined }>();
  /** The request whose listeners are being called: what they send at once is an answer to it, as ipywidgets' echoes must be. */
  private handling: string | undefined;

  /** Ends the wait for listeners that were stopped. */
  private readonly waits = new Set<() => void>();

  constructor(
    private readonly outbox: Outbox,
    private readonly stoppable: (body: () => void) => boolean,
  ) {}

  /** The listeners that still work have been stopped. */
  interrupt(): void {
    for (const end of this.waits) end();
  }

  /** Opens a comm from a cell. */
  start(target: string, { data = {}, metadata, buffers, id = randomUUID() }: OpenOptions = {}): Comm {
    const run = currentRun();
    if (!run) throw new Error('A comm can only be opened by a cell: call openComm inside one.');
    const entry = this.register(target, id, run);
    run.publish('comm_open', { comm_id: id, target_name: target, data }, { ...(metadata && { metadata }), ...(buffers && { buffers }) }); // prettier-ignore
    return entry.comm;
  }

  /** Says what happens when the front end opens a comm to `target`. */
  accept(target: string, opened: Opened): void {
    this.targets.set(target, { opened, run: currentRun() });
  }

  /** A message from the front end. What a listener throws or rejects with surfaces as if a timer had thrown it. */
  async handle(id: string, { message, content, buffers }: CommRequest): Promise<void> {
    const commId = String(content.comm_id);
    const data = (content.data ?? {}) as Content;
    if (message === 'comm_open') {
      await this.opened(id, commId, String(content.target_name), data, buffers);
      return;
    }
    const entry = this.open.get(commId);
    if (!entry) return;
    if (message === 'comm_close') this.forget(commId);
    const listeners = message === 'comm_msg' ? entry.messages : entry.closings;
    for (const listener of [...listeners]) await this.call(id, entry.run, () => listener(data, buffers));
  }

  private async opened(id: string, commId: string, target: string, data: Content, buffers: Buffers): Promise<void> {
    const known = this.targets.get(target);
    if (!known) {
      this.outbox.output(id, 'comm_close', { comm_id: commId, data: {} });
      return;
    }
    const { comm } = this.register(target, commId, known.run);
    await this.call(id, known.run, () => known.opened(comm, data, buffers));
  }

  private async call(id: string, run: CellRun | undefined, body: () => unknown): Promise<void> {
    if (run?.cut) return;
    let stop: () => void = () => undefined;
    const stopped = new Promise<'stopped'>((resolve) => (stop = (): void => { resolve('stopped'); })); // prettier-ignore
    let result: unknown;
    this.waits.add(stop);
    try {
      this.handling = id;
      const whole = this.stoppable(() => { result = within(run, body); }); // prettier-ignore
      this.handling = undefined;
      if (!whole) stop();
      if ((await Promise.race([stopped, result])) === 'stopped')
        run?.write('stderr', 'KeyboardInterrupt: interrupted\n');
    } finally {
      this.handling = undefined;
      this.waits.delete(stop);
    }
  }

  private register(target: string, id: string, run: CellRun | undefined): OpenComm {
    const send = (message: 'comm_msg' | 'comm_close', data: Content, { metadata, buffers }: SendOptions = {}): void => {
      if (!this.open.has(id)) throw new Error(`The comm to "${target}" is closed: open another.`);
      const extra = { ...(metadata && { metadata }), ...(buffers && { buffers }) };
      if (this.handling === undefined) (currentRun() ?? run)?.publish(message, { comm_id: id, data }, extra);
      else this.outbox.output(this.handling, message, { comm_id: id, data }, extra);
    };
    const entry: OpenComm = {
      run,
      messages: [],
      closings: [],
      comm: {
        id,
        target,
        send: (data, options) => { send('comm_msg', data, options); },
        close: (data = {}) => {
          send('comm_close', data);
          this.forget(id);
        },
        onMessage: (listener) => { entry.messages.push(listener); },
        onClose: (listener) => { entry.closings.push(listener); },
      },
    }; // prettier-ignore
    this.open.set(id, entry);
    this.tell();
    return entry;
  }

  private forget(id: string): void {
    this.open.delete(id);
    this.tell();
  }

  private tell(): void {
    const targets = Object.fromEntries([...this.open].map(([id, { comm }]) => [id, comm.target]));
    this.outbox.send({ type: 'comms', targets });
  }
}
