import { scatter, type Figure } from 'kernel-lib/plots';
import type { PointTrace } from 'kernel-lib/plots/trace';
import { describe, expect, test } from 'vitest';
import { elements, parseXml, type XmlElement } from './xml';

const titles = { title: 'Eigenvalues', x: 'real part', y: 'imaginary part' };
const cloud = { x: [0, 0.5, -0.5], y: [0, 1, -1] };

function draw(figure: Figure): XmlElement {
  return parseXml(figure.toMimeBundle()['image/svg+xml']);
}

const points = ({ data }: Figure): readonly PointTrace[] =>
  data.filter((trace): trace is PointTrace => trace.type === 'scatter' && trace.mode === 'markers');

/** The centres of the round markers, colour by colour. */
function dots(figure: Figure): Record<string, [number, number][]> {
  const paths = elements(draw(figure), 'path').filter(
    ({ attributes }) => attributes['stroke-linecap'] === 'round' && attributes.stroke !== '#808080',
  );
  const centres = (d: string): [number, number][] =>
    [...d.matchAll(/M([\d.]+) ([\d.]+)h0/g)].map(([, x, y]) => [Number(x), Number(y)]);
  return Object.fromEntries(paths.map(({ attributes: { stroke = '', d = '' } }) => [stroke, centres(d)]));
}

describe('what a cloud holds', () => {
  test('points as markers, without a line', () => {
    const figure = scatter({ 'Whh <1>': cloud }, titles);
    expect(figure.data).toHaveLength(1);
    expect(points(figure)[0]).toMatchObject({ name: 'Whh &lt;1&gt;', ...cloud, marker: { color: '#0072B2' } });
    expect(figure.layout).not.toHaveProperty('coloraxis');
    expect(figure.description).toBe(
      'imaginary part against real part; 3 of Whh <1> at x from -0.5 to 0.5, y from -1 to 1.',
    );
  });

  test('clouds differ by colour and by symbol, and are named', () => {
    const figure = scatter({ a: cloud, b: cloud, c: cloud }, titles);
    expect(new Set(points(figure).map(({ marker }) => marker.color)).size).toBe(3);
    expect(new Set(points(figure).map(({ marker }) => marker.symbol)).size).toBe(3);
    expect(elements(draw(figure), 'text').map(({ text }) => text)).toEqual(expect.arrayContaining(['a', 'b', 'c']));
  });

  test('what is not finite, or not positive on a logarithmic axis, is left out and counted', () => {
    const values = { x: [1, NaN, 3, 4], y: [1, 2, Infinity, 0] };
    const linear = scatter({ a: values }, titles);
    expect(points(linear)[0]).toMatchObject({ x: [1, 4], y: [1, 0] });
    expect(linear.notes).toEqual(['a: 2 of 4 points not finite, left out.']);
    const log = scatter({ a: values }, { ...titles, yScale: 'log' });
    expect(points(log)[0]).toMatchObject({ x: [1], y: [1] });
    expect(log.notes).toEqual(['a: 3 of 4 points not finite or not positive, left out.']);
    expect(log.layout.title.subtitle?.text).toBe(log.notes[0]);
  });

  test('a cloud without a point to draw is said, not an error', () => {
    const figure = scatter({ a: { x: [NaN], y: [1] } }, titles);
    expect(figure.description).toContain('a without a point to draw');
    expect(draw(figure).name).toBe('svg');
  });
});

describe('colour by value', () => {
  const coloured = { ...cloud, value: [1, 10, 100] };

  test('is on one axis for all clouds, from the smallest value to the largest', () => {
    const figure = scatter(
      { a: coloured, b: { x: [1], y: [1], value: [-4] } },
      { ...titles, colour: { label: 'norm' } },
    );
    expect(figure.layout.coloraxis).toMatchObject({ cmin: -4, cmax: 100, colorbar: { title: { text: 'norm' } } });
    expect(points(figure).map(({ marker }) => marker.coloraxis)).toEqual(['coloraxis', 'coloraxis']);
    expect(points(figure)[0]?.marker.color).toEqual([1, 10, 100]);
  });

  test('on a logarithmic scale by the power of ten, while the bar names the values', () => {
    const { layout, data } = scatter({ coloured }, { ...titles, colour: { label: 'norm', scale: 'log' } });
    expect(layout.coloraxis).toMatchObject({ cmin: 0, cmax: 2 });
    const { tickvals = [], ticktext = [] } = layout.coloraxis?.colorbar ?? {};
    expect(tickvals.map((value, at) => 10 ** value / Number(ticktext[at]))).toSatisfy((ratios: number[]) =>
      ratios.every((ratio) => Math.abs(ratio - 1) < 1e-3),
    );
    expect((data[0] as PointTrace).marker.color).toEqual([0, 1, 2]);
    expect((data[0] as PointTrace).hovertemplate).toContain('log₁₀ norm: %{marker.color}');
  });

  test('labels stand beside their points, on the page and in the still picture, and go with a point that goes', () => {
    const figure = scatter({ a: { x: [0, NaN, 2], y: [1, 1, 3], labels: ['<eos>', 'lost', 'king'] } }, titles);
    expect(figure.data[0]).toMatchObject({ mode: 'markers+text', text: ['&lt;eos&gt;', 'king'] });
    expect((figure.data[0] as PointTrace).hovertemplate).toMatch(/^%\{text\}<br>/);
    const picture = figure.toMimeBundle()['image/svg+xml'];
    expect(picture).toContain('>&lt;eos&gt;</text>');
    expect(picture).toContain('>king</text>');
    expect(picture).not.toContain('lost');
    expect((scatter({ a: { x: [0], y: [1] } }, titles).data[0] as PointTrace).mode).toBe('markers');
  });

  test.each([
    [['one'], '1 labels'],
    ['words', 'the text "words"'],
    [[1, 2], '2 labels'],
  ])('labels %j are refused', (labels, got) => {
    const cloud = { x: [0, 1], y: [0, 1], labels: labels as string[] };
    expect(() => scatter({ a: cloud }, titles)).toThrow(
      `plots.scatter: clouds.a.labels: got ${got} for 2 points; expected a text for each point.`,
    );
  });

  test('a value that has no colour costs its point, with a note', () => {
    const figure = scatter(
      { a: { ...cloud, value: [1, 0, NaN] } },
      { ...titles, colour: { label: 'n', scale: 'log' } },
    );
    expect(points(figure)[0]).toMatchObject({ x: [0], marker: { color: [0] } });
    expect(figure.notes).toEqual(['a: 2 of 3 points not finite or not positive, left out.']);
  });

  test('the still picture has the colours and the bar, dark to bright', () => {
    const figure = scatter({ coloured }, { ...titles, colour: { label: 'norm & more', scale: 'log' } });
    const colours = Object.keys(dots(figure));
    expect(colours).toHaveLength(3);
    expect(colours[0]).toBe(figure.layout.coloraxis?.colorscale[0]?.[1]);
    expect(colours[2]).toBe(figure.layout.coloraxis?.colorscale.at(-1)?.[1]);
    expect(elements(draw(figure), 'text').map(({ text }) => text)).toEqual(
      expect.arrayContaining(['norm & more', '1', '10', '100']),
    );
  });

  test('a diverging scale is white at zero, as far on either side', () => {
    const { layout } = scatter(
      { a: { ...cloud, value: [-1, 0, 4] } },
      { ...titles, colour: { label: 'change', diverging: true } },
    );
    expect(layout.coloraxis).toMatchObject({ cmin: -4, cmax: 4 });
    expect(layout.coloraxis?.colorscale[5]?.[1]).toMatch(/^#f\wf\wf\w$/);
  });

  test('values that are all alike have a colour too', () => {
    const { layout } = scatter({ a: { ...cloud, value: [0, 0, 0] } }, { ...titles, colour: { label: 'n' } });
    expect(layout.coloraxis).toMatchObject({ cmin: -1, cmax: 1 });
  });
});

describe('the complex plane', () => {
  const figure = scatter({ a: { x: [0, 3], y: [0, 1] } }, { ...titles, equal: true, unitCircle: true });

  test('has equal units: the circle is a circle, in plotly and in the still picture', () => {
    expect(figure.layout.yaxis.scaleanchor).toBe('x');
    const [[x0, y0] = [NaN, NaN], [x3, y1] = [NaN, NaN]] = dots(figure)['#0072B2'] ?? [];
    expect((x3 - x0) / 3).toBeGreaterThan(20);
    expect((x3 - x0) / 3 / (y0 - y1)).toBeCloseTo(1, 2);
  });

  test('the unit circle is named, and nearly on the circle between its corners', () => {
    const circle = figure.data.at(-1);
    expect(circle).toMatchObject({ type: 'scatter', mode: 'lines', name: 'unit circle', line: { dash: 'dot' } });
    const [xs, ys] = [circle?.x as number[], circle?.y as number[]];
    xs.slice(1).forEach((x, at) => {
      const middle = Math.hypot((x + (xs[at] ?? NaN)) / 2, ((ys[at + 1] ?? NaN) + (ys[at] ?? NaN)) / 2);
      expect(middle).toBeGreaterThan(0.999);
    });
  });

  test('without equal a unit is what fits', () => {
    expect(scatter({ a: cloud }, titles).layout.yaxis).not.toHaveProperty('scaleanchor');
  });
});

test('reference lines cross the points', () => {
  const figure = scatter({ cloud }, { ...titles, references: [{ x: 0.25, label: 'here' }] });
  expect(figure.data.at(-1)).toMatchObject({ name: 'here', x: [0.25, 0.25], y: [-1, 1] });
});

test('of very many points every k-th is drawn, and the bundle stays small', () => {
  const many = Array.from({ length: 10_000 }, (_, at) => Math.sin(at * at));
  const figure = scatter({ many: { x: many, y: many, value: many } }, { ...titles, colour: { label: 'value' } });
  expect(points(figure)[0]?.x).toHaveLength(1112);
  expect(figure.notes).toEqual(['Of 10,000 points 1 in 9 is drawn.']);
  expect(JSON.stringify(figure.toMimeBundle()).length).toBeLessThan(80_000);
});

test.each<[unknown, unknown, string]>([
  [{ a: [1, 2] }, titles, 'plots.scatter: clouds.a is an array of 2; expected points as { x: [0.5, -1], y: [0, 2] }.'],
  [{ a: { x: [1], y: [1, 2] } }, titles, 'plots.scatter: clouds.a has 1 x, 2 y; expected as many of each.'],
  [
    { a: { x: [1], y: [1], value: [1, 2] } },
    { ...titles, colour: { label: 'n' } },
    'plots.scatter: clouds.a has 1 x, 1 y and 2 values; expected as many of each.',
  ],
  [
    { a: { x: [1], y: [1], value: [1] } },
    titles,
    "plots.scatter: clouds.a has values and the figure no colours; give the option colour: { label: 'what the values are' }.",
  ],
  [
    { a: { x: [1], y: [1] } },
    { ...titles, colour: { label: 'n' } },
    'plots.scatter: clouds.a.value is undefined; expected a number for each point, because the option colour is given.',
  ],
  [
    { a: { x: [1], y: [1], value: [1] } },
    { ...titles, colour: {} },
    'plots.scatter: colour.label is undefined; a reader needs to know what the colours measure: give a non-empty text.',
  ],
  [
    { a: { x: [1], y: [1], value: [1] } },
    { ...titles, colour: { label: 'n', scale: 'log', diverging: true } },
    "plots.scatter: colour.diverging is true on a logarithmic scale; expected true or false, and false where the scale is 'log'.",
  ],
  [
    { a: { x: [1], y: [1] } },
    { ...titles, equal: true, xScale: 'log' },
    'plots.scatter: got a logarithmic axis with equal or unitCircle; expected linear axes for them.',
  ],
])('%j %j is refused in one sentence', (clouds, options, sentence) => {
  expect(() => scatter(clouds as never, options as never)).toThrow(sentence);
});
