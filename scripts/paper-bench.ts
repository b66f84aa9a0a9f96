/** `npm run paper-bench`: what papers have published, run again over named seeds. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SetupError, writeWhole } from 'kernel-lib/setup';
import { describeMachine } from './lib/machine.ts';
import { choose, type Machine, type Result, type Results } from './lib/papers/experiment.ts';
import { experiments } from './lib/papers/experiments.ts';
import { runAll } from './lib/papers/run-all.ts';
import { page } from './lib/papers/table.ts';
import { runScript } from './lib/run-script.ts';
import { terminalReport } from './lib/terminal-report.ts';
import { project, setUp } from './setup.ts';

const help = `npm run paper-bench -- [WORD…] [options]

Runs again what papers have published about recurrent nets, each with several seeds, and writes a table with success rates,
their 95 % intervals and the published figures. Words choose: 1997, 2013, 2015, adding, order, relu, "figure 6", floors.

  --quick        the part that CI runs, under two minutes
  --resume       keep the runs that the results already have, and make the others
  --out FOLDER   where the results go (default: bench/results for a full run, build/papers for any other)
  --help         this text`;

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals: words } = parseArgs({
    args: [...args],
    options: {
      ...{
        quick: { type: 'boolean' },
        resume: { type: 'boolean' },
        out: { type: 'string' },
        help: { type: 'boolean' },
      },
    },
    allowPositionals: true,
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const profile = values.quick ? 'quick' : 'full';
  const chosen = choose(experiments, words).filter(({ seeds }) => seeds[profile].length > 0);
  if (chosen.length === 0) {
    throw new SetupError(`Nothing to run is called "${words.join(' ')}": see \`npm run paper-bench -- --help\`.`);
  }
  const whole = !values.quick && words.length === 0;
  const folder = path.resolve(project, values.out ?? (whole ? 'bench/results' : 'build/papers'));
  const file = path.join(folder, 'papers.json');
  await setUp();

  const before = values.resume ? earlier(file) : undefined;
  const began = performance.now();
  const machine = before?.machine ?? thisMachine();
  const command = ['npm run paper-bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
  const write = (results: readonly Result[]): Results => {
    const seconds = (before?.seconds ?? 0) + (performance.now() - began) / 1000;
    const all = { command, machine, seconds: Math.round(seconds), results };
    writeWhole(file, `${JSON.stringify(all, null, 1)}\n`);
    writeWhole(path.join(folder, 'papers.md'), page(experiments, all));
    return all;
  };
  const results = await runAll(chosen, {
    ...{ profile, onRun: write, report: terminalReport() },
    ...(before && { before: before.results }),
  });
  console.log(`\n${page(experiments, write(results))}\n${path.join(folder, 'papers.md')}`);
  return 0;
}

function earlier(file: string): Results | undefined {
  return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as Results) : undefined;
}

function thisMachine(): Machine {
  return { ...describeMachine(), load: Number((os.loadavg()[0] ?? 0).toPrecision(3)), node: process.version };
}

await runScript(import.meta.url, main);
