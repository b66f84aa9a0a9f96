import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import { promiseHooks } from 'node:v8';
import type { CellRun } from './cell-run';

// Not AsyncLocalStorage: on Node.js 20 and 22 it rests on async_hooks, whose stack of ids an interrupt tears, and Node then ends
// the process; and it writes itself onto every promise that a cell prints.
let current: CellRun | undefined;
/** What `current` was before each continuation that runs now. */
const outer: (CellRun | undefined)[] = [];
const ofPromise = new WeakMap<object, CellRun>();
const ofError = new WeakMap<object, CellRun>();
let takeFirst: ((promise: object) => void) | undefined;

/** The run that the calling code belongs to; undefined outside any cell. */
export function currentRun(): CellRun | undefined {
  return current;
}

/** Calls `body` as a part of `run`: so is all that it starts and that goes on later. */
export function within<T>(run: CellRun | undefined, body: () => T): T {
  const before = current;
  current = run;
  try {
    return body();
  } catch (error) {
    if (run && typeof error === 'object' && error !== null) ofError.set(error, run);
    throw error;
  } finally {
    current = before;
  }
}

/** The run that a rejected promise or an uncaught error comes from. */
export function originOf(reason: unknown, promise?: object): CellRun | undefined {
  const known = promise && ofPromise.get(promise);
  if (known) return known;
  return (typeof reason === 'object' && reason !== null ? ofError.get(reason) : undefined) ?? current;
}

/** Forgets where the code was that an interrupt has stopped: it never came to the end that would have said so. */
export function leaveContext(): void {
  current = undefined;
  outer.length = 0;
}

/** Calls `body` and tells the first promise that is made in it. */
export function tellFirstPromise(take: (promise: object) => void, body: () => void): void {
  takeFirst = take;
  try {
    body();
  } finally {
    takeFirst = undefined;
  }
}

/** Makes what a cell starts find its run again: promises, ticks, listeners and the callbacks of `fs`. Timers have a file of their own. */
export function followContext(): void {
  promiseHooks.createHook({
    init(promise: object): void {
      const take = takeFirst;
      takeFirst = undefined;
      take?.(promise);
      if (current) ofPromise.set(promise, current);
    },
    before(promise: object): void {
      outer.push(current);
      current = ofPromise.get(promise);
    },
    after(): void {
      current = outer.pop();
    },
  });
  process.nextTick = bindingFirst(process.nextTick.bind(process));
  globalThis.queueMicrotask = bindingFirst(globalThis.queueMicrotask);
  followListeners();
  followFs();
}

type Callable = (...values: never[]) => unknown;

/** The callback, called as a part of the run that made it. */
function bound<T extends Callable>(callback: T): T {
  const run = current;
  if (!run) return callback;
  const calling = function (this: unknown, ...values: never[]): unknown {
    return within(run, () => callback.apply(this, values));
  };
  // Node's own mark of a listener in a wrapper: removeListener and listeners() see through it
  return Object.assign(calling, { listener: callback }) as unknown as T;
}

function bindingFirst<T extends Callable>(original: T): T {
  const wrapped = function (this: unknown, callback: unknown, ...rest: unknown[]): unknown {
    const first = typeof callback === 'function' ? bound(callback as Callable) : callback;
    return original.apply(this, [first, ...rest] as never[]);
  };
  Object.defineProperty(wrapped, 'name', { value: original.name });
  return wrapped as unknown as T;
}

interface Wrapped extends Callable {
  listener?: Wrapped;
}

function followListeners(): void {
  const prototype = EventEmitter.prototype as unknown as Record<string, Callable>;
  for (const name of ['on', 'addListener', 'prependListener', 'once', 'prependOnceListener']) {
    const original = prototype[name];
    if (!original) continue;
    prototype[name] = function (this: unknown, event: unknown, given: unknown): unknown {
      return original.apply(this, [event, typeof given === 'function' ? followed(given as Wrapped) : given] as never[]);
    };
  }
}

function followed(listener: Wrapped): Callable {
  if (!listener.listener) return bound(listener);
  // `once` has wrapped what was bound here already and now calls `on`: it must still be found under the cell's own function
  listener.listener = listener.listener.listener ?? listener.listener;
  return listener;
}

function followFs(): void {
  const functions = fs as unknown as Record<string, unknown>;
  for (const [name, original] of Object.entries(functions)) {
    if (typeof original !== 'function' || name.endsWith('Sync') || /^[A-Z_]/.test(name)) continue;
    const callable = original as Callable;
    const wrapped = function (this: unknown, ...values: unknown[]): unknown {
      const last = values.at(-1);
      if (typeof last === 'function') values[values.length - 1] = bound(last as Callable);
      return callable.apply(this, values as never[]);
    };
    // its name, and what promisify makes of it
    for (const key of Reflect.ownKeys(original)) {
      const property = Object.getOwnPropertyDescriptor(original, key);
      if (property && key !== 'prototype') Object.defineProperty(wrapped, key, property);
    }
    functions[name] = wrapped;
  }
}
