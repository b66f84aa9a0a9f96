import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { browserTestsRun } from './support/chromium';
import { useLab } from './support/lab-suite';
import { screenshot } from './support/page';

describe.runIf(browserTestsRun())('what cells show in JupyterLab', { timeout: 240_000 }, () => {
  const { folder, onNotebook } = useLab('output');

  test('the last value is shown as what it is: a tensor, a table, an object', async () => {
    const cells = [
      { code: "import * as tf from '@tensorflow/tfjs-node';\ntf.tensor2d([[1, 2.5], [3, 4]])" },
      { code: "[{ cell: 'rnn', loss: 1.5 }, { cell: 'lstm', loss: 1.25 }]" },
      { code: "({ a: 1, b: [1, 2, 3], c: new Map([['x', 1]]) })" },
      { code: "'hidden';" },
    ];
    await onNotebook('values', cells, async (notebook) => {
      await notebook.waitForKernel('Idle');
      for (const index of cells.keys()) await notebook.run(index, index + 1);
      await notebook.shows(0, /Tensor float32 \[2, 2\]\n\[\[1 2\.5\]\n \[3 +4\]\]/);
      const table = notebook.output(1).locator('table');
      expect(await table.locator('th').allInnerTexts()).toEqual(['cell', 'loss']);
      expect(await table.locator('td').allInnerTexts()).toEqual(['rnn', '1.5', 'lstm', '1.25']);
      expect(await notebook.text(2)).toContain("{ a: 1, b: [ 1, 2, 3 ], c: Map(1) { 'x' => 1 } }");
      expect(await notebook.text(3)).toBe('');
      await screenshot(notebook.page, 'values');
    });
  });

  test('a progress bar grows in one place and keeps its last state', async () => {
    const code = [
      "import { existsSync } from 'node:fs';",
      "import { progress } from 'kernel-lib';",
      "for (const epoch of progress([1, 2, 3, 4], 'epochs')) {",
      "  while (epoch === 3 && !existsSync('half-was-seen')) await new Promise((resolve) => setTimeout(resolve, 50));",
      '}',
    ].join('\n');
    await onNotebook('progress', [{ code }], async (notebook) => {
      await notebook.waitForKernel('Idle');
      await notebook.start(0);
      await notebook.shows(0, '2/4, 50%');
      expect(await notebook.prompt(0)).toBe('[*]:');
      expect(await notebook.output(0).locator('.jp-OutputArea-child').count()).toBe(1);
      await screenshot(notebook.page, 'progress');
      fs.writeFileSync(path.join(folder(), 'half-was-seen'), '');
      await notebook.ended(0, 1);
      await notebook.shows(0, /^epochs\s+4\/4/);
      expect(await notebook.output(0).locator('.jp-OutputArea-child').count()).toBe(1);
      await screenshot(notebook.page, 'progress-done');
    });
  });

  test('clearOutput takes away what was shown, and with wait not before the next output', async () => {
    const wait = 'await new Promise((resolve) => setTimeout(resolve, 3_600_000));';
    const cells = [
      { code: "import { clearOutput } from 'kernel-lib';\nconsole.log('old');\nclearOutput();\nconsole.log('new');" },
      { code: `console.log('kept');\nclearOutput({ wait: true });\n${wait}` },
      { code: "console.log('kept');\nclearOutput({ wait: true });\nconsole.log('newest');" },
    ];
    await onNotebook('clear', cells, async (notebook) => {
      await notebook.waitForKernel('Idle');
      await notebook.run(0, 1);
      await notebook.shows(0, /^new\s*$/);
      await notebook.start(1);
      await notebook.shows(1, /^kept\s*$/);
      await notebook.interrupt();
      await notebook.ended(1, 2);
      await notebook.run(2, 3);
      await notebook.shows(2, /^newest\s*$/);
      await screenshot(notebook.page, 'clear');
    });
  });

  test('thousands of lines arrive whole', async () => {
    const code = "for (let line = 1; line <= 5000; line++) console.log(`line ${line}`);\nconsole.log('the end');";
    await onNotebook('lines', [{ code }], async (notebook) => {
      await notebook.waitForKernel('Idle');
      await notebook.run(0, 1);
      await notebook.shows(0, 'the end');
      const lines = (await notebook.text(0)).trim().split('\n');
      expect(lines).toEqual([...Array.from({ length: 5000 }, (_, index) => `line ${index + 1}`), 'the end']);
      await screenshot(notebook.page, 'lines');
    });
  });
});
