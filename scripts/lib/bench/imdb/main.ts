import path from 'node:path';
import { writeWhole, type Report } from 'kernel-lib/setup';
import { measureImdb } from './measure.ts';
import { benchSeeds } from './seeds.ts';
import { imdbPage } from './write-up.ts';

/** `npm run bench -- imdb`: trains the IMDB model beside Keras's, writes `imdb.json` and `imdb.md`, and prints the page. With `seeds`, what both reach from
 * several of them. */
export async function benchImdb(
  command: string,
  options: { readonly quick: boolean; readonly seeds?: number; readonly folder: string; readonly report: Report },
): Promise<void> {
  const { quick, seeds, folder, report } = options;
  if (seeds !== undefined) {
    await benchSeeds(command, { seeds, folder, report });
    return;
  }
  const plan = quick ? { steps: 80, blocks: 8 } : { steps: Infinity, blocks: 26 };
  const results = await measureImdb(plan, process.env, report);
  const page = imdbPage(results, command);
  writeWhole(path.join(folder, 'imdb.json'), `${JSON.stringify(results)}\n`);
  writeWhole(path.join(folder, 'imdb.md'), page);
  console.log(`\n${page}\n${path.join(folder, 'imdb.md')}`);
}
