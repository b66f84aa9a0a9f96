import { timeline, unrolled, type Picture } from 'kernel-lib/plots';
import { describe, expect, test } from 'vitest';
import { elements, parseXml } from './xml';

const texts = (drawn: Picture): string[] => elements(parseXml(drawn.svg), 'text').map(({ text }) => text);
const arrows = (drawn: Picture): string[] =>
  elements(parseXml(drawn.svg), 'path').flatMap(({ attributes: { d = '' } }) => (d.endsWith('z') ? [] : [d]));

describe('an unrolled network', () => {
  const manyToOne = unrolled({ title: 'Many <to> one', inputs: ['not', 'good'], outputs: [null, 'bad'] });

  test('has a box for what is read, kept and said, and says so in words', () => {
    expect(texts(manyToOne)).toEqual(['Many <to> one', 'not', 'h₁', 'good', 'h₂', 'bad']);
    expect(manyToOne.description).toBe('a network over 2 steps; reads not (1), good (2); says bad (2).');
    expect(manyToOne.toMimeBundle()).toEqual({
      'image/svg+xml': manyToOne.svg,
      'text/plain': `Many <to> one: ${manyToOne.description}`,
    });
  });

  test('has an arrow for each dependence: inputs and states upwards, states to the right', () => {
    expect(arrows(manyToOne)).toHaveLength(4);
    const [, acrossX1, acrossY1, acrossX2, acrossY2] = (
      /^M(\d+) (\d+)L(\d+) (\d+)/.exec(arrows(manyToOne)[1] ?? '') ?? []
    ).map(Number);
    expect(acrossX2).toBeGreaterThan(acrossX1 ?? NaN);
    expect(acrossY2).toBe(acrossY1);
    for (const at of [0, 2, 3]) {
      const [, x1, y1, x2, y2] = (/^M(\d+) (\d+)L(\d+) (\d+)/.exec(arrows(manyToOne)[at] ?? '') ?? []).map(Number);
      expect(x2).toBe(x1);
      expect(y2).toBeLessThan(y1 ?? NaN);
    }
  });

  test('of one step has no time: its state has no number', () => {
    expect(texts(unrolled({ title: 'One to one', inputs: ['x'], outputs: ['y'], state: 's' }))).toContain('s');
  });

  test('of twelve steps counts them in subscripts', () => {
    const steps = Array.from({ length: 12 }, () => null);
    expect(texts(unrolled({ title: 'Long', inputs: steps, outputs: steps })).at(-1)).toBe('h₁₂');
  });

  /** How far each arrow goes, to the right and upwards. */
  const ways = (drawn: Picture): [number, number][] =>
    arrows(drawn).map((d) => {
      const [, x1 = NaN, y1 = NaN, x2 = NaN, y2 = NaN] = (/^M(\S+) (\S+)L([\d.]+) ([\d.]+)/.exec(d) ?? []).map(Number);
      return [x2 - x1, y1 - y2];
    });

  test('of several rows is a stack: each row reads the one below, and the highest is asked', () => {
    const rows = [{ state: 'a' }, { state: 'b' }, { state: 'c' }];
    const stack = unrolled({ title: 'Stack', inputs: ['x', 'y'], outputs: [null, 'z'], rows });
    expect(texts(stack)).toEqual(['Stack', 'x', 'a₁', 'b₁', 'c₁', 'y', 'a₂', 'b₂', 'c₂', 'z']);
    expect(ways(stack).filter(([right]) => right === 26)).toHaveLength(3);
    expect(ways(stack).filter(([right, up]) => right === 0 && up === 40)).toHaveLength(7);
    expect(stack.description).toContain('rows of states a, b, c, each reads the one before it;');
  });

  test('of two directions has arrows both ways, and both rows read and are asked', () => {
    const rows = [{ state: 'f' }, { state: 'b', reverse: true }];
    const both = unrolled({ title: 'Both', inputs: ['x', 'y'], outputs: ['u', 'v'], rows, reads: 'inputs' });
    expect(
      ways(both)
        .map(([right]) => right)
        .filter((right) => right !== 0),
    ).toEqual([26, -26]);
    const upwards = ways(both).flatMap(([right, up]) => (right === 0 ? [up] : []));
    expect(upwards).toEqual([40, 110, 110, 40, 40, 110, 110, 40]);
    expect(both.description).toContain('rows of states f, b from the right, all read the inputs;');
  });

  test.each<[object, string]>([
    [{ title: '', inputs: ['x'], outputs: ['y'] }, 'plots.unrolled: title is an empty text; say what is seen'],
    [
      { title: 't', inputs: [], outputs: ['y'] },
      'plots.unrolled: inputs is an array of 0; expected one entry for each step',
    ],
    [{ title: 't', inputs: ['x'], outputs: [1] }, 'plots.unrolled: outputs[0] is 1; expected a text or null.'],
    [
      { title: 't', inputs: ['x'], outputs: ['y', 'z'] },
      'plots.unrolled: got 1 inputs and 2 outputs; expected one of each',
    ],
    [
      { title: 't', inputs: ['x'], outputs: ['y'], rows: [] },
      'plots.unrolled: rows is an array of 0; expected one { state }',
    ],
    [
      { title: 't', inputs: ['x'], outputs: ['y'], reads: 'all' },
      'plots.unrolled: reads is the text "all"; expected \'below\' or',
    ],
    [
      { title: 't', inputs: ['x'], outputs: ['y'], reads: 'inputs', rows: [1, 2, 3].map(() => ({ state: 'h' })) },
      'plots.unrolled: got 3 rows that read the inputs; expected two at most.',
    ],
  ])('%j is refused in one sentence', (options, sentence) => {
    expect(() => unrolled(options as never)).toThrow(sentence);
  });
});

describe('a time line', () => {
  const entries = [
    { year: 1990, name: 'Elman', note: 'h goes round' },
    { year: 1997, name: 'LSTM' },
    { year: 1997, name: 'BRNN & more' },
    { year: 2024, name: 'minGRU' },
  ];
  const drawn = timeline(entries, { title: 'Cells' });

  test('has each year once, each name, and the notes', () => {
    expect(texts(drawn).filter((text) => text !== '')).toEqual([
      'Cells',
      '1990',
      'Elman',
      'h goes round',
      '1997',
      'LSTM',
      'BRNN & more',
      '2024',
      'minGRU',
    ]);
    expect(drawn.description).toBe('1990 Elman, 1997 LSTM, 1997 BRNN & more, 2024 minGRU.');
  });

  test('goes down, farther where more years passed', () => {
    const heights = elements(parseXml(drawn.svg), 'circle').map(({ attributes }) => Number(attributes.cy));
    const gaps = heights.slice(1).map((height, at) => height - (heights[at] ?? NaN));
    expect(gaps).toEqual([42, 24, 56]);
  });

  test.each<[unknown, unknown, string]>([
    [entries, { title: ' ' }, 'plots.timeline: title is the text " "; say what is seen'],
    [[], { title: 't' }, 'plots.timeline: entries is an array of 0; expected at least one { year, name }.'],
    [
      [{ year: 1990.5, name: 'a' }],
      { title: 't' },
      'plots.timeline: entries[0].year is 1990.5; expected a year as an integer.',
    ],
    [
      [...entries].reverse(),
      { title: 't' },
      'plots.timeline: entries[1].year is 1997; expected an integer from 2024 up, the year before it.',
    ],
    [[{ year: 1990 }], { title: 't' }, 'plots.timeline: entries[0].name is undefined; expected a non-empty text.'],
  ])('%j %j is refused in one sentence', (given, options, sentence) => {
    expect(() => timeline(given as never, options as never)).toThrow(sentence);
  });
});
