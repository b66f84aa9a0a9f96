import { lines, PALETTE } from 'kernel-lib/plots';
import type { LineTrace } from 'kernel-lib/plots/trace';
import { describe, expect, test } from 'vitest';

const titles = { title: 'Loss', x: 'epoch', y: 'nats' };

function traces(...args: Parameters<typeof lines>): readonly LineTrace[] {
  return lines(...args).data.filter(
    (trace): trace is LineTrace => trace.type === 'scatter' && trace.mode !== 'markers',
  );
}

describe('what a line holds', () => {
  test('a series without x stands at 1, 2, 3', () => {
    const [trace] = traces({ loss: [3, 2, 1] }, titles);
    expect(trace).toMatchObject({ type: 'scatter', name: 'loss', x: [1, 2, 3], y: [3, 2, 1] });
  });

  test('typed arrays and an x of its own', () => {
    const [trace] = traces({ norm: { x: [10, 20], y: new Float32Array([0.5, 0.25]) } }, titles);
    expect(trace).toMatchObject({ x: [10, 20], y: [0.5, 0.25] });
  });

  test('values that are not finite become gaps and are counted', () => {
    const figure = lines({ loss: [1, NaN, 3, Infinity, -Infinity], other: [1, 2] }, titles);
    expect(figure.data[0]).toMatchObject({ y: [1, null, 3, null, null] });
    expect(figure.notes).toEqual(['loss: 3 of 5 values not finite, left out.']);
    expect(figure.layout.title.subtitle?.text).toBe('loss: 3 of 5 values not finite, left out.');
  });

  test('on a logarithmic axis zero and negative values are gaps too', () => {
    const figure = lines({ norm: [1, 0, -1, 10] }, { ...titles, yScale: 'log' });
    expect(figure.layout.yaxis.type).toBe('log');
    expect(figure.data[0]).toMatchObject({ y: [1, null, null, 10] });
    expect(figure.notes).toEqual(['norm: 2 of 4 values not finite or not positive, left out.']);
  });

  test('a series that diverged from the start is an empty line with a note, not an error', () => {
    const figure = lines({ loss: [NaN, NaN] }, titles);
    expect(figure.data[0]).toMatchObject({ y: [null, null] });
    expect(figure.description).toContain('loss without a value to draw');
  });

  test('a value between two gaps is seen: it gets a marker', () => {
    const y = Array.from({ length: 99 }, (_, at) => (at === 50 ? 1 : at > 45 && at < 55 ? NaN : at));
    expect(traces({ loss: y }, titles)[0]?.mode).toBe('lines+markers');
    expect(traces({ loss: y.map((value) => (Number.isNaN(value) ? 0 : value)) }, titles)[0]?.mode).toBe('lines');
  });

  test('markup in a name is text, not markup', () => {
    const [trace] = traces({ '<b>&': [1] }, titles);
    expect(trace?.name).toBe('&lt;b&gt;&amp;');
  });
});

describe('how lines differ', () => {
  const many = traces(Object.fromEntries(Array.from({ length: 30 }, (_, k) => [`s${k}`, [k, k]])), titles);

  test('no two of thirty look the same, with colour', () => {
    const looks = many.map(({ line, marker }) => `${line.color} ${line.dash} ${marker?.symbol}`);
    expect(new Set(looks).size).toBe(30);
  });

  test('neighbours differ without colour: by dash or by marker', () => {
    const looks = many.map(({ line, marker }) => `${line.dash} ${marker?.symbol}`);
    looks.forEach((look, at) => {
      expect(looks.slice(at + 1, at + 10)).not.toContain(look);
    });
  });

  test('series take the palette in order', () => {
    expect(many.slice(0, 6).map(({ line }) => line.color)).toEqual(PALETTE);
  });
});

describe('reference lines', () => {
  test('cross the data, dotted, and are named in the legend', () => {
    const references = [
      { y: 3.295836866004329, label: 'uniform guess' },
      { x: 2, label: 'early stop' },
    ];
    const figure = lines({ loss: [3, 2.5, 2] }, { ...titles, references });
    expect(figure.data[1]).toMatchObject({
      name: 'uniform guess',
      x: [1, 3],
      y: [3.29584, 3.29584],
      line: { dash: 'dot' },
    });
    expect(figure.data[2]).toMatchObject({ name: 'early stop', x: [2, 2], y: [2, 3] });
    expect(figure.layout.showlegend).toBe(true);
  });

  test('one line alone needs no legend', () => {
    expect(lines({ loss: [3] }, titles).layout.showlegend).toBe(false);
  });
});

describe('bytes', () => {
  const noise = (seed: number): number[] => {
    // Logistic map: no two neighbours alike, so nothing compresses by luck.
    const values = [0.1 + seed / 100];
    while (values.length < 20_000) values.push(3.99 * (values.at(-1) ?? 0) * (1 - (values.at(-1) ?? 0)));
    return values;
  };

  test('ten long series stay under 50 kB in all formats together', () => {
    const figure = lines(Object.fromEntries(Array.from({ length: 10 }, (_, k) => [`run ${k}`, noise(k)])), titles);
    expect(JSON.stringify(figure.toMimeBundle()).length).toBeLessThan(50_000);
    expect(figure.notes).toEqual(['Up to 150 of 20,000 points a line are drawn, the extremes among them.']);
  });

  test('one long series too, and its extremes are drawn', () => {
    const y = noise(1);
    y[12_345] = 7.125;
    y[6_789] = -3.5;
    const figure = lines({ loss: y }, titles);
    expect(JSON.stringify(figure.toMimeBundle()).length).toBeLessThan(30_000);
    const [trace] = figure.data as readonly LineTrace[];
    expect(trace?.y[trace.x.indexOf(12_346)]).toBe(7.125);
    expect(trace?.y[trace.x.indexOf(6_790)]).toBe(-3.5);
    expect(trace?.y.length).toBeLessThanOrEqual(1000);
  });
});

describe('what is said about mistakes', () => {
  test.each([
    [{}, titles, 'plots.lines: series holds no series; expected at least one, such as { loss: [3.2, 2.9] }.'],
    [
      { loss: [] },
      titles,
      'plots.lines: series.loss is empty; expected at least one number: draw it once there is something to see.',
    ],
    [
      { loss: 3 },
      titles,
      'plots.lines: series.loss is 3; expected an array of numbers (for a tensor: await tensor.array()).',
    ],
    [{ loss: [1, '2'] }, titles, `plots.lines: series.loss[1] is the text "2"; expected a number.`],
    [
      { loss: { x: [1], y: [1, 2] } },
      titles,
      'plots.lines: series.loss has 1 values of x and 2 of y; expected as many of each.',
    ],
    [
      { loss: { y: [1, 2] } },
      titles,
      'plots.lines: series.loss is an object with x or y alone; expected both, or an array of numbers.',
    ],
    [{ loss: { x: [1, NaN], y: [1, 2] } }, titles, 'plots.lines: series.loss.x[1] is NaN; expected a finite number.'],
    [
      [1, 2],
      titles,
      'plots.lines: series is an array of 2; expected a record of named series such as { loss: [3.2, 2.9] }.',
    ],
    [
      { loss: [1] },
      { ...titles, title: '' },
      'plots.lines: title is an empty text; a reader needs to know what the figure shows: give title as a non-empty text.',
    ],
    [
      { loss: [1] },
      { title: 'Loss', x: 'epoch' },
      'plots.lines: y is undefined; a reader needs to know what the vertical axis measures: give y as a non-empty text.',
    ],
    [
      { loss: [1] },
      undefined,
      'plots.lines: title is undefined; a reader needs to know what the figure shows: give title as a non-empty text.',
    ],
    [
      { loss: [1] },
      { ...titles, yScale: 'logarithmic' },
      `plots.lines: yScale is the text "logarithmic"; expected 'linear' or 'log'.`,
    ],
    [
      { loss: [1] },
      { ...titles, references: [{ y: 1 }] },
      'plots.lines: references[0].label is undefined; give the reference line a name for the legend.',
    ],
    [
      { loss: [1] },
      { ...titles, references: [{ label: 'a' }] },
      'plots.lines: references[0] has neither x nor y; expected one of them.',
    ],
    [
      { loss: [1] },
      { ...titles, yScale: 'log', references: [{ y: 0, label: 'a' }] },
      'plots.lines: references[0].y is 0; expected a positive number on a logarithmic axis.',
    ],
  ])('%j %j', (series, options, message) => {
    expect(() => lines(series as never, options as never)).toThrow(message);
  });
});
