import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { codeCells, readNotebook } from './ipynb';
import { importedPackages } from './packages';
import { judge, type ExecutionEvent, type Problem } from './verdict';

export interface ExecuteOptions {
  /** The Python of the environment that has nbclient. */
  readonly python: string;
  /** `execute_notebook.py`. */
  readonly script: string;
  /** Where the executed copy and the page go. */
  readonly out: string;
  /** The kernelspec's name. */
  readonly kernel: string;
  /** The nbconvert template of the page; no page without one. */
  readonly template?: string;
  /** Seconds that one cell may take. */
  readonly cellTimeout: number;
  /** Seconds that the whole notebook may take. */
  readonly timeout: number;
  /** Called when a cell starts, with its number and how many there are. */
  readonly onCell?: (cell: number, cells: number) => void;
  readonly env?: NodeJS.ProcessEnv;
}

export interface Execution {
  readonly name: string;
  readonly seconds: number;
  /** The largest memory of the kernel and its child processes together. */
  readonly peakBytes: number;
  readonly cells: number;
  /** How often a kernel was started before one answered: more than 1 when it died at its start, as on a port taken meanwhile. */
  readonly kernelStarts: number;
  /** Why it fails; empty when it passes. */
  readonly problems: readonly Problem[];
  readonly executed: string;
  readonly html?: string;
}

// what execute_notebook.py prints on stderr when it breaks itself
const LOG_CHARACTERS = 4000;

/** Executes one notebook in a process of its own, with a kernel of its own, and judges it. */
export async function executeNotebook(file: string, options: ExecuteOptions): Promise<Execution> {
  const name = path.basename(file, '.ipynb');
  const notebook = readNotebook(file);
  const cells = codeCells(notebook);
  const executed = path.join(options.out, `${name}.ipynb`);
  const html = options.template === undefined ? undefined : path.join(options.out, `${name}.html`);
  fs.mkdirSync(options.out, { recursive: true });
  // an older run's copies beside a failed run would be taken for its own
  for (const old of [executed, html]) if (old !== undefined) fs.rmSync(old, { force: true });

  const args = [options.script, file, executed, '--kernel', options.kernel];
  args.push('--cell-timeout', String(options.cellTimeout), '--timeout', String(options.timeout));
  if (html !== undefined && options.template !== undefined) args.push('--html', html, '--template', options.template);

  const started = performance.now();
  // the kernel loads them while Jupyter connects
  const env = { UNROLLED_WARM: importedPackages(cells).join(','), ...(options.env ?? process.env) };
  const child = spawn(options.python, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
  const events: ExecutionEvent[] = [];
  const log = collectLog(child);
  readline.createInterface({ input: child.stdout }).on('line', (line) => {
    const event = JSON.parse(line) as ExecutionEvent;
    events.push(event);
    const cell = event.event === 'cell' ? cells.find(({ index }) => index === event.index) : undefined;
    if (cell) options.onCell?.(cell.number, cells.length);
  });
  await new Promise<void>((resolve, reject) => {
    child.once('error', (error) => {
      reject(new Error(`${options.python} cannot be started (${error.message}): run npm run setup.`));
    });
    child.once('close', () => { resolve(); }); // prettier-ignore
  });

  const end = events.find((event) => event.event === 'end');
  const problems = judge(notebook, events).map((problem) => explainBreak(problem, log()));
  const seconds = (performance.now() - started) / 1000;
  const kernelStarts = 1 + events.filter((event) => event.event === 'restart').length;
  const page = html === undefined ? {} : { html };
  return {
    name,
    seconds,
    peakBytes: end?.peakBytes ?? 0,
    cells: cells.length,
    kernelStarts,
    problems,
    executed,
    ...page,
  };
}

function collectLog(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-LOG_CHARACTERS);
  });
  return () => text.trimEnd();
}

function explainBreak(problem: Problem, log: string): Problem {
  return problem.kind === 'broken' && log !== '' ? { ...problem, traceback: log.split('\n') } : problem;
}
