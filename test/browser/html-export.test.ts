import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { bundleOf } from 'kernel-lib';
import { bars, colouredText, lines, spanSearch } from 'kernel-lib/plots';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserTestsRun, launchChromium } from './support/chromium';
import { runPython, Workplace } from './support/jupyter';
import { writeNotebook, type Cell } from './support/notebook';
import { drawnLines, openPage, screenshot } from './support/page';

const loss = lines({ 'a </script> & "b"': [3, 2, 1.5] }, { title: 'Loss', x: 'epoch', y: 'nats' }).toMimeBundle();
const next = bars({ p: [0.7, 0.3] }, { labels: ['<eos>', '$'], title: 'Next', x: 'symbol', y: 'probability' });
const formula = {
  markdown: 'A step $h_t = \\tanh(x_t)$ and\n\n$$\\begin{aligned} a &= \\color{red}{b} \\end{aligned}$$',
};

describe.runIf(browserTestsRun())('a notebook exported with the template unrolled', { timeout: 180_000 }, () => {
  let workplace: Workplace;
  let browser: Browser;

  beforeAll(async () => {
    workplace = new Workplace('html');
    browser = await launchChromium();
  });

  afterAll(async () => {
    await (browser as Browser | undefined)?.close();
    (workplace as Workplace | undefined)?.remove();
  });

  async function exportPage(name: string, cells: readonly Cell[]): Promise<{ url: string; html: string }> {
    const notebook = writeNotebook(workplace.notebooks, `${name}.ipynb`, cells);
    await runPython(workplace, ['-m', 'nbconvert', '--to', 'html', '--template', 'unrolled', notebook]);
    const file = path.join(workplace.notebooks, `${name}.html`);
    return { url: pathToFileURL(file).href, html: fs.readFileSync(file, 'utf8') };
  }

  test('shows figures and formulas and asks no other address for anything', async () => {
    const code = 'show(figure)';
    const { url } = await exportPage('page', [
      formula,
      { code, output: loss },
      { code, output: next.toMimeBundle() },
      { code, output: { 'application/vnd.plotly.v1+json': { data: 7 }, 'text/plain': 'a figure' } },
    ]);
    const watched = await openPage(browser, url);
    const { page } = watched;
    await page.goto(url);
    const [line] = await drawnLines(page, 1);
    expect(line?.points).toBe(3);
    expect(line?.width).toBeGreaterThan(100);
    expect(line?.height).toBeGreaterThan(50);
    const bar = page.locator('.unrolled-live .barlayer .point path').first();
    expect((await bar.boundingBox())?.height).toBeGreaterThan(50);
    expect(await page.locator('.xtick text').allTextContents()).toEqual(expect.arrayContaining(['<eos>', '$']));
    await page.locator('mjx-container svg').nth(1).waitFor();
    expect(await page.locator('mjx-container svg').count()).toBe(2);
    expect(await page.locator('[data-mjx-error], mjx-merror').count()).toBe(0);
    // Both figures are drawn, so their still pictures are put away.
    expect(await page.locator('.unrolled-still img:visible').count()).toBe(0);
    expect(await page.getByText('This figure cannot be drawn: its data is a number').count()).toBe(1);
    await screenshot(page, 'html');
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.unrolled-still img:visible').count()).toBe(2);
    expect(await page.locator('.unrolled-live:visible').count()).toBe(0);
    expect(watched.errors).toEqual([]);
    expect(watched.strangers).toEqual([]);
    await watched.close();
  });

  test('makes no formula of the dollars in a table, a coloured text or a text to search in', async () => {
    const words = '`${a} and ${b}`';
    const values = Array.from(words, () => 1);
    const shown = [
      bundleOf([{ words, price: '$5 or $6' }]),
      colouredText(words, values, { title: words, label: 'h' }).toMimeBundle(),
      spanSearch(words, values.map((_, t) => [t % 3, t % 2]), { title: words, span: { from: 0, to: 3 } }).toMimeBundle(), // prettier-ignore
    ];
    const { url } = await exportPage('dollars', [formula, ...shown.map((output) => ({ code: 'show(it)', output }))]);
    const watched = await openPage(browser, url);
    const { page } = watched;
    await page.goto(url);
    await page.locator('mjx-container svg').nth(1).waitFor();
    expect(await page.locator('mjx-container').count()).toBe(2);
    expect(await page.locator('figure .body').allTextContents()).toEqual([words, words]);
    expect(await page.locator('td').allTextContents()).toEqual([words, '$5 or $6']);
    await watched.close();
  });

  test('shows the still picture where no script runs', async () => {
    const { url } = await exportPage('still', [{ code: 'show(figure)', output: loss }]);
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(url);
    const image = page.locator('.unrolled-still img');
    expect((await image.boundingBox())?.height).toBeGreaterThan(300);
    expect(await image.getAttribute('alt')).toBe(loss['text/plain']);
    await context.close();
  });

  test('shows of a widget what it stood at', async () => {
    const view = { version_major: 2, version_minor: 0, model_id: 'gone' };
    const output = { 'application/vnd.jupyter.widget-view+json': view, 'text/plain': 'units: 8 (1 to 20) <b>' };
    const { url } = await exportPage('widget', [{ code: 'units', output }]);
    const watched = await openPage(browser, url);
    await watched.page.goto(url);
    expect(await watched.page.locator('.jp-OutputArea-output').allInnerTexts()).toEqual(['units: 8 (1 to 20) <b>']);
    expect([watched.errors, watched.strangers]).toEqual([[], []]);
    await watched.close();
  });

  test('holds plotly.js once, and only where there is a figure; MathJax only where there is a formula', async () => {
    const code = 'show(figure)';
    const both = await exportPage('two', [
      { code, output: loss },
      { code, output: loss },
    ]);
    expect(both.html.split('plotly.js v').length - 1).toBe(1);
    expect(both.html).not.toContain('window.MathJax');
    expect(both.html.length).toBeGreaterThan(4e6);
    expect(both.html.length).toBeLessThan(6e6);
    const plain = await exportPage('plain', [{ markdown: 'Prose.' }, { code: '1 + 1' }]);
    expect(plain.html.length).toBeLessThan(1e6);
    expect(plain.html).not.toMatch(/<script[^>]+src=/);
  });
});
