import { describe, expect, test } from 'vitest';
import { browserTestsRun } from './support/chromium';
import { useLab } from './support/lab-suite';
import { screenshot } from './support/page';

const documented = [
  '/**',
  ' * Scales **every** value of a list.',
  ' *',
  ' * @param factor what each is multiplied by',
  ' */',
  'function scale(values: readonly number[], factor: number): number[] {',
  '  return values.map((value) => value * factor);',
  '}',
].join('\n');

describe.runIf(browserTestsRun())('help while one types in JupyterLab', { timeout: 240_000 }, () => {
  const { onNotebook } = useLab('help');

  test('Tab lists members with their kinds, and the chosen one is inserted and runs', async () => {
    const cells = [{ code: "import * as tf from '@tensorflow/tfjs-node';" }, { code: '' }];
    await onNotebook('completion', cells, async (notebook) => {
      const { page } = notebook;
      await notebook.waitForKernel('Idle');
      await notebook.run(0, 1);
      await notebook.rewrite(1, 'const t = tf.ten');
      await page.keyboard.press('Tab');
      const items = page.locator('.jp-Completer .jp-Completer-item');
      const offered = async (): Promise<string[]> => {
        return (await items.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim());
      };
      await expect.poll(offered, { timeout: 60_000 }).toContain('f tensor2d function');
      // an operation is a constant that can be called
      expect(await offered()).toContain('f tensorScatterUpdate function');
      for (const item of await offered()) expect(item).toMatch(/^[a-z] ten\w+ (function|instance|class|module)$/i);
      await screenshot(page, 'completion');
      await items.filter({ hasText: /tensor2d/ }).click();
      await expect.poll(() => notebook.source(1), { timeout: 60_000 }).toBe('const t = tf.tensor2d');
      await page.keyboard.insertText('([[1, 2, 3]]);\nt');
      await page.keyboard.press('Control+Enter');
      await notebook.ended(1, 2);
      expect(await notebook.text(1)).toContain('Tensor float32 [1, 3]');
    });
  });

  test('Tab knows what an earlier cell declared', async () => {
    const cells = [
      { code: 'const perplexityOfEpoch = new Map<number, { nats: number; symbols: number }>();' },
      { code: '' },
    ];
    await onNotebook('own-names', cells, async (notebook) => {
      const { page } = notebook;
      await notebook.waitForKernel('Idle');
      await notebook.run(0, 1);
      await notebook.rewrite(1, 'perplexityOfEpoch.get(1)?.sym');
      await page.keyboard.press('Tab');
      const item = page.locator('.jp-Completer .jp-Completer-item', { hasText: 'symbols' });
      await item.waitFor();
      await page.keyboard.press('Enter');
      await expect.poll(() => notebook.source(1), { timeout: 60_000 }).toBe('perplexityOfEpoch.get(1)?.symbols');
    });
  });

  test('Shift-Tab shows the signature and the documentation, formatted', async () => {
    const cells = [{ code: documented }, { code: 'scale([1, 2], ' }];
    await onNotebook('inspection', cells, async (notebook) => {
      const { page } = notebook;
      await notebook.waitForKernel('Idle');
      await notebook.run(0, 1);
      await notebook.edit(1);
      await page.keyboard.press('Shift+Tab');
      const tip = page.locator('.jp-Tooltip .jp-RenderedMarkdown');
      await tip.waitFor();
      await screenshot(page, 'inspection');
      const code = tip.locator('pre code.language-typescript');
      expect(await code.innerText()).toContain('scale(values: readonly number[], factor: number): number[]');
      expect(await tip.innerText()).toContain('what each is multiplied by');
      expect(await tip.locator('strong').innerText()).toBe('every');
      expect(await tip.innerText()).not.toMatch(/```|\*\*/);
    });
  });
});
