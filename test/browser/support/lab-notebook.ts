import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** For anything that the kernel does on a machine that is busy with other things. */
const PATIENCE = { timeout: 90_000, interval: 200 };

/** A notebook that is open in JupyterLab, handled as a person would. Cells count from 0. */
export class LabNotebook {
  constructor(readonly page: Page) {}

  cell(index: number): Locator {
    return this.page.locator('.jp-Notebook .jp-Cell').nth(index);
  }

  /** All that is shown under a cell. */
  output(index: number): Locator {
    return this.cell(index).locator('.jp-Cell-outputWrapper');
  }

  /** Puts the cursor to the end of a cell. */
  async edit(index: number): Promise<void> {
    await this.cell(index).locator('.cm-content').click();
    await this.page.keyboard.press('Control+End');
  }

  async source(index: number): Promise<string> {
    return this.cell(index).locator('.cm-content').innerText();
  }

  /** Replaces the text of a cell. */
  async rewrite(index: number, code: string): Promise<void> {
    await this.edit(index);
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.insertText(code);
  }

  /** Sends a cell to the kernel, and does not wait for its end. */
  async start(index: number): Promise<void> {
    await this.edit(index);
    await this.page.keyboard.press('Control+Enter');
  }

  /** Runs a cell and waits until it has the number `count`: it is over, and so are those sent before it. */
  async run(index: number, count: number): Promise<void> {
    await this.start(index);
    await this.ended(index, count);
  }

  async ended(index: number, count: number): Promise<void> {
    await expect.poll(() => this.prompt(index), PATIENCE).toBe(`[${count}]:`);
  }

  /** `[ ]:`, `[*]:` while the kernel has it, `[3]:` afterwards. */
  async prompt(index: number): Promise<string> {
    return (await this.cell(index).locator('.jp-InputPrompt').innerText()).trim();
  }

  /** Waits for a text under a cell. */
  async shows(index: number, text: string | RegExp): Promise<void> {
    const read = (): Promise<string> => this.text(index);
    if (typeof text === 'string') await expect.poll(read, PATIENCE).toContain(text);
    else await expect.poll(read, PATIENCE).toMatch(text);
  }

  async text(index: number): Promise<string> {
    return (await this.output(index).allInnerTexts()).join('\n');
  }

  /** What the status bar says of the kernel: Idle, Busy, Starting. */
  async kernelStatus(): Promise<string> {
    const text = await this.page.locator('#jp-main-statusbar').innerText();
    return /\| (\w+)/.exec(text)?.[1] ?? text;
  }

  async waitForKernel(status: 'Idle' | 'Busy'): Promise<void> {
    await expect.poll(() => this.kernelStatus(), PATIENCE).toBe(status);
  }

  /** The toolbar's stop button. */
  async interrupt(): Promise<void> {
    await this.page.locator('.jp-NotebookPanel-toolbar [data-jp-item-name="interrupt"] jp-button').click();
  }

  /** Saves, and waits until it is done. */
  async save(): Promise<void> {
    const answer = this.page.waitForResponse((response) => {
      return response.request().method() === 'PUT' && response.url().includes('/api/contents/');
    });
    await this.menu('File', /^Save Notebook$/);
    await answer;
  }

  async menu(bar: string, item: RegExp): Promise<void> {
    await this.page.locator('.lm-MenuBar-itemLabel', { hasText: new RegExp(`^${bar}$`) }).click();
    await this.page.locator('.lm-Menu-itemLabel', { hasText: item }).click();
  }

  /** Answers the dialog that is open with its affirmative button. */
  async accept(): Promise<void> {
    await this.page.locator('.jp-Dialog .jp-mod-accept').click();
  }
}
