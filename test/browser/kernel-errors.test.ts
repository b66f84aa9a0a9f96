import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { browserTestsRun } from './support/chromium';
import { useLab } from './support/lab-suite';
import { screenshot } from './support/page';

const lossOf = [
  'function lossOf(values: readonly number[]): number {',
  '  const [first] = values;',
  "  if (first === undefined) throw new RangeError('lossOf: there are no values; expected at least one.');",
  '  return first;',
  '}',
].join('\n');

describe.runIf(browserTestsRun())('errors of a cell in JupyterLab', { timeout: 240_000 }, () => {
  const { folder, onNotebook } = useLab('errors');

  test('a cell that throws names the cell and the line that threw, and the line that called it', async () => {
    const cells = [{ code: lossOf }, { code: 'const empty: number[] = [];\n\nlossOf(empty);' }];
    await onNotebook('throws', cells, async (notebook) => {
      await notebook.waitForKernel('Idle');
      await notebook.run(0, 1);
      await notebook.run(1, 2);
      await notebook.shows(1, 'RangeError: lossOf: there are no values; expected at least one.');
      const lines = (await notebook.text(1)).split('\n');
      await screenshot(notebook.page, 'throws');
      expect(lines[0]).toBe('cell [1], line 3:');
      expect(lines).toContainEqual(expect.stringMatching(/^> 3 \| {3}if \(first === undefined\) throw/));
      expect(lines).toContainEqual(expect.stringMatching(/at lossOf \(cell \[1\]:3:\d+\)/));
      expect(lines).toContainEqual(expect.stringMatching(/at cell \[2\]:3:\d+/));
      // frames of the kernel itself would only be in a student's way
      expect(lines.filter((line) => /node:internal|kernel-lib|node_modules/.test(line))).toEqual([]);
    });
  });

  test('a type error stops the cell before it runs, with a mark under the place', async () => {
    const cells = [{ code: "console.log('ran');\nconst epochs: number = 'three';" }];
    await onNotebook('type-error', cells, async (notebook) => {
      await notebook.waitForKernel('Idle');
      await notebook.run(0, 1);
      await notebook.shows(0, "Type 'string' is not assignable to type 'number'.");
      await screenshot(notebook.page, 'type-error');
      const text = await notebook.text(0);
      expect(text).toContain("> 2 | const epochs: number = 'three';\n    |       ^^^^^^");
      expect(text).not.toMatch(/^ran/m);
    });
  });

  test('a rejection that nobody awaits fails its cell', async () => {
    await onNotebook('rejection', [{ code: "void Promise.reject(new Error('left alone'));" }], async (notebook) => {
      await notebook.waitForKernel('Idle');
      await notebook.run(0, 1);
      await notebook.shows(0, 'Error: left alone');
      expect(await notebook.text(0)).toContain("> 1 | void Promise.reject(new Error('left alone'));");
    });
  });

  test('what a timer throws after its cell has ended is told there at once, and fails the next cell', async () => {
    const code = [
      "import { existsSync } from 'node:fs';",
      'const timer = setInterval(() => {',
      "  if (!existsSync('cell-ended')) return;",
      '  clearInterval(timer);',
      "  throw new Error('from behind');",
      '}, 50);',
    ].join('\n');
    await onNotebook('left-behind', [{ code }, { code: '1 + 1' }], async (notebook) => {
      await notebook.waitForKernel('Idle');
      await notebook.run(0, 1);
      expect(await notebook.text(0)).toBe('');
      fs.writeFileSync(path.join(folder(), 'cell-ended'), '');
      await notebook.shows(0, 'Error: from behind');
      await notebook.run(1, 2);
      await notebook.shows(1, 'cell [1] left an error behind that nobody awaited or caught: Error: from behind');
      await screenshot(notebook.page, 'left-behind');
    });
  });
});
