import { inspect } from 'node:util';
import { currentRun, type CellRun } from './cell-run';
import type { Tslab } from './tslab';

/** A value in several forms, by MIME type. */
type Bundle = Readonly<Record<string, unknown>>;

interface DisplayOptions {
  readonly displayId?: string;
  readonly update?: boolean;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Where `kernel-lib`'s display looks for a sink; the key is all that the two share, each may be another copy. */
const SINK = Symbol.for('kernel-lib.display-sink');

/** Sends bundles whole: stock tslab's display takes one MIME type at a time, so a figure could bring no fallback. */
export function installSink(tslab: Tslab, fallback: () => CellRun | undefined): void {
  const send = (content: object, update = false): void => {
    const run = currentRun() ?? fallback();
    run?.publish(update ? 'update_display_data' : 'display_data', content);
  };
  tslab.jupyter.lastWriteDisplayData = send;
  const display = (bundle: Bundle, { displayId, update, metadata = {} }: DisplayOptions = {}): void => {
    const transient = displayId === undefined ? {} : { display_id: displayId };
    send({ data: bundle, metadata, transient }, update);
  };
  Object.assign(globalThis, { [SINK]: { kind: 'notebook', display } });
}

/** The value of a cell's last expression, in the forms it offers. */
export function resultBundle(value: unknown): Bundle {
  if (
    typeof value === 'object' &&
    value !== null &&
    'toMimeBundle' in value &&
    typeof value.toMimeBundle === 'function'
  ) {
    return (value as { toMimeBundle(): Bundle }).toMimeBundle();
  }
  return { 'text/plain': typeof value === 'string' ? value : inspect(value) };
}
