import { describe, expect, it } from 'vitest';
import { rng } from '../../kernel-lib/src';
import { similarSpans } from '../../kernel-lib/src/analysis';
import { spanSearch } from '../../kernel-lib/src/plots';
import { SEARCH_SCRIPT } from '../../kernel-lib/src/plots/span-search-page';

const random = rng(1);
const text = 'she said <b> & left 😀. '.repeat(10);
const symbols = Array.from(text);
const states = symbols.map(() => Array.from({ length: 9 }, () => 3 + random.uniform()));
const span = { from: 4, to: 8 };
const title = 'Spans';

type Found = { from: number; to: number; score: number }[];
// eslint-disable-next-line @typescript-eslint/no-implied-eval -- the script that goes into the page, run here
const searchInPage = new Function(
  'states',
  'width',
  'from',
  'to',
  'count',
  `${SEARCH_SCRIPT}
  return search(states, width, from, to, count);`,
) as (states: Int8Array, width: number, from: number, to: number, count: number) => Found;
const carried = (html: string): Int8Array => {
  const bytes = Buffer.from(/data-states="([^"]*)"/.exec(html)?.[1] ?? '', 'base64');
  return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
};

describe('a page to search for spans', () => {
  it('carries the states and finds in the page what analysis.similarSpans finds in the kernel', () => {
    const { html } = spanSearch(text, states, { title, span });
    const bytes = carried(html);
    expect(bytes).toHaveLength(symbols.length * 9);
    expect(Math.max(...bytes.map(Math.abs))).toBe(127);
    for (const from of [0, 17, 100, symbols.length - 6]) {
      const asked = { from, to: from + 6 };
      const inPage = searchInPage(bytes, 9, asked.from, asked.to, 3);
      const inKernel = similarSpans(states, asked, { count: 3 });
      expect(inPage.map(({ from: at }) => at)).toEqual(inKernel.map(({ from: at }) => at));
      inPage.forEach(({ score }, k) => {
        expect(score).toBeCloseTo(inKernel[k]?.score ?? NaN, 1);
      });
    }
  });

  it('shows the answer to the first span without any script, its text unchanged', () => {
    const { html, found } = spanSearch(text, states, { title, span, count: 2 });
    expect(found).toEqual(similarSpans(states, span, { count: 2 }));
    const body = /<div class="body"[^>]*>([^]*?)<\/div>/.exec(html)?.[1] ?? '';
    expect(body).toContain('<mark class="asked">said</mark>');
    expect(body.match(/<mark data-n="\d">/g)?.sort()).toEqual(['<mark data-n="1">', '<mark data-n="2">']);
    const words = body.replace(/<[^>]*>/g, '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'); // prettier-ignore
    expect(words).toBe(text);
    expect(html.match(/<li>/g)).toHaveLength(2);
  });

  it('asks no network for anything, and stays below 300 kB however long the text is', () => {
    const long = 'a\n'.repeat(2000);
    const many = Array.from({ length: 4000 }, (_, t) => Array.from({ length: 128 }, (__, i) => Math.sin(t * i)));
    const page = spanSearch(long, many, { title, span });
    expect(page.html.length).toBeLessThan(300_000);
    expect(page.notes).toEqual(['The first 1,484 of 4,000 characters.']);
    expect(page.html).not.toMatch(/https?:|url\(|@import|\bsrc=/);
  });

  it('tells a log what it found', () => {
    const { 'text/plain': plain } = spanSearch(text, states, { title, span, count: 1 }).toMimeBundle();
    expect(plain).toMatch(/^Spans: read like "said": ".{4}" \(\d\.\d\d\)\.$/u);
  });

  it('refuses what it cannot search', () => {
    expect(() => spanSearch(text, states, { title: '', span })).toThrow('title is an empty text; say what is searched');
    expect(() => spanSearch('ab', states, { title, span })).toThrow('got 230 states for 2 characters (code points)');
    expect(() => spanSearch(text, states, { title, span: { from: 4, to: 4 } })).toThrow('span: got 4 to 4');
  });
});
