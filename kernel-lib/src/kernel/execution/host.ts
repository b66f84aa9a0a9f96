import type { Content } from '../link';
import type { Comms } from './comms';
import type { CellRun } from './cell-run';
import { currentRun } from './context';
import { whileRunning } from './timers';
import type { Modules } from './modules';
import type { Stdin } from './stdin';

/** A value in several forms, by MIME type. */
type Bundle = Readonly<Record<string, unknown>>;

interface DisplayOptions {
  readonly displayId?: string;
  readonly update?: boolean;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Where `kernel-lib` looks for the kernel; these keys are all that the two share, each may be another copy. */
const SINK = Symbol.for('kernel-lib.display-sink');
const HOST = Symbol.for('kernel-lib.notebook-host');

interface HostParts {
  readonly comms: Comms;
  readonly stdin: Stdin;
  readonly modules: Modules;
  /** The run that output with no run of its own goes to. */
  readonly latest: () => CellRun | undefined;
}

/** Puts in place what a cell sees of the kernel. */
export function installHost({ comms, stdin, modules, latest }: HostParts): void {
  const run = (): CellRun | undefined => currentRun() ?? latest();
  const sink = {
    kind: 'notebook',
    display(data: Bundle, { displayId, update = false, metadata = {} }: DisplayOptions = {}): void {
      const transient = displayId === undefined ? {} : { display_id: displayId };
      run()?.publish(update ? 'update_display_data' : 'display_data', { data, metadata, transient });
    },
    clear(wait: boolean): void {
      run()?.publish('clear_output', { wait });
    },
  };
  const host = {
    input: stdin.ask.bind(stdin),
    openComm: comms.start.bind(comms),
    onComm: comms.accept.bind(comms),
    signal: (): AbortSignal | undefined => run()?.signal,
  };
  Object.assign(globalThis, { [SINK]: sink, [HOST]: host, input: host.input });
  modules.whenRequired('tslab', (require) => {
    // notebooks written for stock tslab show things through the writer that its kernel puts here
    const jupyter = require('tslab/dist/jupyter.js') as { lastWriteDisplayData: unknown };
    jupyter.lastWriteDisplayData = (content: Content, update = false): void => {
      run()?.publish(update ? 'update_display_data' : 'display_data', content);
    };
  });
  adoptFetch();
}

/** An interrupted cell waits for no download, and the download stops. */
function adoptFetch(): void {
  const original = globalThis.fetch;
  globalThis.fetch = function fetch(input, init): ReturnType<typeof original> {
    const owner = currentRun();
    if (!owner) return original(input, init);
    const asked = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    const signal = asked ? AbortSignal.any([asked, owner.signal]) : owner.signal;
    return whileRunning(original(input, { ...init, signal }));
  };
}
