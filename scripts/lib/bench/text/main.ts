import path from 'node:path';
import { writeWhole, type Report } from 'kernel-lib/setup';
import { measureText } from './measure.ts';
import { textPage } from './write-up.ts';

/** `npm run bench -- text`: measures the character model, writes `text.json` and `text.md`, and prints the page. */
export async function benchText(
  command: string,
  { quick, folder, report }: { readonly quick: boolean; readonly folder: string; readonly report: Report },
): Promise<void> {
  const budget = quick
    ? { milliseconds: 5000, fewestRounds: 3, mostRounds: 10 }
    : { milliseconds: 30_000, fewestRounds: 15, mostRounds: 60 };
  const results = await measureText(budget, process.env, report);
  const text = textPage(results, command);
  writeWhole(path.join(folder, 'text.json'), `${JSON.stringify(results)}\n`);
  writeWhole(path.join(folder, 'text.md'), text);
  console.log(`\n${text}\n${path.join(folder, 'text.md')}`);
}
