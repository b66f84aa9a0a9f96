/** `npm run notebooks`: executes the chapters headlessly and exits with their verdict. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runNotebooks, selectNotebooks } from 'kernel-lib/notebook';
import { SetupError } from 'kernel-lib/setup';
import { jupyterEnvironment } from './lib/jupyter-environment.ts';
import { runScript } from './lib/run-script.ts';
import { project, setUp } from './setup.ts';

const help = `npm run notebooks -- [NAME…] [options]

Executes the notebooks whose names begin with NAME (all of them without one; a path to a notebook works too), each with a
kernel of its own, and fails when any cell raised, was aborted or skipped, ran too long, left an error behind that nobody
awaited, or killed its kernel. A cell tagged raises-exception has to raise.

  --full              train as the papers did, for minutes to hours (default: a few minutes a chapter)
  --jobs N            notebooks at a time (default: as many as cores)
  --timeout S         seconds that one notebook may take (default: 600, with --full 14400)
  --cell-timeout S    seconds that one cell may take (default: as --timeout)
  --out DIR           where the executed copies, the pages and report.json go (default: build/notebooks)
  --kernel NAME       another kernelspec (default: tslab; JUPYTER_PATH is searched too)
  --help              this text`;

function positive(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new SetupError(`--${name} is "${text ?? ''}": expected a whole number above 0.`);
}

export async function main(args: readonly string[]): Promise<number> {
  const string = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      jobs: string,
      timeout: string,
      'cell-timeout': string,
      out: string,
      kernel: string,
      full: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const timeout = positive('timeout', values.timeout, values.full ? 14_400 : 600);
  const options = {
    jobs: positive('jobs', values.jobs, os.availableParallelism()),
    timeout,
    cellTimeout: positive('cell-timeout', values['cell-timeout'], timeout),
    out: path.resolve(values.out ?? path.join(project, 'build/notebooks')),
    kernel: values.kernel ?? 'tslab',
    script: path.join(project, 'scripts/execute_notebook.py'),
    screen: process.stdout,
  };
  const files = selectNotebooks(path.join(project, 'notebooks'), positionals);
  const { venv, python } = await setUp();
  const ours = path.join(venv, 'share/jupyter/nbconvert/templates/unrolled');
  const template = fs.existsSync(ours) ? 'unrolled' : 'lab';
  const jupyter = jupyterEnvironment(project);
  const env = {
    ...jupyter,
    ...(values.kernel !== undefined && { JUPYTER_PATH: process.env.JUPYTER_PATH }),
    ...(values.full && { UNROLLED_PROFILE: 'full' }),
  };
  const { exitCode, report } = await runNotebooks(files, { ...options, python, template, env });
  console.log(`Executed copies, pages and ${path.basename(report)}: ${path.relative(process.cwd(), options.out)}`);
  return exitCode;
}

await runScript(import.meta.url, main);
