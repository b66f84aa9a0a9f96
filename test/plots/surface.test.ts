import { surface, type Figure } from 'kernel-lib/plots';
import type { PathTrace, SurfaceTrace } from 'kernel-lib/plots/trace';
import { describe, expect, test } from 'vitest';
import { elements, parseXml, type XmlElement } from './xml';

const titles = { title: 'Walls', x: 'w', y: 'b', z: 'error <E>' };
const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
const over = (x: number[], y: number[], height: (x: number, y: number) => number) => ({
  ...{ x, y },
  z: y.map((b) => x.map((a) => height(a, b))),
});
const hill = over(range(7), range(5), (a, b) => 10 - (a - 3) ** 2 - (b - 2) ** 2);

function draw(figure: Figure): XmlElement {
  return parseXml(figure.toMimeBundle()['image/svg+xml']);
}

/** The corners of each facet, back to front. */
function facets(figure: Figure): [number, number][][] {
  const paths = elements(draw(figure), 'path').filter(
    ({ attributes }) => attributes.fill !== 'none' && attributes.fill === attributes.stroke,
  );
  return paths.flatMap(({ attributes }) =>
    (attributes.d ?? '')
      .split('M')
      .slice(1)
      .map((piece) => {
        const [x = NaN, y = NaN, ...steps] = (piece.match(/-?\d+/g) ?? []).map(Number);
        const corners: [number, number][] = [[x, y]];
        for (let at = 0; at < steps.length; at += 2) {
          const [left, top] = corners.at(-1) ?? [0, 0];
          corners.push([left + (steps[at] ?? NaN), top + (steps[at + 1] ?? NaN)]);
        }
        return corners;
      }),
  );
}

describe('the figure in space', () => {
  test('holds the heights and names its axes', () => {
    const figure = surface(hill, titles);
    expect(figure.data[0]).toMatchObject({ type: 'surface', ...hill, coloraxis: 'coloraxis' });
    expect(figure.layout.scene).toMatchObject({
      xaxis: { title: { text: 'w' } },
      yaxis: { title: { text: 'b' } },
      zaxis: { title: { text: 'error &lt;E&gt;' }, range: [-3, 10] },
    });
    expect(figure.description).toBe('error <E> over w and b, from -3 to 10.');
  });

  test('on a logarithmic scale names values, not powers', () => {
    const figure = surface(
      over(range(3), range(2), (a) => 10 ** a),
      { ...titles, zScale: 'log' },
    );
    expect((figure.data[0] as SurfaceTrace).z[0]).toEqual([0, 1, 2]);
    expect(figure.layout.scene?.zaxis.ticktext).toEqual(expect.arrayContaining(['1', '10', '100']));
  });

  test('paths have their heights on the same scale, with a gap where they leave the landscape', () => {
    const paths = { descent: { x: [0, 9, 1], y: [0, 0, 1], z: [100, 10, 1] } };
    const figure = surface(hill, { ...titles, zScale: 'log', paths });
    expect(figure.data[1]).toMatchObject({ type: 'scatter3d', name: 'descent', x: [0, null, 1], z: [2, null, 0] });
    expect(figure.layout.showlegend).toBe(true);
  });
});

describe('the still picture', () => {
  test('shows every facet once, the nearer over the farther', () => {
    const drawn = facets(surface(hill, titles));
    expect(drawn).toHaveLength(6 * 4);
    // on a plane what is farther is higher in the picture, and is drawn first
    const flat = facets(
      surface(
        over(range(7), range(5), () => 1),
        titles,
      ),
    );
    const lowest = flat.map((corners) => Math.max(...corners.map(([, top]) => top)));
    const [first = NaN, last = NaN] = [lowest[0], lowest.at(-1)];
    expect(first).toBe(Math.min(...lowest));
    expect(last).toBeGreaterThan(first + 50);
  });

  test('puts the top of a hill above its foot, and inside the frame', () => {
    const drawn = facets(surface(hill, titles)).flat();
    for (const [left, top] of drawn) {
      expect(left).toBeGreaterThan(70);
      expect(left).toBeLessThan(580);
      expect(top).toBeGreaterThan(40);
      expect(top).toBeLessThan(360);
    }
    const high = over([0, 1], [0, 1], (a, b) => (a + b === 2 ? 1 : 0));
    const [corners = []] = facets(surface(high, titles));
    const flat =
      facets(
        surface(
          {
            ...high,
            z: [
              [0, 0],
              [0, 1e-9],
            ],
          },
          titles,
        ),
      )[0] ?? [];
    expect(corners[2]?.[1]).toBe(flat[2]?.[1]);
    expect(corners[2]?.[1]).toBeLessThan((corners[1]?.[1] ?? 0) - 50);
  });

  test('has ticks, titles and paths with a rim', () => {
    const paths = { descent: { x: [0, 1, 2], y: [0, 1, 2], z: [1, 2, 3] } };
    const svg = draw(surface(hill, { ...titles, paths }));
    expect(elements(svg, 'text').map(({ text }) => text)).toEqual(
      expect.arrayContaining(['w', 'b', 'error <E>', 'descent', '2', '4', '6']),
    );
    const strokes = elements(svg, 'path').map(({ attributes }) => attributes.stroke);
    expect(strokes).toEqual(expect.arrayContaining(['#ffffff', '#D55E00']));
  });

  test('leaves out facets without a height, and stays small', () => {
    const holes = over(range(7), range(5), (a, b) => (a === 0 && b === 0 ? NaN : 1 + a));
    const figure = surface(holes, titles);
    expect(facets(figure)).toHaveLength(6 * 4 - 1);
    expect(figure.notes).toEqual(['1 of 35 heights not finite, left out.']);
    const rough = over(range(150), range(150), (a, b) => Math.sin(a * b));
    expect(JSON.stringify(surface(rough, titles).toMimeBundle()).length).toBeLessThan(110_000);
  });
});

test.each<[unknown, unknown, string]>([
  [
    hill,
    { ...titles, paths: { a: { x: [1], y: [1] } } },
    'plots.surface: paths.a.z is undefined; expected an array of numbers',
  ],
  [
    hill,
    { ...titles, paths: { a: { x: [1], y: [1], z: [1, 2] } } },
    'plots.surface: paths.a has 1, 1, 2 values of x, y, z; expected as many of each.',
  ],
  [hill, { ...titles, title: '' }, 'plots.surface: title is an empty text'],
  [undefined, titles, 'plots.surface: the landscape is undefined; expected { x, y, z }'],
])('%j %j is refused in one sentence', (landscape, options, sentence) => {
  expect(() => surface(landscape as never, options as never)).toThrow(sentence);
});

test('a path keeps its name as text', () => {
  const figure = surface(hill, { ...titles, paths: { '<b>': { x: [1], y: [1], z: [1] } } });
  expect((figure.data[1] as PathTrace).name).toBe('&lt;b&gt;');
});
