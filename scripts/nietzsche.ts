/** `npm run nietzsche`: the Keras text-generation example in full, its 60 epochs and its two claims. */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkpointFile } from 'kernel-lib/course';
import * as datasets from 'kernel-lib/data';
import { writeWhole } from 'kernel-lib/setup';
import { describeMachine } from './lib/machine.ts';
import { chanceOf, fullRun } from './lib/nietzsche/full-run.ts';
import { prepared, readerOf, recipe } from './lib/nietzsche/model.ts';
import { nietzschePage } from './lib/nietzsche/page.ts';
import type { Results } from './lib/nietzsche/record.ts';
import { HELD_OUT, sizeRun } from './lib/nietzsche/sizes.ts';
import { runScript } from './lib/run-script.ts';
import { terminalReport } from './lib/terminal-report.ts';
import { project, setUp } from './setup.ts';

const help = `npm run nietzsche -- [options]

Runs the Keras text-generation example in full: 60 epochs on the book, half a minute each on two idle cores, with the loss and the
share of real words after each; then shorter runs on parts of the book. What a stopped run has done is not done again.

  --epochs N     fewer epochs
  --steps N      of each shorter run (default 1565, as many as an epoch has)
  --out FOLDER   where nietzsche.json and nietzsche.md go (default: bench/results)
  --help         this text`;

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ epochs: { type: 'string' }, steps: { type: 'string' } },
      ...{ out: { type: 'string' }, help: { type: 'boolean' } },
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const folder = path.resolve(project, values.out ?? 'bench/results');
  const file = path.join(folder, 'nietzsche.json');
  const steps = Number(values.steps ?? 1565);
  await setUp();

  const reader = readerOf(prepared((await datasets.nietzsche()).text));
  const before = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as Results) : undefined;
  let results: Results = {
    command: ['npm run nietzsche', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
    machine: { ...describeMachine(), node: process.version },
    ...{ diversities: recipe.diversities, chance: chanceOf(reader), steps },
    ...{ epochs: before?.epochs ?? [], sizes: before?.steps === steps ? before.sizes : [] },
  };
  const keep = (found: Partial<Results>): void => {
    results = { ...results, ...found };
    writeWhole(file, `${JSON.stringify(results, null, 1)}\n`);
    writeWhole(path.join(folder, 'nietzsche.md'), nietzschePage(results));
  };
  const report = terminalReport();
  report.start('Epochs');
  const epochs = await fullRun(reader, {
    ...{ checkpoint: checkpointFile('nietzsche'), before: results.epochs, report },
    epochs: Number(values.epochs ?? recipe.epochs),
    onEpoch: (told) => {
      keep({ epochs: told });
    },
  });
  keep({ epochs });
  report.done(`${results.epochs.length} on record`);
  report.start('Parts of the book');
  for (const characters of [10_000, 30_000, 100_000, 300_000, reader.ids.length - HELD_OUT]) {
    if (results.sizes.some((size) => size.characters === characters)) continue;
    const size = await sizeRun(reader, characters, steps);
    report.note(`${characters} characters: ${size.heldOutLoss} nats on what it has not read`);
    keep({ sizes: [...results.sizes, size].sort((a, b) => a.characters - b.characters) });
  }
  report.done(`${results.sizes.length} on record`);
  console.log(`\n${nietzschePage(results)}\n${path.join(folder, 'nietzsche.md')}`);
  return 0;
}

await runScript(import.meta.url, main);
