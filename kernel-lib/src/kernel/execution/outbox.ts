import { INTERRUPT, OUTSTANDING, type Content, type FromExecution, type OutputType } from '../link';

/** Output that may wait in the messaging thread, in bytes, before a cell that goes on printing has to wait itself. */
const HIGH_WATER = 32 * 2 ** 20;
const LOW_WATER = HIGH_WATER / 2;
const LOOK_MS = 100;
// what a message takes beside its text
const OVERHEAD = 256;
// a cell may replace them for itself
const { parse, stringify } = JSON;

/** What the main thread posts to the messaging thread, and how much of it is still on its way. */
export class Outbox {
  constructor(
    private readonly post: (message: FromExecution) => void,
    private readonly shared: Int32Array<SharedArrayBuffer>,
  ) {}

  send(message: Exclude<FromExecution, { type: 'output' }>): void {
    this.post(message);
  }

  /**
   * Sends a message on iopub. Blocks while too much is on its way: a loop that prints faster than anybody reads is held up, as a
   * full pipe would hold it up, and nothing is lost; an interrupt ends the wait.
   */
  output(
    id: string,
    message: OutputType,
    content: Content,
    extra: { metadata?: Content; buffers?: readonly Uint8Array[] } = {},
  ): void {
    // what a message carries is JSON: it is made here, where an object that has none can still be blamed on its cell
    const text = stringify(content);
    const bytes = OVERHEAD + text.length + (extra.buffers ?? []).reduce((sum, buffer) => sum + buffer.byteLength, 0);
    this.outgoing({ type: 'output', id, message, content: parse(text) as Content, bytes, ...extra });
  }

  /** As `output`, for what a cell writes: text as it is. */
  stream(id: string, name: string, text: string): void {
    this.outgoing({ type: 'output', id, message: 'stream', content: { name, text }, bytes: OVERHEAD + text.length });
  }

  private outgoing(message: Extract<FromExecution, { type: 'output' }>): void {
    this.waitForReaders();
    Atomics.add(this.shared, OUTSTANDING, message.bytes);
    this.post(message);
  }

  /** The serial of the newest interrupt that the messaging thread has asked for. */
  newestInterrupt(): number {
    return Atomics.load(this.shared, INTERRUPT);
  }

  private waitForReaders(): void {
    if (Atomics.load(this.shared, OUTSTANDING) < HIGH_WATER) return;
    const interrupt = Atomics.load(this.shared, INTERRUPT);
    for (;;) {
      const outstanding = Atomics.load(this.shared, OUTSTANDING);
      if (outstanding < LOW_WATER || Atomics.load(this.shared, INTERRUPT) !== interrupt) return;
      Atomics.wait(this.shared, OUTSTANDING, outstanding, LOOK_MS);
    }
  }
}
