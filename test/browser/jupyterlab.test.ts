import fs from 'node:fs';
import path from 'node:path';
import { lines } from 'kernel-lib/plots';
import { describe, expect, test } from 'vitest';
import { browserTestsRun } from './support/chromium';
import { useLab } from './support/lab-suite';
import { savedBundles } from './support/notebook';
import { drawnLines, screenshot } from './support/page';

const PLOTLY = 'application/vnd.plotly.v1+json';
const loss = lines(
  { train: [3.2, 2.9, 2.5, 2.2, 2.05, 1.96], validation: [3.25, 3, NaN, 2.5, 2.45, 2.46] },
  { title: 'Loss', x: 'epoch', y: 'nats', references: [{ y: Math.log(27), label: 'uniform guess' }] },
);

describe.runIf(browserTestsRun())('figures in JupyterLab', { timeout: 240_000 }, () => {
  const { folder, onNotebook } = useLab('lab');

  test('a saved figure is drawn when an untrusted notebook opens, and leaves no name on the page', async () => {
    await onNotebook('saved', [{ code: 'show(figure)', output: loss.toMimeBundle() }], async ({ page }) => {
      const drawn = await drawnLines(page, 4);
      await screenshot(page, 'saved');
      // The gap cuts validation in two; the reference line is the fourth.
      expect(drawn.map(({ points }) => points)).toEqual([6, 2, 3, 2]);
      for (const { width, height } of drawn.slice(0, 3)) {
        expect(width).toBeGreaterThan(100);
        expect(height).toBeGreaterThan(1);
      }
      expect(await page.locator('.scatterlayer .point').count()).toBe(11);
      expect(await page.evaluate('[typeof Plotly, typeof moduleName, typeof drawFigure]')).toEqual(
        Array(3).fill('undefined'),
      );
    });
  });

  test('a figure that is none says so in its place, and its neighbour is drawn', async () => {
    const broken = { [PLOTLY]: { data: 'nonsense' }, 'text/plain': 'a figure' };
    const cells = [
      { code: 'broken', output: broken },
      { code: 'whole', output: loss.toMimeBundle() },
    ];
    await onNotebook('broken', cells, async ({ page }) => {
      await drawnLines(page, 4);
      const sentence = await page.locator('.jp-RenderedPlotly pre').innerText();
      expect(sentence).toBe('This figure cannot be drawn: its data is a string instead of an array of traces.');
    });
  });

  test('a figure follows the width of its place and the theme', async () => {
    await onNotebook('theme', [{ code: 'show(figure)', output: loss.toMimeBundle() }], async ({ page }) => {
      const [wide] = await drawnLines(page, 4);
      await page.setViewportSize({ width: 800, height: 900 });
      await expect
        .poll(async () => (await drawnLines(page, 4))[0]?.width, { timeout: 60_000 })
        .toBeLessThan((wide?.width ?? 0) - 100);
      const titleColour = (): Promise<string> => {
        return page.evaluate('getComputedStyle(document.querySelector(".jp-RenderedPlotly .gtitle")).fill');
      };
      const onLight = brightness(await titleColour());
      await page.locator('.lm-MenuBar-itemLabel', { hasText: /^Settings$/ }).click();
      await page.locator('.lm-Menu-itemLabel', { hasText: /^Theme$/ }).click();
      await page.locator('.lm-Menu-itemLabel', { hasText: /^JupyterLab Dark$/ }).click();
      await expect.poll(async () => brightness(await titleColour()), { timeout: 60_000 }).toBeGreaterThan(180);
      await screenshot(page, 'dark');
      expect(onLight).toBeLessThan(80);
    });
  });

  test('an executed figure grows while its cell runs, and is drawn again after save and reload', async () => {
    const code = [
      "import { existsSync } from 'node:fs';",
      "import { newDisplay, plots } from 'kernel-lib';",
      'const loss: number[] = [];',
      'const display = newDisplay();',
      'for (const value of [3, 2.5, 2.2, 2.1, 2.05]) {',
      '  loss.push(value);',
      "  display.update(plots.lines({ loss }, { title: 'Loss', x: 'step', y: 'nats' }));",
      '  const enough = () => loss.length !== 2 || existsSync("two-were-seen");',
      '  while (!enough()) await new Promise((resolve) => setTimeout(resolve, 50));',
      '}',
    ].join('\n');
    await onNotebook('live', [{ code }], async (notebook) => {
      const { page } = notebook;
      await notebook.waitForKernel('Idle');
      await notebook.start(0);
      const points = page.locator('.jp-RenderedPlotly .scatterlayer .point');
      await expect.poll(() => points.count(), { timeout: 90_000 }).toBe(2);
      expect(await notebook.prompt(0)).toBe('[*]:');
      fs.writeFileSync(path.join(folder(), 'two-were-seen'), '');
      await expect.poll(() => points.count(), { timeout: 90_000 }).toBe(5);
      expect(await page.locator('.jp-RenderedPlotly').count()).toBe(1);
      await screenshot(page, 'live');
      await notebook.save();
      await page.reload();
      const [line] = await drawnLines(page, 1);
      expect(line?.points).toBe(5);
      await screenshot(page, 'reloaded');
    });
    const [bundle] = savedBundles(path.join(folder(), 'live.ipynb'));
    expect(Object.keys(bundle ?? {}).sort()).toEqual([PLOTLY, 'image/svg+xml', 'text/plain']);
    expect(JSON.stringify(bundle).length).toBeLessThan(10_000);
  });
});

/** How bright a colour is that the browser reports, from 0 to 255. */
function brightness(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return (red + green + blue) / 3;
}
