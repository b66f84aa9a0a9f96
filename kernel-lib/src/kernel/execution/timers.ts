import { createRequire } from 'node:module';
import timers from 'node:timers';
import { promisify } from 'node:util';
import type { CellRun, PendingTimer } from './cell-run';
import { currentRun, within } from './context';

type Callback = (...values: unknown[]) => void;
type Handle = NodeJS.Timeout | NodeJS.Immediate;
type Setter = (callback: Callback, ...rest: unknown[]) => Handle;
type Clearer = (handle: unknown) => void;

/** Timers as Node made them, for the kernel itself. */
export const native: Pick<typeof globalThis, 'setTimeout' | 'setImmediate'> = {
  setTimeout: globalThis.setTimeout,
  setImmediate: globalThis.setImmediate,
};

/**
 * Replaces the timers that cells see, so that one belongs to the cell that set it: it goes when the cell is interrupted, and its
 * callback can be stopped while it runs. `stoppable` is told the callback and returns false when it was stopped.
 */
export function adoptTimers(stoppable: (body: () => void) => boolean): void {
  const owned = new WeakMap<object, { run: CellRun; pending: PendingTimer }>();

  const adopt = (original: Setter, clear: Clearer, kind: 'once' | 'repeated' | 'immediate'): Setter => {
    const set: Setter = (callback, ...rest) => {
      const run = currentRun();
      // a callback that is none gets Node's own error
      if (!run || typeof callback !== 'function') return original(callback, ...rest);
      const handle = original(
        (...values: unknown[]) => {
          if (kind !== 'repeated') run.timers.delete(pending);
          if (run.cut) return;
          const whole = within(run, () => stoppable(() => { callback(...values); })); // prettier-ignore
          if (!whole) run.interrupt();
        },
        ...rest,
      );
      const due = kind === 'repeated' ? Infinity : performance.now() + (kind === 'once' ? delay(rest[0]) : 0);
      const pending: PendingTimer = { due, cancel: () => { clear(handle); } }; // prettier-ignore
      if (run.cut) {
        pending.cancel();
        return handle;
      }
      run.timers.add(pending);
      owned.set(handle, { run, pending });
      return handle;
    };
    Object.defineProperty(set, 'name', { value: original.name });
    return set;
  };
  const release = (original: Clearer): Clearer => {
    const clear: Clearer = (handle) => {
      const mine = typeof handle === 'object' && handle !== null ? owned.get(handle) : undefined;
      mine?.run.timers.delete(mine.pending);
      original(handle);
    };
    Object.defineProperty(clear, 'name', { value: original.name });
    return clear;
  };

  const replaced = {
    setTimeout: adopt(timers.setTimeout as Setter, timers.clearTimeout as Clearer, 'once'),
    setInterval: adopt(timers.setInterval as Setter, timers.clearInterval as Clearer, 'repeated'),
    setImmediate: adopt(timers.setImmediate, timers.clearImmediate as Clearer, 'immediate'),
    clearTimeout: release(timers.clearTimeout as Clearer),
    clearInterval: release(timers.clearInterval as Clearer),
    clearImmediate: release(timers.clearImmediate as Clearer),
  };
  adoptPromised(replaced);
  Object.assign(timers, replaced);
  Object.assign(globalThis, replaced);
}

/** `node:timers/promises`, and what `promisify` makes of a timer: a wait that an interrupted cell does not wake from. */
function adoptPromised(replaced: Record<'setTimeout' | 'setImmediate', Setter>): void {
  const promised = createRequire(__filename)('node:timers/promises') as Record<string, unknown>;
  for (const name of ['setTimeout', 'setImmediate'] as const) {
    const original = promised[name] as (...values: unknown[]) => Promise<unknown>;
    const adopted = (...values: unknown[]): Promise<unknown> => whileRunning(original(...values));
    promised[name] = adopted;
    Object.defineProperty(replaced[name], promisify.custom, { value: adopted });
  }
  const scheduler = promised.scheduler as { wait: (...values: unknown[]) => Promise<unknown> };
  const wait = scheduler.wait.bind(scheduler);
  scheduler.wait = (...values): Promise<unknown> => whileRunning(wait(...values));
}

/** The promise, as long as the cell that waits for it was not interrupted; after that it stays pending. */
export function whileRunning<T>(promise: Promise<T>): Promise<T> {
  const run = currentRun();
  if (!run) return promise;
  const settle = (): Promise<T> => (run.cut ? new Promise(() => undefined) : promise);
  return promise.then(settle, settle);
}

// Node's own rule: what is no delay is a delay of one millisecond
function delay(value: unknown): number {
  const milliseconds = Number(value);
  return milliseconds >= 1 && milliseconds <= 2 ** 31 - 1 ? milliseconds : 1;
}
