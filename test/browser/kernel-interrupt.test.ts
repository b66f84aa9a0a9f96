import { describe, expect, test } from 'vitest';
import { browserTestsRun } from './support/chromium';
import { useLab } from './support/lab-suite';
import { screenshot } from './support/page';

describe.runIf(browserTestsRun())('interrupting a cell in JupyterLab', { timeout: 240_000 }, () => {
  const { onNotebook } = useLab('interrupt');

  test('an endless loop ends, its cell is marked, and what the kernel knew stays', async () => {
    const cells = [
      { code: 'let steps = 41;' },
      { code: "steps += 1;\nconsole.log('in the loop');\nwhile (true) {}" },
      { code: 'console.log(`steps are ${steps}`);' },
    ];
    await onNotebook('endless', cells, async (notebook) => {
      await notebook.waitForKernel('Idle');
      await notebook.run(0, 1);
      await notebook.start(1);
      await notebook.shows(1, 'in the loop');
      expect(await notebook.kernelStatus()).toBe('Busy');
      await notebook.interrupt();
      await notebook.shows(1, 'KeyboardInterrupt');
      await screenshot(notebook.page, 'endless');
      await notebook.run(2, 3);
      expect(await notebook.text(2)).toContain('steps are 42');
      await notebook.waitForKernel('Idle');
      await screenshot(notebook.page, 'endless-after');
    });
  });

  test('a loop after an await ends, and none of its timers prints into a later cell', async () => {
    const asynchronous = [
      "const ticking = setInterval(() => console.log('tick'), 50);",
      "const later = (async () => { for (;;) { await new Promise((resolve) => setTimeout(resolve, 50)); console.log('tock'); } })();",
      'await new Promise((resolve) => setTimeout(resolve, 500));',
      "console.log('in the loop');",
      'while (true) {}',
    ].join('\n');
    const cells = [
      { code: 'let kept = [1];' },
      { code: asynchronous },
      { code: 'await new Promise((resolve) => setTimeout(resolve, 1500));\nconsole.log(`kept ${kept.length}`);' },
    ];
    await onNotebook('after-await', cells, async (notebook) => {
      await notebook.waitForKernel('Idle');
      await notebook.run(0, 1);
      await notebook.start(1);
      await notebook.shows(1, 'in the loop');
      expect(await notebook.text(1)).toMatch(/tick\n[^]*tock/);
      await notebook.interrupt();
      await notebook.shows(1, 'KeyboardInterrupt');
      const atOnce = await notebook.text(1);
      await notebook.run(2, 3);
      expect((await notebook.text(2)).trim()).toBe('kept 1');
      expect(await notebook.text(1)).toBe(atOnce);
      await screenshot(notebook.page, 'after-await');
    });
  });

  test('a cell that waits ends, and the cells sent after it do not run', async () => {
    const cells = [
      { code: "console.log('waiting');\nawait new Promise((resolve) => setTimeout(resolve, 3_600_000));" },
      { code: "console.log('sent too early');" },
    ];
    await onNotebook('waiting', cells, async (notebook) => {
      await notebook.waitForKernel('Idle');
      await notebook.start(0);
      await notebook.start(1);
      await notebook.shows(0, 'waiting');
      await notebook.interrupt();
      await notebook.shows(0, 'KeyboardInterrupt');
      await notebook.waitForKernel('Idle');
      await expect.poll(() => notebook.prompt(1), { timeout: 60_000 }).toBe('[ ]:');
      expect(await notebook.text(1)).toBe('');
      await screenshot(notebook.page, 'waiting');
      await notebook.run(1, 2);
      expect(await notebook.text(1)).toContain('sent too early');
    });
  });
});
