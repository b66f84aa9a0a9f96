/** `npm run datasets`: fetches corpora ahead of time, for a classroom or a CI machine that will have no network later. */
import path from 'node:path';
import { SetupError } from 'kernel-lib/setup';
import { runScript } from './lib/run-script.ts';
import { setUp } from './setup.ts';

const help = `npm run datasets -- [NAME…]

Finds or downloads the named corpora (all of them without a name), checks size and sha256, and prints where each lies.
A download that was cut off goes on where it stopped.`;

await runScript(import.meta.url, async (args) => {
  if (args.includes('--help')) {
    console.log(help);
    return 0;
  }
  await setUp();
  // only now: the TensorFlow runtime has to be there before kernel-lib loads
  const { datasets } = await import('kernel-lib');
  const { nietzsche, tinyShakespeare, imdb, tangPoems } = datasets;
  const loaders = { nietzsche, tinyShakespeare, imdb, tangPoems };
  const names = Object.keys(loaders);
  const unknown = args.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new SetupError(`There is no corpus called ${unknown.join(', ')}: choose from ${names.join(', ')}.`);
  }
  let missing = 0;
  for (const [name, load] of Object.entries(loaders)) {
    if (args.length > 0 && !args.includes(name)) continue;
    try {
      const corpus = await load();
      console.log(`✓ ${name}: ${path.relative(process.cwd(), corpus.path)}, ${corpus.licence}`);
    } catch (error) {
      missing++;
      console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return missing === 0 ? 0 : 1;
});
