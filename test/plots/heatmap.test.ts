import { heatmap, type Figure } from 'kernel-lib/plots';
import type { HeatmapTrace } from 'kernel-lib/plots/trace';
import { describe, expect, test } from 'vitest';
import { elements, parseXml, type XmlElement } from './xml';

const titles = { title: 'Gate', x: 'unit', y: 'time', z: 'value' };

function draw(figure: Figure): XmlElement {
  return parseXml(figure.toMimeBundle()['image/svg+xml']);
}

const trace = ({ data }: Figure): HeatmapTrace => data[0] as HeatmapTrace;

/** The colour of each cell in the still picture, row by row; undefined where none is drawn. */
function cells(figure: Figure): (string | undefined)[][] {
  const drawn = trace(figure).z.map((row) => row.map((): string | undefined => undefined));
  const [group] = elements(draw(figure), 'g');
  for (const { attributes } of group?.children ?? []) {
    for (const [, x, y, length] of (attributes.d ?? '').matchAll(/M(\d+) (\d+)h(\d+)/g)) {
      for (let at = Number(x); at < Number(x) + Number(length); at++) {
        expect(drawn[Number(y)]?.[at]).toBeUndefined();
        (drawn[Number(y)] ?? [])[at] = attributes.stroke;
      }
    }
  }
  return drawn;
}

describe('what a heat map holds', () => {
  test('the matrix, its first row on top, with a colour bar and no legend', () => {
    const figure = heatmap([new Float32Array([1, 2, 3]), [4, 5, 6]], titles);
    expect(trace(figure)).toMatchObject({
      type: 'heatmap',
      z: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      x: ['1', '2', '3'],
      y: ['1', '2'],
    });
    expect(figure.layout).toMatchObject({
      showlegend: false,
      coloraxis: { cmin: 1, cmax: 6, colorbar: { title: { text: 'value' } } },
      yaxis: { autorange: 'reversed', type: 'category' },
    });
    expect(figure.layout).not.toHaveProperty('plot_bgcolor');
    expect(figure.description).toBe('value by time and unit (2 × 3), from 1 to 6.');
  });

  test('many columns stand on an axis of numbers, few are each named', () => {
    const wide = heatmap([Array.from({ length: 30 }, (_, at) => at)], titles);
    expect(wide.layout.xaxis.type).toBe('linear');
    expect(trace(wide).x.slice(0, 2)).toEqual([1, 2]);
    expect(trace(heatmap([[1, 2]], { ...titles, xLabels: [0, 10] })).x).toEqual(['0', '10']);
  });

  test('labels are visible text, and two of one name keep their own places', () => {
    const figure = heatmap([[1, 2, 3, 4]], { ...titles, xLabels: ['l', ' ', 'l', '<b>'] });
    expect(new Set<string | number>(trace(figure).x).size).toBe(4);
    expect([...trace(figure).x].map((label) => String(label).replaceAll('\u200B', ''))).toEqual([
      'l',
      '␣',
      'l',
      '&lt;b&gt;',
    ]);
    expect(elements(draw(figure), 'text').map(({ text }) => text)).toEqual(expect.arrayContaining(['␣', '<b>']));
  });
});

describe('cells without a value', () => {
  const z = [
    [1, NaN, 100],
    [0, -1, Infinity],
  ];

  test('stay grey and are counted', () => {
    const figure = heatmap(z, titles);
    expect(trace(figure).z).toEqual([
      [1, null, 100],
      [0, -1, null],
    ]);
    expect(figure.notes).toEqual(['2 of 6 cells not finite, left grey.']);
    expect(figure.layout.plot_bgcolor).toBe('#b3b3b3');
    expect(elements(draw(figure), 'path').some(({ attributes }) => attributes.fill === '#b3b3b3')).toBe(true);
    expect(cells(figure).map((row) => row.map((colour) => colour === undefined))).toEqual([
      [false, true, false],
      [false, false, true],
    ]);
  });

  test('on a logarithmic scale are those that are not positive too', () => {
    const figure = heatmap(z, { ...titles, zScale: 'log' });
    expect(trace(figure).z).toEqual([
      [0, null, 2],
      [null, null, null],
    ]);
    expect(figure.notes).toEqual(['4 of 6 cells not finite or not positive, left grey.']);
    expect(figure.layout.coloraxis?.colorbar.ticktext).toContain('10');
    expect(trace(figure).hovertemplate).toContain('log₁₀ value: %{z}');
    expect(figure.description).toBe('value by time and unit (2 × 3), from 1 to 100.');
  });

  test('may be all: said, not an error', () => {
    const figure = heatmap([[NaN]], titles);
    expect(figure.description).toContain('without a value to draw');
    expect(cells(figure)).toEqual([[undefined]]);
  });
});

describe('the still picture', () => {
  test('has the colour of each cell: alike where values are, dark to bright', () => {
    const figure = heatmap(
      [
        [0, 0, 1],
        [1, 0.5, 0],
      ],
      titles,
    );
    const [[a, b, c] = [], [d, e, f] = []] = cells(figure);
    expect([b, f]).toEqual([a, a]);
    expect(d).toBe(c);
    expect(new Set([a, c, e]).size).toBe(3);
    expect(a).toBe(figure.layout.coloraxis?.colorscale[0]?.[1]);
    expect(c).toBe(figure.layout.coloraxis?.colorscale.at(-1)?.[1]);
  });

  test('fills its frame to the pixel', () => {
    const [group] = elements(
      draw(
        heatmap(
          [
            [1, 2, 3, 4],
            [1, 2, 3, 4],
          ],
          titles,
        ),
      ),
      'g',
    );
    const [left = NaN, top = NaN, across = NaN, down = NaN] = (group?.attributes.transform?.match(/[\d.]+/g) ?? []).map(
      Number,
    );
    expect(left).toBe(70);
    expect(left + 4 * across).toBeCloseTo(576, 0);
    expect(top - down / 2).toBeCloseTo(48, 0);
    expect(top + 1.5 * down).toBeCloseTo(346, 0);
  });

  test('a diverging map is white at zero', () => {
    const [[a, b, c] = []] = cells(heatmap([[-1, 0, 4]], { ...titles, diverging: true }));
    expect(b).toMatch(/^#f\wf\wf\w$/);
    expect(a).not.toBe(b);
    expect(c).not.toBe(b);
  });
});

describe('the ends of the colours', () => {
  test('may be given, so that two figures can be held side by side', () => {
    const options = { ...titles, zRange: [0, 4] } as const;
    const [figure, other] = [heatmap([[1, 2, 9]], options), heatmap([[2, -3, 4]], options)];
    expect(figure.layout.coloraxis).toMatchObject({ cmin: 0, cmax: 4 });
    expect(figure.layout.coloraxis).toEqual(other.layout.coloraxis);
    const [[, two, nine] = []] = cells(figure);
    const [[alike, below, four] = []] = cells(other);
    expect(alike).toBe(two);
    expect(nine).toBe(four);
    expect(below).toBe(figure.layout.coloraxis?.colorscale[0]?.[1]);
    // what is held is the value, not the end
    expect(trace(figure).z).toEqual([[1, 2, 9]]);
    expect(figure.description).toContain('from 1 to 9');
  });

  test('are values on a logarithmic scale too', () => {
    const figure = heatmap([[1, 10]], { ...titles, zScale: 'log', zRange: [0.01, 100] });
    expect(figure.layout.coloraxis).toMatchObject({ cmin: -2, cmax: 2 });
  });

  test('lie as far on either side of zero where the colours diverge', () => {
    const figure = heatmap([[1, 2]], { ...titles, diverging: true, zRange: [-1, 3] });
    expect(figure.layout.coloraxis).toMatchObject({ cmin: -3, cmax: 3 });
  });
});

describe('a matrix too large to draw', () => {
  test('is drawn as the means of blocks, and says so', () => {
    const z = Array.from({ length: 200 }, (_, row) => Array.from({ length: 100 }, (_, column) => row + column / 2));
    const figure = heatmap(z, titles);
    expect(trace(figure).z).toHaveLength(67);
    expect(trace(figure).z[0]).toHaveLength(50);
    expect(trace(figure).z[0]?.[0]).toBeCloseTo(1.25);
    expect(trace(figure).z.at(-1)?.[0]).toBeCloseTo(198.75);
    expect([trace(figure).x[0], trace(figure).y[0]]).toEqual([1.5, 2]);
    expect(figure.notes).toEqual(['Each cell drawn is the mean of 3 × 2.']);
    expect(figure.description).toContain('(200 × 100), from 0 to 248.5');
  });

  test('a value that is not finite costs its own share of a block only', () => {
    const z = [Array.from({ length: 160 }, (_, at) => (at === 1 ? NaN : 7))];
    const figure = heatmap(z, titles);
    expect(trace(figure).z[0]?.[0]).toBe(7);
    expect(figure.notes).toEqual(['1 of 160 cells not finite, left grey.', 'Each cell drawn is the mean of 1 × 2.']);
  });

  test('noise stays under 120 kB in all formats together', () => {
    const z = Array.from({ length: 300 }, (_, row) => Array.from({ length: 300 }, (_, at) => Math.sin(row * at * at)));
    expect(JSON.stringify(heatmap(z, titles).toMimeBundle()).length).toBeLessThan(120_000);
  });
});

test.each<[unknown, unknown, string]>([
  [3, titles, 'plots.heatmap: z is 3; expected an array of rows of numbers (for a tensor: await tensor.array()).'],
  [[], titles, 'plots.heatmap: z is an array of 0; expected an array of rows'],
  [[[1, 2], [3]], titles, 'plots.heatmap: z[1] has 1 values and the first 2; expected rows of one length.'],
  [[[1, '2']], titles, 'plots.heatmap: z[0][1] is the text "2"; expected a number.'],
  [[[1]], { ...titles, z: '' }, 'plots.heatmap: z is an empty text; a reader needs to know what the colours measure'],
  [[[1]], { ...titles, zScale: 'ln' }, `plots.heatmap: zScale is the text "ln"; expected 'linear' or 'log'.`],
  [[[1, 2]], { ...titles, xLabels: ['a'] }, 'plots.heatmap: xLabels has 1 for 2 columns; expected one for each.'],
  [[[1], [2]], { ...titles, yLabels: ['a'] }, 'plots.heatmap: yLabels has 1 for 2 rows; expected one for each.'],
  [[[1, 2]], { ...titles, xLabels: ['a', 2] }, 'plots.heatmap: xLabels[1] is 2; expected a text.'],
  [
    [[1, 2]],
    { ...titles, xLabels: 3 },
    'plots.heatmap: xLabels is 3; expected an array of texts or numbers, one for each of 2 columns.',
  ],
  [
    [[1, 2, 3]],
    { ...titles, xLabels: [1, 2, 4] },
    'plots.heatmap: xLabels[1] is 2; expected finite numbers that ascend in even steps.',
  ],
  [[[1]], { ...titles, zRange: 3 }, 'plots.heatmap: zRange is 3; expected two finite numbers, the smaller one first.'],
  [[[1]], { ...titles, zRange: [2, 1] }, 'plots.heatmap: zRange is [2, 1]; expected two finite numbers, the smaller'],
  [[[1]], { ...titles, zRange: [1, NaN] }, 'plots.heatmap: zRange is [1, NaN]; expected two finite numbers'],
  [[[1]], { ...titles, zRange: [0, 1, 2] }, 'plots.heatmap: zRange is [0, 1, 2]; expected two finite numbers'],
  [[[1]], { ...titles, zRange: ['0', 1] }, 'plots.heatmap: zRange is [the text "0", 1]; expected two finite numbers'],
  [
    [[1]],
    { ...titles, zScale: 'log', zRange: [0, 1] },
    'plots.heatmap: zRange is [0, 1]; expected two finite numbers above 0, the smaller one first.',
  ],
])('%j %j is refused in one sentence', (z, options, sentence) => {
  expect(() => heatmap(z as never, options as never)).toThrow(sentence);
});
