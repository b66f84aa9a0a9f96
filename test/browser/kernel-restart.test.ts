import { describe, expect, test } from 'vitest';
import { browserTestsRun } from './support/chromium';
import { useLab } from './support/lab-suite';
import { screenshot } from './support/page';

describe.runIf(browserTestsRun())('the kernel menu of JupyterLab', { timeout: 240_000 }, () => {
  const { onNotebook } = useLab('restart');

  test('restart and run all forgets everything and runs every cell in order', async () => {
    const cells = [
      { code: 'globalThis.process.env.RUNS = String(Number(process.env.RUNS ?? 0) + 1);\nconst pid = process.pid;' },
      { code: 'console.log(`run ${process.env.RUNS}, process ${pid}`);' },
      { code: 'const last = 7;\nlast * 6' },
    ];
    await onNotebook('run-all', cells, async (notebook) => {
      await notebook.waitForKernel('Idle');
      await notebook.run(0, 1);
      await notebook.run(0, 2);
      await notebook.run(1, 3);
      const before = await notebook.text(1);
      expect(before).toContain('run 2, process');
      await notebook.menu('Kernel', /^Restart Kernel and Run All Cells/);
      await notebook.accept();
      await notebook.ended(2, 3);
      expect(await notebook.prompt(0)).toBe('[1]:');
      expect(await notebook.prompt(1)).toBe('[2]:');
      const after = await notebook.text(1);
      expect(after).toContain('run 1, process');
      expect(after.replace('run 1', 'run 2')).not.toBe(before);
      expect(await notebook.text(2)).toContain('42');
      await notebook.waitForKernel('Idle');
      await screenshot(notebook.page, 'run-all');
    });
  });

  test('a restart during a cell that never ends gives a kernel that runs the next', async () => {
    const cells = [{ code: "console.log('on and on');\nwhile (true) {}" }, { code: "console.log('anew');" }];
    await onNotebook('restart-busy', cells, async (notebook) => {
      await notebook.waitForKernel('Idle');
      await notebook.start(0);
      await notebook.shows(0, 'on and on');
      await notebook.menu('Kernel', /^Restart Kernel…$/);
      await notebook.accept();
      await notebook.waitForKernel('Idle');
      await notebook.run(1, 1);
      expect(await notebook.text(1)).toContain('anew');
      await screenshot(notebook.page, 'restart-busy');
    });
  });

  test('the kernel is shown busy as long as a cell runs, also while it answers completions', async () => {
    const cells = [{ code: "console.log('began');\nwhile (true) {}" }, { code: 'Math.ma' }];
    await onNotebook('status', cells, async (notebook) => {
      const { page } = notebook;
      await notebook.waitForKernel('Idle');
      await notebook.start(0);
      await notebook.shows(0, 'began');
      expect(await notebook.kernelStatus()).toBe('Busy');
      await notebook.edit(1);
      await page.keyboard.press('Tab');
      await page.locator('.jp-Completer .jp-Completer-item', { hasText: 'max' }).waitFor();
      await screenshot(page, 'status');
      // the answer's own idle is on its way to the page for a moment
      await expect.poll(() => notebook.kernelStatus(), { timeout: 30_000 }).toBe('Busy');
      const seen = new Set<string>();
      for (let look = 0; look < 10; look++) {
        seen.add(await notebook.kernelStatus());
        await page.waitForTimeout(100);
      }
      expect([...seen]).toEqual(['Busy']);
      await page.keyboard.press('Escape');
      await notebook.interrupt();
      await notebook.shows(0, 'KeyboardInterrupt');
      await notebook.waitForKernel('Idle');
    });
  });
});
