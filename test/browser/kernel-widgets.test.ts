import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { browserTestsRun } from './support/chromium';
import { useLab } from './support/lab-suite';
import { drawnLines, screenshot } from './support/page';

const makeSlider = [
  "import { newDisplay, plots, widgets } from 'kernel-lib';",
  "const points = widgets.slider({ min: 0, max: 10, value: 5, label: 'points' });",
  'const words = newDisplay();',
  'const figure = newDisplay();',
  'points.onChange((count) => {',
  '  words.update(`the kernel heard ${count}`);',
  '  const squares = Array.from({ length: count }, (_, x) => x * x);',
  "  figure.update(plots.lines({ squares }, { title: 'Squares', x: 'x', y: 'y' }));",
  '});',
  'points',
].join('\n');

/** Takes the slider's handle with the mouse to a share of the track. */
async function drag(page: Page, share: number): Promise<void> {
  const track = await page.locator('.noUi-base').boundingBox();
  const handle = await page.locator('.noUi-handle').boundingBox();
  if (!track || !handle) throw new Error('The slider has no place on the page.');
  const y = handle.y + handle.height / 2;
  await page.mouse.move(handle.x + handle.width / 2, y);
  await page.mouse.down();
  await page.mouse.move(track.x + track.width * share, y, { steps: 10 });
  await page.mouse.up();
}

describe.runIf(browserTestsRun())('widgets in JupyterLab', { timeout: 240_000 }, () => {
  const { onNotebook } = useLab('widgets');

  test('a slider calls TypeScript, TypeScript moves the slider, and both go on after a reload', async () => {
    const cells = [
      { code: makeSlider },
      { code: 'console.log(`value ${points.value}`);' },
      { code: 'points.value = 3;' },
    ];
    await onNotebook('slider', cells, async (notebook) => {
      const { page } = notebook;
      await notebook.waitForKernel('Idle');
      await notebook.run(0, 1);
      const output = notebook.output(0);
      const handle = output.locator('.noUi-handle');
      const readout = output.locator('.widget-readout');
      await handle.waitFor();
      expect(await readout.innerText()).toBe('5');

      await handle.focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await notebook.shows(0, 'the kernel heard 7');
      expect(await readout.innerText()).toBe('7');
      await expect.poll(async () => (await drawnLines(page, 1))[0]?.points, { timeout: 60_000 }).toBe(7);

      await drag(page, 0.9);
      await notebook.shows(0, 'the kernel heard 9');
      await expect.poll(async () => (await drawnLines(page, 1))[0]?.points, { timeout: 60_000 }).toBe(9);
      await screenshot(page, 'slider-dragged');
      await notebook.run(1, 2);
      expect(await notebook.text(1)).toContain('value 9');

      await notebook.run(2, 3);
      await expect.poll(() => readout.innerText(), { timeout: 60_000 }).toBe('3');
      expect(Number(await handle.getAttribute('aria-valuenow'))).toBe(3);
      await notebook.shows(0, 'the kernel heard 3');
      await screenshot(page, 'slider-set');

      await notebook.save();
      await page.reload();
      await handle.waitFor();
      await expect.poll(() => readout.innerText(), { timeout: 60_000 }).toBe('3');
      await screenshot(page, 'slider-reload');
      await notebook.waitForKernel('Idle');
      await handle.focus();
      await page.keyboard.press('ArrowLeft');
      await expect.poll(() => readout.innerText(), { timeout: 60_000 }).toBe('2');
      await notebook.run(1, 4);
      expect(await notebook.text(1)).toContain('value 2');
    });
  });

  test('what a listener throws is shown under its slider, and the slider goes on', async () => {
    const code = [
      "import { widgets } from 'kernel-lib';",
      'const layers = widgets.slider({ min: 0, max: 10 });',
      'layers.onChange((count) => {',
      "  if (count === 1) throw new RangeError('one layer is not deep');",
      '  console.log(`heard ${count}`);',
      '});',
      'layers',
    ].join('\n');
    await onNotebook('slider-throws', [{ code }], async (notebook) => {
      const { page } = notebook;
      await notebook.waitForKernel('Idle');
      await notebook.run(0, 1);
      await notebook.output(0).locator('.noUi-handle').focus();
      await page.keyboard.press('ArrowRight');
      await notebook.shows(0, 'RangeError: one layer is not deep');
      expect(await notebook.text(0)).toContain('cell [1], line 4:');
      expect(await notebook.text(0)).not.toContain('kernel-lib');
      await page.keyboard.press('ArrowRight');
      await notebook.shows(0, 'heard 2');
      await screenshot(page, 'slider-throws');
    });
  });

  test('an endless listener is interrupted, and the kernel goes on', async () => {
    const code = [
      "import { widgets } from 'kernel-lib';",
      'const layers = widgets.slider({ min: 0, max: 10 });',
      'layers.onChange((count) => {',
      '  console.log(`heard ${count}`);',
      '  if (count === 1) while (true) {}',
      '});',
      'layers',
    ].join('\n');
    await onNotebook(
      'slider-endless',
      [{ code }, { code: 'console.log(`still ${layers.value}`);' }],
      async (notebook) => {
        const { page } = notebook;
        await notebook.waitForKernel('Idle');
        await notebook.run(0, 1);
        await notebook.output(0).locator('.noUi-handle').focus();
        await page.keyboard.press('ArrowRight');
        await notebook.shows(0, 'heard 1');
        await notebook.interrupt();
        await notebook.shows(0, 'KeyboardInterrupt');
        await notebook.waitForKernel('Idle');
        await screenshot(page, 'slider-endless');
        await notebook.run(1, 2);
        expect((await notebook.text(1)).trim()).toBe('still 1');
      },
    );
  });
});
