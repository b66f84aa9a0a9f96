import { performance } from 'node:perf_hooks';
import { progressPainter, type ProgressPainter } from './progress-painter';
import type { Metrics, ProgressState } from './progress-state';
import { currentSink } from './sink';

/** How a bar counts and where it stays. */
export interface ProgressOptions {
  /** How many items there will be, for an iterable that cannot tell. */
  readonly total?: number;
  /** How many were done before: a run that is resumed. Default 0. */
  readonly start?: number;
  /** Stay open at the total, for more metrics, until `end`. Default false: reaching the total ends the bar. */
  readonly keepOpen?: boolean;
  /** Milliseconds from any fixed moment. For tests. */
  readonly clock?: () => number;
}

/** A bar on the page: tell it how far the work is, and end it. */
export interface ProgressBar {
  /** `done` items are done, in all. Metrics are kept until they are given again. */
  update(done: number, metrics?: Metrics): void;
  /** New metrics, the count unchanged. */
  report(metrics: Metrics): void;
  /** The total has become known, or has changed. */
  expect(total: number): void;
  /** A bar below this one, in the same display; it goes when it ends. */
  nested(total: number | undefined, label: string, options?: ProgressOptions): ProgressBar;
  /** A bar below this one that counts the items as they are taken. */
  nested<T>(items: Iterable<T>, label: string, options?: ProgressOptions): Iterable<T> & ProgressBar;
  /** A bar below this one that counts the items as they arrive. */
  nested<T>(items: AsyncIterable<T>, label: string, options?: ProgressOptions): AsyncIterable<T> & ProgressBar;
  /** The bar's last state: done, or "stopped at 37 of 100". Calling it again does nothing. */
  end(): void;
}

/**
 * A progress bar: one display updated in place in a notebook, one line redrawn on a terminal, at most ten lines in a log.
 *
 * With a total, call `update` and, where the work may stop early, `end` in a `finally`. With an iterable, loop over what
 * is returned: it counts by itself and ends in its last state also when the loop breaks or throws.
 *
 * @throws RangeError when the total is negative or not a number.
 */
export function progress(total: number | undefined, label: string, options?: ProgressOptions): ProgressBar;
export function progress<T>(items: Iterable<T>, label: string, options?: ProgressOptions): Iterable<T> & ProgressBar;
export function progress<T>(
  items: AsyncIterable<T>,
  label: string,
  options?: ProgressOptions,
): AsyncIterable<T> & ProgressBar;
export function progress<T>(source: Source<T>, label: string, options: ProgressOptions = {}): ProgressBar {
  return barFor(source, label, options, undefined);
}

type Source<T> = number | undefined | Iterable<T> | AsyncIterable<T>;

function barFor<T>(source: Source<T>, label: string, options: ProgressOptions, parent: Bar | undefined): ProgressBar {
  if (typeof source !== 'object' && typeof source !== 'string') {
    return new Bar(label, source ?? options.total, options, parent);
  }
  const bar = new Bar(label, options.total ?? sizeOf(source), options, parent);
  return Symbol.asyncIterator in source
    ? Object.assign(bar, { [Symbol.asyncIterator]: () => countAsync(source, bar) })
    : Object.assign(bar, { [Symbol.iterator]: () => count(source, bar) });
}

function sizeOf(items: object | string): number | undefined {
  if (typeof items === 'string') return undefined;
  if ('length' in items && typeof items.length === 'number') return items.length;
  return 'size' in items && typeof items.size === 'number' ? items.size : undefined;
}

function* count<T>(items: Iterable<T>, bar: Bar): Generator<T, void, undefined> {
  try {
    for (const item of items) {
      yield item;
      bar.advance();
    }
    bar.settle('done');
  } finally {
    bar.settle('stopped');
  }
}

async function* countAsync<T>(items: AsyncIterable<T>, bar: Bar): AsyncGenerator<T, void, undefined> {
  try {
    for await (const item of items) {
      yield item;
      bar.advance();
    }
    bar.settle('done');
  } finally {
    bar.settle('stopped');
  }
}

class Bar implements ProgressBar {
  private readonly clock: () => number;
  private readonly began: number;
  private readonly start: number;
  private readonly keepOpen: boolean;
  private readonly painter: ProgressPainter | undefined;
  private child: Bar | undefined;
  private done: number;
  private metrics: Metrics = {};
  private status: ProgressState['status'] = 'running';
  private painted = -Infinity;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly label: string,
    private total: number | undefined,
    options: ProgressOptions,
    private readonly parent: Bar | undefined,
  ) {
    if (total !== undefined) checkTotal(total);
    this.clock = options.clock ?? parent?.clock ?? ((): number => performance.now());
    this.began = this.clock();
    this.start = options.start ?? 0;
    this.keepOpen = options.keepOpen ?? false;
    this.done = this.start;
    if (parent === undefined) this.painter = progressPainter(currentSink().kind);
    else parent.child = this;
    this.changed();
  }

  update(done: number, metrics: Metrics = {}): void {
    if (this.status !== 'running') return;
    this.done = done;
    this.metrics = { ...this.metrics, ...metrics };
    if (!this.keepOpen && this.total !== undefined && done >= this.total) this.settle('done');
    else this.changed();
  }

  expect(total: number): void {
    checkTotal(total);
    if (this.status !== 'running') return;
    this.total = total;
    this.changed();
  }

  advance(): void {
    this.update(this.done + 1);
  }

  report(metrics: Metrics): void {
    this.update(this.done, metrics);
  }

  nested<T>(
    source: Source<T>,
    label: string,
    options: ProgressOptions = {},
  ): ProgressBar & Iterable<T> & AsyncIterable<T> {
    return barFor(source, label, options, this) as ProgressBar & Iterable<T> & AsyncIterable<T>;
  }

  end(): void {
    this.settle(this.total === undefined || this.done >= this.total ? 'done' : 'stopped');
  }

  settle(status: 'done' | 'stopped'): void {
    if (this.status !== 'running') return;
    this.child?.settle('stopped');
    this.status = status;
    if (status === 'done' && this.total !== undefined) this.total = this.done;
    if (this.parent?.child === this) this.parent.child = undefined;
    if (this.painter === undefined) this.parent?.changed();
    else this.paint();
  }

  /** Draws now, or, when the last picture is too recent, once it no longer is. */
  private changed(): void {
    if (this.painter === undefined) {
      this.parent?.changed();
      return;
    }
    if (this.status !== 'running') return;
    const wait = this.painted + this.painter.interval - this.clock();
    if (wait <= 0) this.paint();
    else
      this.timer ??= setTimeout(() => {
        this.paint();
      }, wait).unref();
  }

  private paint(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.painted = this.clock();
    this.painter?.paint([this.state(), ...this.nestedStates()]);
  }

  private nestedStates(): ProgressState[] {
    return this.child === undefined ? [] : [this.child.state(), ...this.child.nestedStates()];
  }

  private state(): ProgressState {
    const { label, done, total, start, metrics, status } = this;
    return { label, done, total, start, metrics, status, elapsed: (this.clock() - this.began) / 1000 };
  }
}

function checkTotal(total: number): void {
  if (total >= 0 && Number.isFinite(total)) return;
  throw new RangeError(`progress: total is ${total}; expected a number of at least 0, or something to iterate over.`);
}
