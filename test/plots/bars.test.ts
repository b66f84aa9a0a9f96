import { bars } from 'kernel-lib/plots';
import { describe, expect, test } from 'vitest';

const titles = { title: 'Next character', x: 'character', y: 'probability' };
const labels = ['h', 'e', ' ', '\n'];

describe('bars', () => {
  test('stand at their labels, side by side, with invisible symbols made visible', () => {
    const figure = bars({ 'T = 0.5': [0.7, 0.2, 0.06, 0.04], 'T = 1': new Float32Array(4) }, { ...titles, labels });
    expect(figure.layout).toMatchObject({ barmode: 'group', xaxis: { type: 'category' }, showlegend: true });
    expect(figure.data[0]).toMatchObject({
      type: 'bar',
      name: 'T = 0.5',
      x: ['h', 'e', '␣', '↵'],
      y: [0.7, 0.2, 0.06, 0.04],
    });
    expect(figure.description).toBe(
      "probability by character (4); T = 0.5 highest at 'h' with 0.7, T = 1 highest at 'h' with 0.",
    );
  });

  test('a space between words stays a space', () => {
    const { data } = bars({ solved: [1, 2, 3] }, { ...titles, labels: ['ReLU, identity', 'e ', 'a  b'] });
    expect(data[0]).toMatchObject({ x: ['ReLU, identity', 'e␣', 'a␣␣b'] });
  });

  test('series differ by pattern as well as by colour', () => {
    const figure = bars({ a: [1], b: [1], c: [1] }, { ...titles, labels: ['h'] });
    const shapes = figure.data.map((trace) => (trace.type === 'bar' ? trace.marker.pattern.shape : undefined));
    expect(new Set(shapes).size).toBe(3);
  });

  test('a value that is not finite is a bar left out, and counted', () => {
    const figure = bars({ p: [NaN, 0.5, 0.2, 0.3] }, { ...titles, labels });
    expect(figure.data[0]).toMatchObject({ y: [null, 0.5, 0.2, 0.3] });
    expect(figure.notes).toEqual(['p: 1 of 4 values not finite, left out.']);
    expect(figure.description).toContain("highest at 'e'");
  });

  test('a symbol that looks like markup or a number is a label like any other', () => {
    const figure = bars({ p: [0.5, 0.5] }, { ...titles, labels: ['<eos>', '7'] });
    expect(figure.data[0]).toMatchObject({ x: ['&lt;eos&gt;', '7'] });
    expect(figure.toMimeBundle()['image/svg+xml']).toContain('&lt;eos&gt;</text>');
  });

  test.each([
    [
      { p: [1] },
      { ...titles, labels },
      'plots.bars: series.p has 1 values for 4 labels; expected one value for each label.',
    ],
    [{ p: [1] }, titles, 'plots.bars: labels is undefined; expected an array of texts, one for each bar.'],
    [{ p: [1, 2] }, { ...titles, labels: ['a', 7] }, 'plots.bars: labels[1] is 7; expected a text.'],
    [
      { p: [1, 2] },
      { ...titles, labels: ['a', 'a'] },
      `plots.bars: labels[1] is 'a', as is labels[0]; expected each label once, for two would share one place.`,
    ],
    [
      { p: [1] },
      { ...titles, title: ' ', labels: ['a'] },
      'plots.bars: title is the text " "; a reader needs to know what the figure shows: give title as a non-empty text.',
    ],
    [
      {},
      { ...titles, labels },
      'plots.bars: series holds no series; expected at least one, such as { loss: [3.2, 2.9] }.',
    ],
  ])('%j %j', (series, options, message) => {
    expect(() => bars(series as never, options as never)).toThrow(message);
  });
});
