import { describe, expect, it } from 'vitest';
import { colouredText } from '../../kernel-lib/src/plots';
import { levelColour, levels } from '../../kernel-lib/src/plots/text-style';
import { contrast } from './vision';

const options = { title: 'Unit 17', label: 'tanh(c)' };
const bodyOf = (html: string): string => /<div class="body"[^>]*>([^]*)<\/div>/.exec(html)?.[1] ?? '';
const of = (...[text, values, more]: [string | string[], number[], object?]): string =>
  bodyOf(colouredText(text, values, { ...options, ...more }).html);

describe('coloured text', () => {
  it('gives each character the colour and the number of its value', () => {
    expect(of('abc', [1, -0.5, 0])).toBe('<i class=p10 title=+1>a</i><i class=n5 title=−0.5>b</i><i title=0>c</i>');
  });

  it('puts neighbours of one number together, and only those', () => {
    expect(of('aabb', [1, 1, 0.5, 0.52])).toBe(
      '<i class=p10 title=+1>aa</i><i class=p5 title=+0.5>b</i><i class=p5 title=+0.52>b</i>',
    );
  });

  it('takes words, with a space or what is asked for between them', () => {
    expect(of(['not', 'good'], [-1, 1])).toBe('<i class=n10 title=−1>not</i> <i class=p10 title=+1>good</i>');
    expect(of(['a', 'b'], [1, 1], { separator: '' })).toBe('<i class=p10 title=+1>ab</i>');
  });

  it('counts code points, shows line breaks and tabs, and lets no character through as HTML', () => {
    expect(of('😀\n', [1, -1])).toBe('<i class=p10 title=+1>😀</i><i class=n10 title=−1>↵\n</i>');
    expect(of('<b>\t\u0000', [0, 0, 0, 0, 0])).toBe('<i title=0>&lt;b&gt;⇥\t\uFFFD</i>');
    const { html } = colouredText(['<script>'], [1], { title: '<b>', label: '"&' });
    expect(html).not.toContain('<script>');
    expect(html).toContain('<b>&lt;b&gt;</b><br>&quot;&amp;: ');
  });

  it('holds values against a reach, by default the largest, and caps what is beyond', () => {
    expect(of('ab', [0.2, -0.1])).toContain('class=p10 title=+0.2');
    expect(of('ab', [0.2, -3], { reach: 1 })).toBe('<i class=p2 title=+0.2>a</i><i class=n10 title=−3>b</i>');
    expect(of('ab', [0, 0])).toBe('<i title=0>ab</i>');
  });

  it('leaves what is not finite without a colour, and says how many', () => {
    const text = colouredText('abc', [NaN, 1, Infinity], options);
    expect(bodyOf(text.html)).toBe('a<i class=p10 title=+1>b</i>c');
    expect(text.notes).toEqual(['2 of 3 values not finite, without a colour.']);
    expect(text.html).toContain('2 of 3 values not finite');
    expect(colouredText('a', [NaN], options).description).toBe('"a" (1 piece), tanh(c) without a value.');
  });

  it('has a legend of both sides where both occur', () => {
    const legend = (values: number[]): string[] =>
      [...(/<figcaption>(.*)<\/figcaption>/.exec(colouredText('ab', values, options).html)?.[1] ?? '').matchAll(/<i[^>]*>([^<]*)/g)].map(([, name = '']) => name); // prettier-ignore
    expect(legend([-2, 1])).toEqual(['−2', '−1', '0', '+1', '+2']);
    expect(legend([0, 1])).toEqual(['0', '+0.5', '+1']);
    expect(legend([-1, 0])).toEqual(['−1', '−0.5', '0']);
  });

  it('tells a log what it shows', () => {
    const { 'text/plain': plain, 'text/html': html } = colouredText('a\nb', [1, 0, -1], options).toMimeBundle();
    expect(plain).toBe('Unit 17: "a b" (3 pieces), tanh(c) from -1 at piece 3 ("b") to 1 at piece 1 ("a").');
    expect(html).toContain('unrolled-text');
  });

  it('stays below 300 kB however long the text is, and says what it leaves out', () => {
    const long = colouredText(
      'x'.repeat(9000),
      Array.from({ length: 9000 }, (_, t) => Math.sin(t)),
      options,
    );
    expect(long.html.length).toBeLessThan(300_000);
    expect(long.html.match(/x/g)?.length).toBeGreaterThan(5900);
    expect(long.notes).toEqual(['The first 6,000 of 9,000 pieces.']);
  });

  it('asks no network for anything and runs no script', () => {
    expect(colouredText('abc', [1, 2, 3], options).html).not.toMatch(/https?:|<script|url\(|@import|\bon\w+=/);
  });

  it('is legible at every level, in JupyterLab light and dark', () => {
    const over = (ground: number, level: number): string => {
      const [r = 0, g = 0, b = 0, a = 0] =
        levelColour(level)
          .match(/[\d.]+/g)
          ?.map(Number) ?? [];
      return `#${[r, g, b].map((c) => Math.round(c * a + ground * (1 - a)).toString(16).padStart(2, '0')).join('')}`; // prettier-ignore
    };
    expect(levels()).toHaveLength(20);
    for (const level of levels()) {
      expect(contrast(over(255, level), '#212121'), `${level} on white`).toBeGreaterThan(4.5);
      expect(contrast(over(17, level), '#ffffff'), `${level} on #111`).toBeGreaterThan(4.5);
    }
    expect(contrast(over(255, 10), '#ffffff')).toBeGreaterThan(2);
    expect(contrast(over(17, -10), '#111111')).toBeGreaterThan(2);
  });

  it('tells strong values apart without colour: solid above, dotted below', () => {
    const { html } = colouredText('ab', [1, -1], options);
    expect(html).toMatch(/\.p10\{[^}]*underline solid 3px/);
    expect(html).toMatch(/\.n10\{[^}]*underline dotted 3px/);
    expect(html).toMatch(/\.p6\{[^}]*underline solid 2px/);
    expect(html).toMatch(/\.p2\{background:rgba\([\d,.]+\)\}/);
  });

  it.each([
    ['no title', 'a', [1], { title: ' ' }, 'title is the text " "; say what the colours show'],
    ['no label', 'a', [1], { label: '' }, 'label is an empty text'],
    ['no text', '', [], {}, 'text is an empty text; expected a text or a list'],
    ['a piece that is no text', ['a', 1], [1, 2], {}, 'text[1] is 1; expected a text.'],
    [
      'too few values',
      'abc',
      [1],
      {},
      'got 1 values for 3 pieces of text; expected one for each character (code point).',
    ],
    ['values that are no numbers', 'a', ['1'], {}, 'values[0] is the text "1"; expected a number.'],
    ['a reach of 0', 'a', [1], { reach: 0 }, 'reach is 0; expected a finite number above 0.'],
  ])('refuses %s', (_, text, values, more, sentence) => {
    expect(() => colouredText(text as string, values as number[], { ...options, ...more })).toThrow(sentence);
  });
});
