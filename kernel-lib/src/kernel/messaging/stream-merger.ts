import type { Content, FromExecution } from '../link';

type Output = Extract<FromExecution, { type: 'output' }>;

// A message for each write would drown the reader in a loop of console.log; nobody sees a delay of this size.
const FLUSH_MS = 40;
// zeromq and its readers bound what they keep by the number of messages, not by their size
const FLUSH_LENGTH = 2 ** 16;

/**
 * Merges what one cell writes to one stream, about 25 messages a second. Here and not on the main thread, where a timer may have
 * to wait for a loop: what was printed before the loop is to be seen while it runs.
 */
export class StreamMerger {
  private pending: { first: Output; name: unknown; parts: string[]; length: number; bytes: number } | undefined;
  private lastFlush = -Infinity;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly send: (output: Output) => void) {}

  add(output: Output): void {
    if (output.message !== 'stream') {
      this.flush();
      this.send(output);
      return;
    }
    const { name, text } = output.content as Content & { readonly text: string };
    if (this.pending?.first.id !== output.id || this.pending.name !== name) {
      this.flush();
      this.pending = { first: output, name, parts: [], length: 0, bytes: 0 };
    }
    this.pending.parts.push(text);
    this.pending.length += text.length;
    this.pending.bytes += output.bytes;
    const wait = FLUSH_MS - (performance.now() - this.lastFlush);
    if (wait <= 0 || this.pending.length >= FLUSH_LENGTH) this.flush();
    else this.timer ??= setTimeout(() => { this.flush(); }, wait); // prettier-ignore
  }

  /** Sends what is held back: before anything that has to come after it. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.pending) return;
    const { first, name, parts, bytes } = this.pending;
    this.pending = undefined;
    this.lastFlush = performance.now();
    this.send({ ...first, content: { name, text: parts.join('') }, bytes });
  }
}
