import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { progress, type ProgressOptions } from 'kernel-lib/display/progress';
import { setSink } from 'kernel-lib/display/sink';
import { recorder } from './recorder';

let now = 0;
const clock = (): number => now;
const options: ProgressOptions = { clock };

beforeEach(() => {
  now = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  setSink(undefined);
  vi.useRealTimers();
});

function use(kind: 'notebook' | 'terminal' | 'log', columns?: number): ReturnType<typeof recorder> {
  const recording = recorder(kind, columns);
  setSink(recording.sink);
  return recording;
}

describe('in a notebook', () => {
  it('is one display, updated in place at most ten times a second, and ends in its last state', () => {
    const { shown } = use('notebook');
    const bar = progress(1000, 'training', options);
    for (let step = 1; step <= 1000; step++) {
      now += 1; // One second in all.
      bar.update(step, { loss: 1 / step });
    }
    expect(shown.length).toBe(11); // The first picture, nine within the second, and the last state.
    expect(new Set(shown.map(({ options: o }) => o?.displayId)).size).toBe(1);
    expect(shown.map(({ options: o }) => o?.update)).toEqual([false, ...new Array<boolean>(10).fill(true)]);
    expect(shown.at(-1)?.bundle['text/plain']).toBe('training 1000/1000, 1000/s, in 1.0s, loss 0.001');
  });

  it('tells screen readers and escapes HTML', () => {
    const { shown } = use('notebook');
    const bar = progress(8, '<epoch>', options);
    now = 500;
    bar.update(2, { 'a"b': '<x>' });
    const html = shown.at(-1)?.bundle['text/html'];
    expect(html).toContain('role="progressbar" aria-label="&lt;epoch&gt;"');
    expect(html).toContain('aria-valuenow="25" aria-valuetext="2/8, 25%, 4/s, 1.5s left, a&quot;b &lt;x&gt;"');
    expect(html).not.toMatch(/<epoch>|<x>/);
  });

  it('draws a throttled change later by itself, when no other comes', () => {
    const { shown } = use('notebook');
    const bar = progress(10, 'reading', options);
    now = 30;
    bar.update(1);
    bar.update(2);
    expect(shown.length).toBe(1);
    vi.advanceTimersByTime(69);
    expect(shown.length).toBe(1);
    vi.advanceTimersByTime(1);
    expect(shown.map(({ bundle }) => bundle['text/plain']?.split(',')[0])).toEqual(['reading 0/10', 'reading 2/10']);
    bar.end();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps nested bars on the same display and drops them as they end', () => {
    const { shown } = use('notebook');
    const epochs = progress(2, 'epoch', options);
    const batches = epochs.nested(3, 'batch');
    now = 200;
    batches.update(1, { loss: 2 });
    expect(shown.at(-1)?.bundle['text/plain']).toBe('epoch 0/2, 0%\nbatch 1/3, 33%, 5/s, 0.4s left, loss 2');
    batches.end();
    now = 400;
    epochs.update(1);
    expect(shown.at(-1)?.bundle['text/plain']).toBe('epoch 1/2, 50%, 2.5/s, 0.4s left');
    expect(new Set(shown.map(({ options: o }) => o?.displayId)).size).toBe(1);
  });
});

describe('on a terminal', () => {
  it('redraws one line within the width and ends it with a new line', () => {
    const { written } = use('terminal', 60);
    const bar = progress(4, 'training', options);
    now = 1000;
    bar.update(1, { loss: 1.5 });
    now = 4000;
    bar.update(4);
    expect(written).toEqual([
      '\rtraining ░░░░░░░░░░░░░░░░░░░░ 0/4 0%\u001b[K',
      '\rtraining ████░░░░░░░░░░░░░░░ 1/4 25% 1/s 3.0s left loss 1.5\u001b[K',
      '\rtraining 4/4 1/s in 4.0s loss 1.5\u001b[K\n',
    ]);
  });

  it.each([1, 10, 24, 40, 57, 80])('never reaches the last of %i columns, wide characters included', (columns) => {
    const { written } = use('terminal', columns);
    const outer = progress(10, '訓練する', options);
    const inner = outer.nested(100, 'batch');
    for (let step = 1; step <= 100; step++) {
      now += 150;
      inner.update(step, { loss: Math.PI });
    }
    outer.end();
    const wide = /[\u3000-\u9fff]/g;
    for (const line of written) {
      const drawn = line.replace('\r', '').replace('\u001b[K', '').replace('\n', '');
      expect(drawn.length + (drawn.match(wide)?.length ?? 0)).toBeLessThan(Math.max(2, columns));
    }
    expect(written.filter((line) => line.endsWith('\n')).length).toBe(1);
  });

  it('keeps a label with line breaks and escape sequences on one line', () => {
    const { written } = use('terminal');
    progress(1, 'a\nb\u001b[31mc', options).end();
    expect(written.at(-1)).toBe('\ra b [31mc stopped at 0 of 1 in 0.0s\u001b[K\n');
  });
});

describe('in a log', () => {
  it('writes at most ten lines: each tenth and the end', () => {
    const { shown } = use('log');
    const bar = progress(1000, 'training', options);
    for (let step = 1; step <= 1000; step++) {
      now += 10;
      bar.update(step);
    }
    const lines = shown.map(({ bundle }) => bundle['text/plain']);
    expect(lines.length).toBe(10);
    expect(lines[0]).toBe('training 100/1000, 10%, 100/s, 9.0s left');
    expect(lines.at(-1)).toBe('training 1000/1000, 100/s, in 10s');
  });

  it('writes a line at each power of ten when the total is unknown', () => {
    const { shown } = use('log');
    const bar = progress(undefined, 'reading', options);
    for (let step = 1; step <= 250; step++) bar.update(step);
    bar.end();
    expect(shown.map(({ bundle }) => bundle['text/plain'])).toEqual([
      'reading 10',
      'reading 100',
      'reading 250, in 0.0s',
    ]);
  });

  it('is silent about nested bars', () => {
    const { shown } = use('log');
    const outer = progress(1, 'epoch', options);
    for (const item of outer.nested(['a', 'b'], 'batch')) expect(item).toBeTypeOf('string');
    outer.update(1);
    expect(shown.map(({ bundle }) => bundle['text/plain'])).toEqual(['epoch 1/1, in 0.0s']);
  });
});

describe('over an iterable', () => {
  const last = (recording: ReturnType<typeof recorder>): string | undefined =>
    recording.shown.at(-1)?.bundle['text/plain'];

  it('yields every item and counts them; the total is the length', () => {
    const recording = use('log');
    expect([...progress(['a', 'b'], 'reading', options)]).toEqual(['a', 'b']);
    expect(last(recording)).toBe('reading 2/2, in 0.0s');
    expect([...progress(new Set([1, 2, 3]), 'set', options)]).toEqual([1, 2, 3]);
    expect(last(recording)).toBe('set 3/3, in 0.0s');
  });

  it('says where a loop broke or threw', () => {
    const recording = use('log');
    const items = Array.from({ length: 100 }, (_, i) => i);
    for (const item of progress(items, 'breaking', options)) if (item === 37) break;
    expect(last(recording)).toBe('breaking stopped at 37 of 100, in 0.0s');
    expect(() => {
      for (const item of progress(items, 'throwing', options)) if (item === 5) throw new Error('mine');
    }).toThrow('mine');
    expect(last(recording)).toBe('throwing stopped at 5 of 100, in 0.0s');
  });

  it('says where the iterable itself failed', () => {
    const recording = use('log');
    function* failing(): Generator<number> {
      yield 1;
      throw new Error('disk');
    }
    expect(() => [...progress(failing(), 'reading', options)]).toThrow('disk');
    expect(last(recording)).toBe('reading stopped at 1, in 0.0s');
  });

  it('follows an async iterable, also when it is broken off', async () => {
    const recording = use('log');
    async function* numbers(): AsyncGenerator<number> {
      for (let i = 0; i < 4; i++) yield await Promise.resolve(i);
    }
    const seen: number[] = [];
    const bar = progress(numbers(), 'streaming', { ...options, total: 4 });
    for await (const item of bar) {
      seen.push(item);
      bar.report({ item });
    }
    expect(seen).toEqual([0, 1, 2, 3]);
    expect(last(recording)).toBe('streaming 4/4, in 0.0s, item 3');
    for await (const item of progress(numbers(), 'streaming', { ...options, total: 4 })) if (item === 2) break;
    expect(last(recording)).toBe('streaming stopped at 2 of 4, in 0.0s');
  });
});

it('counts the rate from where it started', () => {
  const { shown } = use('log');
  const bar = progress(100, 'resumed', { ...options, start: 50 });
  now = 1000;
  bar.update(60);
  expect(shown.at(-1)?.bundle['text/plain']).toBe('resumed 60/100, 60%, 10/s, 4.0s left');
});

it('shows long times as people say them', () => {
  const { shown } = use('log');
  const bar = progress(4000, 'slow', options);
  now = 4_000_000;
  bar.update(400);
  expect(shown.at(-1)?.bundle['text/plain']).toBe('slow 400/4000, 10%, 10s each, 10h 00m left');
});

it('learns its total on the way, and stays open for last words when asked to', () => {
  const { shown } = use('log');
  const bar = progress(undefined, 'training', { ...options, keepOpen: true });
  bar.update(3);
  bar.expect(4);
  bar.update(4);
  bar.report({ loss: 2 });
  bar.end();
  expect(shown.map(({ bundle }) => bundle['text/plain'])).toEqual([
    'training 3/4, 75%',
    'training 4/4, in 0.0s, loss 2',
  ]);
  expect(() => {
    bar.expect(-1);
  }).toThrow('progress: total is -1');
});

it('ends once', () => {
  const { shown } = use('log');
  const bar = progress(2, 'once', options);
  bar.update(2);
  bar.update(1);
  bar.end();
  expect(shown.length).toBe(1);
});

it('survives a sink that throws', () => {
  setSink({
    kind: 'notebook',
    display: () => {
      throw new Error('closed');
    },
  });
  expect([...progress([1, 2], 'x', options)]).toEqual([1, 2]);
});

it('refuses a total that is none', () => {
  expect(() => progress(-1, 'x')).toThrow(
    'progress: total is -1; expected a number of at least 0, or something to iterate over.',
  );
  expect(() => progress(NaN, 'x')).toThrow(RangeError);
});
