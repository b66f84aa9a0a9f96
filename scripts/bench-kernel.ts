/** `npm run bench:kernel`: times of this project's kernel beside those of stock tslab, measured in turn. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { parseArgs } from 'node:util';
import { SetupError } from 'kernel-lib/setup';
import { runScript } from './lib/run-script.ts';
import { project, setUp } from './setup.ts';

const help = `npm run bench:kernel -- [options]

Starts each kernel several times in turn and prints medians: until it answers kernel_info, its first cell, a plain cell, its
memory, the first cell that imports @tensorflow/tfjs-node and kernel-lib.

  --rounds N   starts of each kernel (default: 5)
  --help       this text`;

interface Measurement {
  readonly kernel: string;
  /** Seconds. */
  readonly ready: number;
  readonly first: number;
  readonly plain: readonly number[];
  readonly imports: number;
  /** Bytes. */
  readonly before: number;
  readonly after: number;
}

const OURS = 'tslab';
const STOCK = 'stock-tslab';

const ms = (seconds: number): string => `${Math.round(1000 * seconds)} ms`;
const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

const rows: readonly (readonly [
  what: string,
  figures: (one: Measurement) => readonly number[],
  text: (n: number) => string,
])[] = [
  ['until kernel_info is answered', ({ ready }) => [ready], ms],
  ['first cell, asked for at once', ({ first }) => [first], ms],
  ['from the start to the end of that cell', ({ ready, first }) => [ready + first], ms],
  ['plain cell', ({ plain }) => plain, ms],
  ['memory before tfjs-node', ({ before }) => [before], megabytes],
  ['first cell that imports tfjs-node and kernel-lib', ({ imports }) => [imports], ms],
  ['memory with tfjs-node', ({ after }) => [after], megabytes],
];

export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { rounds: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const rounds = Number(values.rounds ?? 5);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new SetupError(`--rounds is "${values.rounds ?? ''}": expected a whole number above 0.`);
  }
  await setUp();
  console.log(describe(await measure(rounds), rounds));
  return 0;
}

/** Runs in a folder of its own, which sees the project's packages. */
async function measure(rounds: number): Promise<Measurement[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-kernel-'));
  try {
    fs.symlinkSync(path.join(project, 'node_modules'), path.join(folder, 'node_modules'));
    const spec = path.join(folder, 'jupyter/kernels', STOCK);
    fs.mkdirSync(spec, { recursive: true });
    const argv = [
      process.execPath,
      path.join(project, 'node_modules/tslab/bin/tslab'),
      'kernel',
      '--config-path',
      '{connection_file}',
    ];
    fs.writeFileSync(
      path.join(spec, 'kernel.json'),
      JSON.stringify({ argv, display_name: STOCK, language: 'typescript' }),
    );
    const script = path.join(project, 'scripts/bench_kernel.py');
    const env = { ...process.env, JUPYTER_PATH: path.join(folder, 'jupyter'), UNROLLED_CACHE: folder };
    const python = path.join(project, '.venv/bin/python');
    const child = spawn(python, [script, String(rounds), OURS, STOCK], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const told: Measurement[] = [];
    for await (const line of readline.createInterface({ input: child.stdout })) {
      told.push(JSON.parse(line) as Measurement);
      if (process.stdout.isTTY) process.stdout.write(`\r… ${told.length}/${2 * rounds} kernels\x1b[K`);
    }
    if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
    if (told.length !== 2 * rounds) throw new SetupError('A kernel could not be measured: the reason stands above.');
    return told;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function describe(told: readonly Measurement[], rounds: number): string {
  const cells = rows.map(([what, figures, text]) => [
    what,
    ...[OURS, STOCK].map((kernel) => text(median(told.filter((one) => one.kernel === kernel).flatMap(figures)))),
  ]);
  const head = ['', 'this kernel', 'stock tslab'];
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const lines = [head, ...cells].map(([what = '', ...numbers]) =>
    [what.padEnd(widths[0] ?? 0), ...numbers.map((text, index) => text.padStart(widths[index + 1] ?? 0))].join('  '),
  );
  const [load = 0] = os.loadavg();
  const note = `medians of ${rounds} starts each, in turn; Node ${process.version}, ${os.cpus().length} cores, load ${load.toFixed(1)}`;
  return [...lines, note].join('\n');
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}

await runScript(import.meta.url, main);
