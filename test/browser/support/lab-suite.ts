import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { launchChromium } from './chromium';
import { startLab, Workplace, type Lab } from './jupyter';
import { LabNotebook } from './lab-notebook';
import { writeNotebook, type Cell } from './notebook';
import { openPage, screenshot } from './page';

export interface LabSuite {
  /** The folder of the notebooks. */
  readonly folder: () => string;
  /** Writes a notebook, opens it in JupyterLab and closes it afterwards. Fails when the page had an error or asked elsewhere. */
  readonly onNotebook: (
    name: string,
    cells: readonly Cell[],
    use: (notebook: LabNotebook) => Promise<void>,
  ) => Promise<void>;
}

/** One JupyterLab and one browser for the tests of a `describe`. */
export function useLab(name: string): LabSuite {
  let workplace: Workplace;
  let lab: Lab;
  let browser: Browser;

  beforeAll(async () => {
    workplace = new Workplace(name);
    [lab, browser] = await Promise.all([startLab(workplace), launchChromium()]);
  });

  afterAll(async () => {
    await (browser as Browser | undefined)?.close();
    await (lab as Lab | undefined)?.stop();
    (workplace as Workplace | undefined)?.remove();
  });

  return {
    folder: () => workplace.notebooks,
    onNotebook: async (title, cells, use): Promise<void> => {
      writeNotebook(workplace.notebooks, `${title}.ipynb`, cells);
      const watched = await openPage(browser, lab.origin);
      try {
        await watched.page.goto(lab.url(`${title}.ipynb`));
        await watched.page.locator('.jp-Notebook .jp-CodeCell').first().waitFor();
        await use(new LabNotebook(watched.page));
        expect(watched.errors).toEqual([]);
        expect(watched.complaints).toEqual([]);
        expect(watched.strangers).toEqual([]);
      } catch (error) {
        await screenshot(watched.page, `failed-${title}`);
        throw error;
      } finally {
        await watched.close();
      }
    },
  };
}
