import fc from 'fast-check';
import { bars, lines, type Figure } from 'kernel-lib/plots';
import { describe, expect, test } from 'vitest';
import { elements, parseXml, type XmlElement } from './xml';

const titles = { title: 'Loss & more', x: 'epoch <n>', y: '"nats"' };

function draw(figure: Figure): XmlElement {
  return parseXml(figure.toMimeBundle()['image/svg+xml']);
}

function texts(svg: XmlElement): readonly string[] {
  return elements(svg, 'text').map(({ text }) => text);
}

/** The paths of series: those with rounded joins. */
function linePaths(svg: XmlElement): readonly string[] {
  const paths = elements(svg, 'path').filter(({ attributes }) => attributes['stroke-linejoin'] === 'round');
  return paths.map(({ attributes }) => attributes.d ?? '').filter((d) => !d.endsWith('h28'));
}

/** Where a path of relative steps goes, in the picture's units. */
function points(d: string): readonly (readonly [number, number])[] {
  return d
    .split('M')
    .slice(1)
    .flatMap((piece) => {
      const numbers = (piece.match(/-?[\d.]+/g) ?? []).map(Number);
      const at: [number, number][] = [];
      for (let index = 0; index < numbers.length; index += 2) {
        const before = at.at(-1) ?? [0, 0];
        at.push([before[0] + (numbers[index] ?? 0), before[1] + (numbers[index + 1] ?? 0)]);
      }
      // The step of no length that begins each piece.
      return at.slice(1);
    });
}

describe('the still picture', () => {
  test('names itself, its axes and its series', () => {
    const figure = lines({ train: [3, 2], '<val>': [3, 2.5] }, titles);
    const svg = draw(figure);
    expect(svg.name).toBe('svg');
    expect(svg.attributes).toMatchObject({ xmlns: 'http://www.w3.org/2000/svg', role: 'img' });
    expect(elements(svg, 'title')[0]?.text).toBe('Loss & more');
    expect(elements(svg, 'desc')[0]?.text).toBe(figure.description);
    expect(texts(svg)).toEqual(expect.arrayContaining(['Loss & more', 'epoch <n>', '"nats"', 'train', '<val>']));
  });

  test('draws each point in proportion, with a gap for what is not finite', () => {
    const [d = ''] = linePaths(draw(lines({ loss: [0, 1, NaN, 3, 4] }, titles)));
    expect(d.split('M').length - 1).toBe(2);
    const [a, b, c, e] = points(d);
    const [dx, dy] = [(b?.[0] ?? 0) - (a?.[0] ?? 0), (b?.[1] ?? 0) - (a?.[1] ?? 0)];
    expect(dx).toBeGreaterThan(50);
    expect(dy).toBeLessThan(-50);
    expect((c?.[0] ?? 0) - (b?.[0] ?? 0)).toBeCloseTo(2 * dx, 0);
    expect((e?.[1] ?? 0) - (c?.[1] ?? 0)).toBeCloseTo(dy, 0);
  });

  test('a logarithmic axis gives equal ratios equal steps, and ticks at powers of ten', () => {
    const svg = draw(lines({ norm: [1, 1e-3, 1e-6] }, { ...titles, yScale: 'log' }));
    const [a, b, c] = points(linePaths(svg)[0] ?? '');
    expect((b?.[1] ?? 0) - (a?.[1] ?? 0)).toBeCloseTo((c?.[1] ?? 0) - (b?.[1] ?? 0), 0);
    expect(texts(svg)).toEqual(expect.arrayContaining(['1', '0.001', '1e-6']));
  });

  test('bars stand on zero and are as high as their values', () => {
    const svg = draw(bars({ p: [0.5, 0.25] }, { ...titles, labels: ['h', 'e'] }));
    const d = elements(svg, 'path')
      .map(({ attributes }) => attributes.d ?? '')
      .find((path) => /^M[\d. ]+V/.test(path) && path.endsWith('z'));
    const heights = [...(d ?? '').matchAll(/M[\d.]+ ([\d.]+)V([\d.]+)/g)].map(
      ([, from, to]) => Number(from) - Number(to),
    );
    expect(heights[0]).toBeGreaterThan(100);
    expect((heights[0] ?? 0) / (heights[1] ?? 1)).toBeCloseTo(2, 1);
  });

  test('a pattern that a bar refers to is defined', () => {
    const svg = draw(bars({ a: [1], b: [1], c: [1] }, { ...titles, labels: ['h'] }));
    const ids = elements(svg, 'pattern').map(({ attributes }) => attributes.id);
    const used = elements(svg, 'path').flatMap(
      ({ attributes }) => /url\(#(.+)\)/.exec(attributes.fill ?? '')?.[1] ?? [],
    );
    expect(used).toHaveLength(2);
    expect(ids).toEqual(used);
  });

  test('is well formed and stays inside its frame whatever it is given', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 }).filter((name) => name.trim() !== '');
    const values = fc.array(
      fc.oneof(fc.double({ min: -1e100, max: 1e100 }), fc.float(), fc.constantFrom(1, 1 + 1e-15, 5e-324)),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(
        fc.dictionary(text, values, { minKeys: 1, maxKeys: 4 }),
        text,
        fc.constantFrom('linear', 'log'),
        (series, title, yScale) => {
          const svg = draw(lines(series, { title, x: title, y: title, yScale }));
          for (const [x, y] of linePaths(svg).flatMap(points)) {
            expect(x).toBeGreaterThanOrEqual(69);
            expect(x).toBeLessThanOrEqual(700);
            expect(y).toBeGreaterThanOrEqual(0);
            expect(y).toBeLessThanOrEqual(400);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a legend too long for the frame says how many names it leaves out', () => {
    const svg = draw(lines(Object.fromEntries(Array.from({ length: 40 }, (_, k) => [`s${k}`, [k]])), titles));
    expect(texts(svg).some((label) => /^and \d+ more$/.test(label))).toBe(true);
  });
});

test('the bundle: the figure as an object, a picture, and one line of text', () => {
  const figure = lines({ train: [3.21, 2, 1.954321] }, { title: 'Loss', x: 'epoch', y: 'nats' });
  const bundle = figure.toMimeBundle();
  expect(Object.keys(bundle)).toEqual(['application/vnd.plotly.v1+json', 'image/svg+xml', 'text/plain']);
  expect(bundle['application/vnd.plotly.v1+json']).toEqual({ data: figure.data, layout: figure.layout });
  expect(bundle['text/plain']).toBe('Loss: nats against epoch; train from 3.21 to 1.954.');
  expect(JSON.parse(JSON.stringify(bundle))).toEqual(bundle);
});
