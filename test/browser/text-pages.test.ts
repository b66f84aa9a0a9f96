import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { colouredText, spanSearch } from 'kernel-lib/plots';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserTestsRun, launchChromium } from './support/chromium';
import { openPage, screenshot } from './support/page';

const text = 'a cat, a dog,\na cat & a <b>. '.repeat(4);
const symbols = Array.from(text);
/** Alike where the text is alike: the two symbols before decide. */
const states = symbols.map((symbol, t) => [symbol, symbols[t - 1] ?? '', symbols[t - 2] ?? ''].map((each) => (each.codePointAt(0) ?? 0) % 17)); // prettier-ignore

describe.runIf(browserTestsRun())('texts on a page', { timeout: 120_000 }, () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'unrolled-text-'));
    browser = await launchChromium();
  }, 120_000);

  afterAll(async () => {
    await (browser as Browser | undefined)?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  async function open(html: string): Promise<Awaited<ReturnType<typeof openPage>>> {
    const file = path.join(folder, 'page.html');
    fs.writeFileSync(file, `<!doctype html><meta charset="utf-8"><body>${html}`);
    const watched = await openPage(browser, pathToFileURL(file).href);
    await watched.page.goto(pathToFileURL(file).href);
    return watched;
  }

  const found = (page: Page): Promise<string[]> => page.locator('li code').allTextContents();

  test('coloured text is coloured, told by the pointer, and asks nobody for anything', async () => {
    const watched = await open(
      colouredText('up\ndown', [1, 0.2, 0, -0.3, -1, -1, -1], { title: 'Unit 1', label: 'h' }).html,
    );
    const { page, strangers, errors } = watched;
    expect(await page.evaluate("getComputedStyle(document.querySelector('.body i')).backgroundColor")).toBe(
      'rgba(213, 94, 0, 0.72)',
    );
    expect(await page.locator('.body').textContent()).toBe('up↵\ndown');
    await screenshot(page, 'coloured-text');
    expect([strangers, errors]).toEqual([[], []]);
    await watched.close();
  });

  test('typed words and a selection by mouse each light up what was read alike', async () => {
    const { html } = spanSearch(text, states, { title: 'Spans', span: { from: 2, to: 5 }, count: 3 });
    const watched = await open(html);
    const { page, strangers, errors } = watched;
    const before = await found(page);
    expect(before).toHaveLength(3);
    await page.locator('input').fill('dog,');
    await page.keyboard.press('Enter');
    expect(await found(page)).toEqual(['dog,', 'dog,', 'dog,']);
    expect(await page.locator('mark.asked').textContent()).toBe('dog,');
    expect(await page.locator('.body').textContent()).toBe(text);

    await page.locator('input').fill('no such words');
    await page.keyboard.press('Enter');
    expect(await found(page)).toEqual(['dog,', 'dog,', 'dog,']);

    // a double click selects the word
    await page.locator('mark.asked').dblclick({ position: { x: 3, y: 6 } });
    expect(await page.locator('mark.asked').textContent()).toBe('dog');
    await screenshot(page, 'span-search');
    expect([strangers, errors]).toEqual([[], []]);
    await watched.close();
  });
});
