import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { setSink } from 'kernel-lib/display/sink';
import { liveLines, PLOTLY_MIME, type FigureBundle } from 'kernel-lib/plots';
import { recorder, type Shown } from '../display/recorder';

const titles = { title: 'Loss', x: 'step', y: 'nats' };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
  setSink(undefined);
});

function use(kind: 'notebook' | 'log'): Shown[] {
  const { sink, shown } = recorder(kind);
  setSink(sink);
  return shown;
}

/** The last picture's lines, by name. */
function drawn(shown: readonly Shown[]): unknown {
  const { data } = (shown.at(-1)?.bundle as FigureBundle)[PLOTLY_MIME];
  return Object.fromEntries(data.map(({ name, x, y }) => [name, { x, y }]));
}

describe('liveLines in a notebook', () => {
  it('draws the first point at once, and then one display in place, four times a second', () => {
    const shown = use('notebook');
    const curve = liveLines(titles);
    expect(shown).toEqual([]);
    for (let step = 1; step <= 90; step++) {
      curve.add({ train: 1 / step });
      vi.advanceTimersByTime(10);
    }
    expect(shown.length).toBe(4);
    expect(new Set(shown.map(({ options }) => options?.displayId)).size).toBe(1);
    expect(shown.map(({ options }) => options?.update)).toEqual([false, true, true, true]);
    curve.end();
    curve.end();
    expect(shown.length).toBe(5);
    const steps = Array.from({ length: 90 }, (_, index) => index + 1);
    expect(drawn(shown)).toMatchObject({ train: { x: steps } });
  });

  it('draws the last state by itself when nobody ends it', () => {
    const shown = use('notebook');
    const curve = liveLines(titles);
    curve.add({ loss: 3 });
    curve.add({ loss: 2 });
    expect(drawn(shown)).toEqual({ loss: { x: [1], y: [3] } });
    vi.advanceTimersByTime(250);
    expect(drawn(shown)).toEqual({ loss: { x: [1, 2], y: [3, 2] } });
    vi.advanceTimersByTime(10_000);
    expect(shown.length).toBe(2);
  });

  it('lets a line have fewer points than another, and an x of its own', () => {
    const shown = use('notebook');
    const curve = liveLines(titles);
    curve.add({ train: 3 });
    curve.add({ train: 2, validation: 2.5 });
    curve.add({ train: NaN }, 10);
    curve.end();
    expect(drawn(shown)).toEqual({ train: { x: [1, 2, 10], y: [3, 2, null] }, validation: { x: [2], y: [2.5] } });
    expect(curve.figure().notes).toEqual(['train: 1 of 3 values not finite, left out.']);
  });

  it('stays small, however long it grows', () => {
    const shown = use('notebook');
    const curve = liveLines(titles);
    for (let step = 0; step < 50_000; step++) curve.add({ a: Math.sin(step), b: Math.random() });
    curve.end();
    expect(JSON.stringify(shown.at(-1)?.bundle).length).toBeLessThan(100_000);
  });
});

it('in a log there are few lines', () => {
  const shown = use('log');
  const curve = liveLines(titles);
  for (let step = 1; step <= 100; step++)
    curve.add(step === 50 ? { train: 100 / step, validation: 2 } : { train: 100 / step });
  curve.end();
  curve.end();
  expect(shown.map(({ bundle }) => bundle['text/plain'])).toEqual([
    'Loss: step 1, train 100',
    'Loss: step 4, train 25',
    'Loss: step 16, train 6.25',
    'Loss: step 64, train 1.563, validation 2',
    'Loss: step 100, train 1, validation 2',
  ]);
});

describe('liveLines refuses', () => {
  it.each([
    [() => liveLines({ ...titles, y: '' }), /^plots.liveLines: y is an empty text;/],
    [
      () => {
        liveLines(titles).add([1] as never);
      },
      /^plots.liveLines: values is an array of 1;/,
    ],
    [
      () => {
        liveLines(titles).add({ loss: '2' } as never);
      },
      /^plots.liveLines: values.loss is the text "2"; expected a number.$/,
    ],
    [
      () => {
        liveLines(titles).add({ loss: 2 }, Infinity);
      },
      /^plots.liveLines: x is Infinity; expected a finite number.$/,
    ],
  ] as const)('what it cannot draw (%#)', (call, sentence) => {
    // prettier-ignore
    expect(call).toThrow(sentence);
  });

  it('nothing when there was nothing', () => {
    const shown = use('notebook');
    liveLines(titles).end();
    expect(shown).toEqual([]);
  });
});
