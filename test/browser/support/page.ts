import type { Browser, BrowserContext, Page } from 'playwright-core';

export interface WatchedPage {
  readonly page: Page;
  /** Addresses outside the origin that the page asked for; none of them was answered. */
  readonly strangers: readonly string[];
  /** Errors that no code of the page caught. */
  readonly errors: readonly string[];
  /** What the page's code wrote to the console as an error. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** A page that reaches nothing but one origin, and keeps what else it asked for. */
export async function openPage(browser: Browser, origin: string): Promise<WatchedPage> {
  const context: BrowserContext = await browser.newContext({ viewport: { width: 1200, height: 900 } });
  const strangers: string[] = [];
  const errors: string[] = [];
  const complaints: string[] = [];
  await context.route('**', async (route) => {
    const url = route.request().url();
    if (url.startsWith(origin) || url.startsWith('data:') || url.startsWith('blob:')) return route.continue();
    strangers.push(url);
    return route.abort();
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
  });
  return { page, strangers, errors, complaints, close: () => context.close() };
}

export interface DrawnLine {
  /** Points on the line as the browser holds them: the commands of the path's `d`. */
  readonly points: number;
  readonly width: number;
  readonly height: number;
}

/** Waits until so many lines are drawn by plotly.js, and measures them: SVG paths with their size on the screen. */
export async function drawnLines(page: Page, count: number): Promise<readonly DrawnLine[]> {
  const paths = page.locator('.jp-RenderedPlotly .scatterlayer path.js-line');
  await paths.nth(count - 1).waitFor({ state: 'attached' });
  return Promise.all(
    (await paths.all()).map(async (path) => {
      const outline = (await path.getAttribute('d')) ?? '';
      const { width, height } = (await path.boundingBox()) ?? { width: 0, height: 0 };
      return { points: outline.match(/[MLHV]/g)?.length ?? 0, width, height };
    }),
  );
}

/** Leaves a picture for a person to look at, where $SCREENSHOTS names a folder. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}
