import path from 'node:path';
import { writeWhole, type Report } from 'kernel-lib/setup';
import { measureImdb } from './measure.ts';
import { imdbPage } from './write-up.ts';

/** `npm run bench -- imdb`: trains the IMDB model beside Keras's, writes `imdb.json` and `imdb.md`, and prints the page. */
export async function benchImdb(
  command: string,
  { quick, folder, report }: { readonly quick: boolean; readonly folder: string; readonly report: Report },
): Promise<void> {
  const plan = quick ? { steps: 80, blocks: 8 } : { steps: Infinity, blocks: 26 };
  const results = await measureImdb(plan, process.env, report);
  const page = imdbPage(results, command);
  writeWhole(path.join(folder, 'imdb.json'), `${JSON.stringify(results)}\n`);
  writeWhole(path.join(folder, 'imdb.md'), page);
  console.log(`\n${page}\n${path.join(folder, 'imdb.md')}`);
}
