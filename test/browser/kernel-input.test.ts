import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { browserTestsRun } from './support/chromium';
import { useLab } from './support/lab-suite';
import { screenshot } from './support/page';

describe.runIf(browserTestsRun())('what a cell asks in JupyterLab', { timeout: 240_000 }, () => {
  const { folder, onNotebook } = useLab('input');

  test('an answer reaches the cell that asked, and a password is shown and saved nowhere', async () => {
    const cells = [
      { code: "const name = await input('name? ');\nconsole.log(`hello ${name.toUpperCase()}`);" },
      {
        code: "const secret = await input('password? ', { password: true });\nconsole.log(`${secret.length} characters`);",
      },
    ];
    await onNotebook('input', cells, async (notebook) => {
      const { page } = notebook;
      await notebook.waitForKernel('Idle');
      const name = notebook.output(0).locator('.jp-Stdin-input');
      await notebook.start(0);
      await name.waitFor();
      expect(await page.locator('.jp-Stdin-prompt').innerText()).toContain('name?');
      expect(await name.getAttribute('type')).not.toBe('password');
      await screenshot(page, 'input-asked');
      await name.fill('Ada');
      await name.press('Enter');
      await notebook.ended(0, 1);
      await notebook.shows(0, 'hello ADA');

      await notebook.start(1);
      const password = notebook.output(1).locator('.jp-Stdin-input');
      await password.waitFor();
      expect(await password.getAttribute('type')).toBe('password');
      await password.pressSequentially('tr0ub4dor');
      await screenshot(page, 'input-password');
      await password.press('Enter');
      await notebook.ended(1, 2);
      await notebook.shows(1, '9 characters');
      await screenshot(page, 'input-done');
      expect(await page.locator('body').innerText()).not.toContain('tr0ub4dor');
      await notebook.save();
      const saved = fs.readFileSync(path.join(folder(), 'input.ipynb'), 'utf8');
      expect(saved).toContain('9 characters');
      expect(saved).not.toContain('tr0ub4dor');
    });
  });

  test("an interrupt ends a question, and an answer that comes too late is nobody's", async () => {
    const cells = [
      { code: "await input('name? ');\nconsole.log('answered');" },
      { code: "console.log(`hello ${await input('and now? ')}`);" },
    ];
    await onNotebook('unanswered', cells, async (notebook) => {
      const { page } = notebook;
      await notebook.waitForKernel('Idle');
      await notebook.start(0);
      const late = notebook.output(0).locator('.jp-Stdin-input');
      await late.waitFor();
      await notebook.interrupt();
      await notebook.shows(0, 'KeyboardInterrupt');
      await notebook.start(1);
      const field = notebook.output(1).locator('.jp-Stdin-input');
      await field.waitFor();
      // JupyterLab leaves the field of the interrupted cell on the page
      await late.fill('Eve');
      await late.press('Enter');
      await field.fill('Ada');
      await field.press('Enter');
      await notebook.ended(1, 2);
      await notebook.shows(1, 'hello Ada');
      await screenshot(page, 'input-late');
      expect(await notebook.text(0)).not.toContain('answered');
    });
  });
});
