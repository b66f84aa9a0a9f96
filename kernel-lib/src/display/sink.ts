import { stdout } from 'node:process';
import { plainText, wireBundle, type MimeBundle } from './mime';
import { tslabSink } from './tslab-sink';

/** How a bundle is shown: anew, or in place of an earlier one. */
export interface DisplayOptions {
  /** Names this output, so that a later call with `update` replaces it. */
  readonly displayId?: string;
  /** Replace the output named `displayId` where the sink can; otherwise it is shown again. */
  readonly update?: boolean;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Where outputs go. A notebook replaces an output in place, a terminal redraws its last line, a log only grows. */
export interface DisplaySink {
  readonly kind: 'notebook' | 'terminal' | 'log';
  /** Shows a bundle, or puts it in the place of the one with the same display id. */
  display(bundle: MimeBundle, options?: DisplayOptions): void;
  /** Takes away what the running cell has shown; with `wait`, once there is something new to show. */
  clear?(wait: boolean): void;
  /** Writes text as it is, without a new line: what a progress line on a terminal needs. */
  write?(text: string): void;
  /** The width of the terminal, in character cells. */
  columns?(): number;
}

/** The global slot in which a kernel puts its sink. Read at each use, so a kernel may swap it between cells. */
export const SINK_SLOT: unique symbol = Symbol.for('kernel-lib.display-sink');

const slot = globalThis as { [SINK_SLOT]?: DisplaySink | undefined };

/** A sink on a stream of text: what there is outside a notebook. */
export function streamSink(
  stream: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number } = stdout,
): DisplaySink {
  return {
    kind: stream.isTTY === true ? 'terminal' : 'log',
    display: (bundle): void => {
      stream.write(`${plainText(bundle)}\n`);
    },
    write: (text): void => {
      stream.write(text);
    },
    columns: () => stream.columns ?? 80,
  };
}

/** The sink in use: the kernel's, else stock tslab's, else standard output. */
export function currentSink(): DisplaySink {
  return slot[SINK_SLOT] ?? tslabSink() ?? streamSink();
}

/** Sends every output to `sink` (none: back to what the surroundings offer). Returns the sink that was set before. */
export function setSink(sink: DisplaySink | undefined): DisplaySink | undefined {
  const before = slot[SINK_SLOT];
  slot[SINK_SLOT] = sink;
  return before;
}

/** Shows a bundle. A sink that fails costs the output, never the computation that made it. */
export function display(bundle: MimeBundle, options: DisplayOptions = {}): void {
  const sink = currentSink();
  const content = sink.kind === 'notebook' ? wireBundle(bundle) : bundle;
  attempt(() => {
    sink.display(content, options);
  });
}

/** Runs an output call and swallows what it throws: a closed pipe or a gone front end must not stop a training run. */
export function attempt(output: () => void): void {
  try {
    output();
  } catch {
    // The reader has gone; there is nobody left to tell.
  }
}
