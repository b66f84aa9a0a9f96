import { currentSink, display, newDisplay, type LiveDisplay } from '../display';
import { checkRecord, checkTitles, kindOf } from './arguments';
import type { Figure } from './figure';
import { lines, type LinesOptions } from './lines';
import { valueText } from './text';

/** Curves that grow while something is computed. */
export interface LiveLines {
  /**
   * One more point on each of the named lines, at `x`; without it, at how many times this was called. A line that is not
   * named gets none, so a validation loss may come once an epoch.
   *
   * @throws TypeError or RangeError when values is no record of numbers or x is not finite.
   */
  add(values: Readonly<Record<string, number>>, x?: number): void;
  /** Draws the last state. Call it in a `finally`, or after the loop. */
  end(): void;
  /** The figure as it stands, with every point. */
  figure(): Figure;
}

/** Milliseconds between two pictures, and the part of the time that drawing may take. */
const INTERVAL = 250;
const SHARE = 0.1;

/** In a log or on a terminal there is a line at the 1st, 4th, 16th, 64th... addition, and at the end. */
const LOG_BASE = 4;

/**
 * Curves in one display that is drawn again in place, at most four times a second; what a saved notebook keeps is the last state.
 *
 * ```ts
 * const curve = plots.liveLines({ title: 'Loss', x: 'step', y: 'nats per character' });
 * await train.fit({ ..., onStep: ({ step, loss }) => curve.add({ loss }, step) });
 * curve.end();
 * ```
 *
 * @throws TypeError in one sentence for a title or axis label that is missing.
 */
export function liveLines(options: LinesOptions): LiveLines {
  checkTitles('plots.liveLines', options);
  return new GrowingLines(options);
}

class GrowingLines implements LiveLines {
  private readonly series = new Map<string, { readonly x: number[]; readonly y: number[] }>();
  private readonly painter: Painter;
  private additions = 0;

  constructor(private readonly options: LinesOptions) {
    const inNotebook = currentSink().kind === 'notebook';
    this.painter = inNotebook ? new NotebookPainter(() => this.figure()) : new LogPainter(options.title);
  }

  add(values: Readonly<Record<string, number>>, x: number = this.additions + 1): void {
    const entries = checkRecord('plots.liveLines', 'values', values) as readonly (readonly [string, number])[];
    for (const [name, value] of entries) {
      if (typeof value === 'number') continue;
      throw new TypeError(`plots.liveLines: values.${name} is ${kindOf(value)}; expected a number.`);
    }
    if (!Number.isFinite(x)) throw new RangeError(`plots.liveLines: x is ${kindOf(x)}; expected a finite number.`);
    this.additions += 1;
    for (const [name, value] of entries) {
      const line = this.series.get(name) ?? { x: [], y: [] };
      line.x.push(x);
      line.y.push(value);
      this.series.set(name, line);
    }
    this.painter.changed(this.additions, () => this.lastValues());
  }

  end(): void {
    if (this.additions > 0) this.painter.end(() => this.lastValues());
  }

  figure(): Figure {
    return lines(Object.fromEntries(this.series), this.options);
  }

  private lastValues(): string {
    const words = [...this.series].map(([name, { y }]) => `${name} ${valueText(y.at(-1) ?? NaN)}`);
    const at = Math.max(...[...this.series.values()].map(({ x }) => x.at(-1) ?? -Infinity));
    return `${this.options.x} ${valueText(at)}, ${words.join(', ')}`;
  }
}

interface Painter {
  changed(additions: number, words: () => string): void;
  end(words: () => string): void;
}

class NotebookPainter implements Painter {
  private live: LiveDisplay | undefined;
  private timer: NodeJS.Timeout | undefined;
  private due = -Infinity;
  private whole = true;

  constructor(private readonly figure: () => Figure) {}

  changed(): void {
    this.whole = false;
    const wait = this.due - performance.now();
    if (wait <= 0) this.paint();
    else
      this.timer ??= setTimeout(() => {
        this.paint();
      }, wait);
  }

  end(): void {
    if (!this.whole) this.paint();
  }

  private paint(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.whole = true;
    const began = performance.now();
    this.live ??= newDisplay();
    this.live.update(this.figure());
    const ended = performance.now();
    this.due = ended + Math.max(INTERVAL, (ended - began) / SHARE);
  }
}

class LogPainter implements Painter {
  private next = 1;
  private whole = true;

  constructor(private readonly title: string) {}

  changed(additions: number, words: () => string): void {
    this.whole = false;
    if (additions < this.next) return;
    this.next *= LOG_BASE;
    this.end(words);
  }

  end(words: () => string): void {
    if (this.whole) return;
    this.whole = true;
    display({ 'text/plain': `${this.title}: ${words()}` });
  }
}
