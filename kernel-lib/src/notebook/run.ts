import fs from 'node:fs';
import path from 'node:path';
import { executeNotebook, type ExecuteOptions, type Execution } from './execute';
import { writeWhole } from './ipynb';
import { pool } from './pool';
import { describeExecution, summarize } from './summary';

/** What is needed of a terminal or a log. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface RunOptions extends Omit<ExecuteOptions, 'onCell'> {
  /** How many notebooks at a time. */
  readonly jobs: number;
  readonly screen: Screen;
}

export interface Run {
  readonly executions: readonly Execution[];
  /** 0 when every notebook passed, else 1. */
  readonly exitCode: 0 | 1;
  /** The same as JSON, for CI: `report.json` in the output folder. */
  readonly report: string;
}

/** Executes notebooks side by side, shows how far they are, prints a line for each and writes the report. */
export async function runNotebooks(files: readonly string[], options: RunOptions): Promise<Run> {
  const { screen, jobs, ...execute } = options;
  const names = files.map((file) => path.basename(file, '.ipynb'));
  const width = Math.max(0, ...names.map((name) => name.length));
  const live = liveLine(screen);
  let executions: Execution[];
  try {
    executions = await pool(files, jobs, async (file, index) => {
      const name = names[index] ?? file;
      live.show(name, 'starting');
      const onCell = (cell: number, cells: number): void => {
        live.show(name, `${cell}/${cells}`);
      };
      const execution = await executeNotebook(file, { ...execute, onCell });
      live.finish(name, describeExecution(execution, width));
      return execution;
    });
  } finally {
    live.close();
  }
  screen.write(`${summarize(executions)}\n`);
  const report = path.join(options.out, 'report.json');
  fs.mkdirSync(options.out, { recursive: true });
  writeWhole(report, `${JSON.stringify({ executions }, null, 2)}\n`);
  return { executions, exitCode: executions.every(({ problems }) => problems.length === 0) ? 0 : 1, report };
}

/** On a terminal one line that tells which cell each notebook is at; in a log only what is finished. */
function liveLine(screen: Screen): {
  show(name: string, state: string): void;
  finish(name: string, text: string): void;
  close(): void;
} {
  const states = new Map<string, string>();
  const started = Date.now();
  const clear = screen.isTTY ? '\r\x1b[K' : '';
  const draw = (): void => {
    if (!screen.isTTY || states.size === 0) return;
    const seconds = Math.round((Date.now() - started) / 1000);
    const text = [...states].map(([name, state]) => `${name} ${state}`).join(', ');
    screen.write(clear + `… ${text}, ${seconds} s`.slice(0, (screen.columns ?? 80) - 1));
  };
  const timer = setInterval(draw, 1000);
  return {
    show(name, state): void {
      states.set(name, state);
      draw();
    },
    finish(name, text): void {
      states.delete(name);
      screen.write(`${clear}${text}\n`);
      draw();
    },
    close(): void {
      clearInterval(timer);
      screen.write(clear);
    },
  };
}
