import { contour, type Figure } from 'kernel-lib/plots';
import { segments } from 'kernel-lib/plots/svg-contour';
import type { ContourTrace, LineTrace } from 'kernel-lib/plots/trace';
import { describe, expect, test } from 'vitest';
import { elements, parseXml, type XmlElement } from './xml';

const titles = { title: 'Walls', x: 'w', y: 'b', z: 'error' };
const range = (count: number, from = 0, step = 1): number[] =>
  Array.from({ length: count }, (_, at) => from + at * step);
const over = (x: number[], y: number[], height: (x: number, y: number) => number) => ({
  ...{ x, y },
  z: y.map((b) => x.map((a) => height(a, b))),
});
/** Twice as high to the right as upwards, so that x and y cannot be mixed up. */
const slope = over(range(5), range(3), (a, b) => 2 * a + b);

function draw(figure: Figure): XmlElement {
  return parseXml(figure.toMimeBundle()['image/svg+xml']);
}

/** What is drawn inside the frame. */
const inside = (figure: Figure): readonly XmlElement[] => elements(draw(figure), 'svg')[1]?.children ?? [];

describe('the map', () => {
  test('holds the heights, upwards, with lines of equal height and a colour bar', () => {
    const figure = contour(slope, titles);
    const [trace] = figure.data as readonly ContourTrace[];
    expect(trace).toMatchObject({ type: 'contour', ...slope, coloraxis: 'coloraxis' });
    expect(figure.layout.coloraxis).toMatchObject({ cmin: 0, cmax: 10 });
    expect(figure.layout.xaxis.range).toEqual([0, 4]);
    expect(figure.layout.yaxis.range).toEqual([0, 2]);
    expect(figure.layout.yaxis).not.toHaveProperty('autorange');
    expect(figure.layout.showlegend).toBe(false);
    expect(figure.description).toBe('error over w and b, from 0 to 10.');
  });

  test('on a logarithmic scale by powers of ten', () => {
    const figure = contour(
      over(range(3), range(3), (a) => 10 ** -a),
      { ...titles, zScale: 'log' },
    );
    expect((figure.data[0] as ContourTrace).z[0]).toEqual([0, -1, -2]);
    expect(figure.layout.coloraxis?.colorbar.ticktext).toEqual(expect.arrayContaining(['1', '0.1', '0.01']));
  });

  test('heights that are not finite are left out and counted', () => {
    const figure = contour({ ...slope, z: [[NaN, 1, 2, 3, 4], ...slope.z.slice(1)] }, titles);
    expect(figure.notes).toEqual(['1 of 15 heights not finite, left out.']);
    expect(figure.layout.plot_bgcolor).toBe('#b3b3b3');
    expect((figure.data[0] as ContourTrace).z[0]?.[0]).toBeNull();
  });

  test('a large one is drawn as means of blocks', () => {
    const figure = contour(
      over(range(200), range(10), (a) => a),
      titles,
    );
    expect((figure.data[0] as ContourTrace).x.slice(0, 2)).toEqual([1, 4]);
    expect(figure.notes).toEqual(['Each height drawn is the mean of 1 × 3.']);
    expect(JSON.stringify(figure.toMimeBundle()).length).toBeLessThan(60_000);
  });
});

describe('the still picture', () => {
  /** The pieces of the lines of equal height. */
  const pieces = (figure: Figure): number[][] => {
    const lines = inside(figure).find(({ name }) => name === 'path')?.attributes.d ?? '';
    return [...lines.matchAll(/M([\d.-]+) ([\d.-]+)L([\d.-]+) ([\d.-]+)/g)].map((match) => match.slice(1).map(Number));
  };

  test('has a line where the heights are equal, straight on a slope', () => {
    const figure = contour(slope, titles);
    const [left, unit] = [70 + 506 / 10, 506 / 5];
    const [bottom, up] = [346 - 298 / 6, 298 / 3];
    const { contours } = figure.data[0] as ContourTrace;
    const levels = pieces(figure).flatMap(([x1 = NaN, y1 = NaN, x2 = NaN, y2 = NaN]) =>
      [
        [x1, y1],
        [x2, y2],
      ].map(([x = NaN, y = NaN]) => (2 * (x - left)) / unit + (bottom - y) / up),
    );
    expect(levels.length).toBeGreaterThan(20);
    for (const level of levels) {
      const off = (level - contours.start) / contours.size;
      expect(Math.abs(off - Math.round(off)) * contours.size).toBeLessThan(0.01);
    }
  });

  test('at a saddle the height of the middle says which corners belong together', () => {
    // corners in turn: lower left, lower right, upper right, upper left
    const [bottom, right, top, left] = [
      [0.5, 0],
      [1, 0.5],
      [0.5, 1],
      [0, 0.5],
    ];
    expect(segments([1, -1, 1, -1], 0)).toEqual([
      [bottom, right],
      [top, left],
    ]);
    expect(segments([1, -1, 1, -1.5], 0)).toEqual([
      [bottom, [0, 0.4]],
      [right, [0.6, 1]],
    ]);
    expect(segments([-1, 1, -1, 1], 0)).toEqual([
      [bottom, left],
      [right, top],
    ]);
    expect(segments([1, 1, 1, NaN], 0)).toEqual([]);
  });

  test('cuts a path at the frame', () => {
    const figure = contour(slope, { ...titles, paths: { jump: { x: [1, 100], y: [1, -50] } } });
    const [frame] = elements(draw(figure), 'svg').slice(1);
    expect(frame?.attributes).toMatchObject({ x: '70', y: '48', viewBox: '70 48 506 298' });
    expect(inside(figure).filter(({ attributes }) => attributes['stroke-linejoin'] === 'round')).toHaveLength(2);
  });
});

describe('paths', () => {
  const paths = { clipped: { x: [0, 1, NaN, 2], y: [0, 1, 1, 2] }, free: { x: [0, 4], y: [2, 0] } };

  test('run over the map with a white rim, named once each', () => {
    const figure = contour(slope, { ...titles, paths });
    const lines = figure.data.slice(1) as readonly LineTrace[];
    expect(lines.map(({ name, line, showlegend }) => [name, line.color, showlegend])).toEqual([
      ['', '#ffffff', false],
      ['clipped', '#D55E00', undefined],
      ['', '#ffffff', false],
      ['free', '#000000', undefined],
    ]);
    expect(lines[1]).toMatchObject({ x: [0, 1, 2], y: [0, 1, 2] });
    expect(new Set([lines[1]?.line.dash, lines[3]?.line.dash]).size).toBe(2);
    const texts = elements(draw(figure), 'text').map(({ text }) => text);
    expect(texts.filter((text) => text === 'clipped' || text === 'free')).toEqual(['clipped', 'free']);
    expect(texts).not.toContain('');
    expect(figure.description).toContain('; over it clipped, free.');
  });
});

test.each<[unknown, unknown, string]>([
  [[[1]], titles, 'plots.contour: the landscape is an array of 1; expected { x, y, z } with z[j][i] at x[i], y[j].'],
  [{ x: [0], y: [0, 1], z: [[1], [2]] }, titles, 'plots.contour: z is 2 × 1; expected at least 2 × 2 heights.'],
  [{ ...slope, x: [0, 1] }, titles, 'plots.contour: x has 2 for 5 columns of z; expected one for each.'],
  [{ ...slope, y: [0, 1] }, titles, 'plots.contour: y has 2 for 3 rows of z; expected one for each.'],
  [{ ...slope, y: [2, 1, 0] }, titles, 'plots.contour: y[0] is 2; expected finite numbers that ascend in even steps.'],
  [
    slope,
    { ...titles, z: undefined },
    'plots.contour: z is undefined; a reader needs to know what the colours measure',
  ],
  [
    slope,
    { ...titles, paths: { a: { x: [1], y: [1, 2] } } },
    'plots.contour: paths.a has 1, 2 values of x, y; expected as many of each.',
  ],
  [
    slope,
    { ...titles, paths: { a: { x: [1] } } },
    'plots.contour: paths.a.y is undefined; expected an array of numbers',
  ],
])('%j %j is refused in one sentence', (landscape, options, sentence) => {
  expect(() => contour(landscape as never, options as never)).toThrow(sentence);
});
