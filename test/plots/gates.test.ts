import { gates, type GatesOverTime } from 'kernel-lib/plots';
import { describe, expect, test } from 'vitest';
import { elements, parseXml } from './xml';

const kept: GatesOverTime = { i: [1, 0, 0.05], f: [0.5, 1, 0.9], o: [0, 0, 1], c: [2, 2, 1], h: [0, 0.0004, 1] };
const texts = { title: 'Kept & told', shade: '|∂/∂x₁|' };
const drawn = (overTime: GatesOverTime) => parseXml(gates(overTime, texts).toMimeBundle()['image/svg+xml']);

describe('gates', () => {
  test('say in a sentence what they show', () => {
    const picture = gates(kept, texts);
    expect(picture.toMimeBundle()['text/plain']).toBe(
      'Kept & told: |∂/∂x₁| over 3 steps: of the memory from 2 to 1, of the output from 0 to 1.',
    );
    expect(elements(drawn(kept), 'title')[0]?.text).toBe('Kept & told');
  });

  test('draw a ring where a gate is open, a bar where it is closed, and else its value', () => {
    const svg = drawn(kept);
    const rings = elements(svg, 'circle').filter(({ attributes }) => attributes['stroke-width'] === '1.8');
    const bars = elements(svg, 'path').filter(({ attributes }) => attributes['stroke-width'] === '2.6');
    expect(rings).toHaveLength(4); // i1, f2, f3, o3
    expect(bars).toHaveLength(4); // i2, i3, o1, o2
    expect(elements(svg, 'text').filter(({ text }) => text === '.5')).toHaveLength(1);
  });

  test('shade each node by its share of the largest, and write the number into it', () => {
    const nodes = elements(drawn(kept), 'circle').filter(
      ({ attributes }) => attributes.fill?.startsWith('rgb') === true,
    );
    const fills = nodes.map(({ attributes }) => attributes.fill);
    expect(fills).toHaveLength(6);
    expect(fills.filter((fill) => fill === 'rgb(8,48,107)')).toHaveLength(2); // c1 and c2, of 2
    expect(fills.filter((fill) => fill === 'rgb(132,152,181)')).toHaveLength(2); // c3 and h3, half of that
    expect(fills.filter((fill) => fill === 'rgb(255,255,255)')).toHaveLength(2);
    const inks = elements(drawn(kept), 'text').map(({ text, attributes }) => [text, attributes.fill]);
    expect(inks).toContainEqual(['4e-4', '#333']);
    expect(inks.filter(([, ink]) => ink === '#fff')).toEqual([
      ['2', '#fff'],
      ['2', '#fff'],
    ]); // on a dark ground
  });

  test('fill the first input alone, from which the sensitivity is taken', () => {
    const inputs = elements(drawn(kept), 'rect').slice(1);
    expect(inputs.map(({ attributes }) => attributes.fill)).toEqual(['rgb(8,48,107)', '#fff', '#fff']);
  });

  test('draw the lines below all nodes, so that none crosses a number', () => {
    const svg = gates(kept, texts).toMimeBundle()['image/svg+xml'];
    expect(svg.lastIndexOf('stroke="#999"')).toBeGreaterThan(0);
    expect(svg.lastIndexOf('stroke="#999"')).toBeLessThan(svg.indexOf('<circle'));
  });

  test('stay in their frame with as many steps as there may be', () => {
    const many = new Float32Array(16).fill(1);
    const svg = drawn({ i: many, f: many, o: many, c: many, h: many });
    const places = elements(svg, 'circle').map(({ attributes }) => Number(attributes.cx));
    expect(Math.max(...places)).toBeLessThan(700 - 10);
    expect(Math.min(...places)).toBeGreaterThan(80);
  });

  test.each<[string, Partial<GatesOverTime>, string]>([
    ['another number of steps', { f: [1] }, 'plots.gates: f has 1 steps and i 3; expected as many of each.'],
    ['a gate above 1', { o: [0, 1.5, 0] }, 'plots.gates: o[1] is 1.5; expected a gate from 0 to 1.'],
    ['a gate below 0', { i: [-0.1, 1, 0] }, 'plots.gates: i[0] is -0.1; expected a gate from 0 to 1.'],
    ['NaN', { c: [1, 1, NaN] }, 'plots.gates: c[2] is NaN; expected a finite sensitivity of 0 or more.'],
    [
      'an infinity',
      { h: [Infinity, 1, 1] },
      'plots.gates: h[0] is Infinity; expected a finite sensitivity of 0 or more.',
    ],
    ['no numbers', { f: [] }, 'plots.gates: f is empty; expected at least one number'],
  ])('refuse %s', (_, change, sentence) => {
    expect(() => gates({ ...kept, ...change }, texts)).toThrow(sentence);
  });

  test('refuse too many steps, and a picture that does not say what it shows', () => {
    const long = new Array<number>(17).fill(1);
    expect(() => gates({ i: long, f: long, o: long, c: long, h: long }, texts)).toThrow(
      'plots.gates: got 17 steps; expected at most 16: choose some of them.',
    );
    expect(() => gates(kept, { ...texts, shade: ' ' })).toThrow('plots.gates: shade is');
    expect(() => gates(kept, { ...texts, title: '' })).toThrow('plots.gates: title is');
  });
});
