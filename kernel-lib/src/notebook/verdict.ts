import { describeDeath, lastWords, type ProcessEnd } from './death';
import { codeCells, type CodeCell, type Notebook } from './ipynb';

/** What `scripts/execute_notebook.py` tells, one event a line. Indices count all cells of the notebook from 0. */
export type ExecutionEvent =
  | { readonly event: 'kernel'; readonly pid: number }
  | { readonly event: 'restart'; readonly message: string }
  | { readonly event: 'cell'; readonly index: number }
  | ({ readonly event: 'reply'; readonly index: number; readonly status: string; readonly seconds: number } & Raised)
  | { readonly event: 'stderr'; readonly index: number | null; readonly text: string }
  | ({ readonly event: 'left' } & Raised)
  | Stopped
  | { readonly event: 'end'; readonly peakBytes: number };

type Stopped = {
  readonly event: 'stopped';
  readonly kind: StopKind;
  readonly index: number | null;
  readonly message: string;
  /** The last lines that the kernel's process printed past the protocol. */
  readonly log?: readonly string[];
} & Partial<ProcessEnd>;

export type StopKind = 'cell timeout' | 'notebook timeout' | 'dead kernel' | 'broken';

interface Raised {
  readonly ename?: string | null;
  readonly evalue?: string | null;
  readonly traceback?: readonly string[] | null;
}

export type ProblemKind = 'raised' | 'did not raise' | 'left behind' | 'aborted' | 'skipped' | StopKind;

/** One reason why a notebook fails. */
export interface Problem {
  readonly kind: ProblemKind;
  /** The cell's `In [number]`; null when no cell can be named. */
  readonly cell: number | null;
  /** The first line of that cell's code. */
  readonly firstLine: string;
  /** One sentence: what happened. */
  readonly message: string;
  readonly traceback: readonly string[];
}

export const RAISES = 'raises-exception';
// how stock tslab prints a rejection nobody awaited, or a throw in a timer, without failing any cell
const STOCK_STRAY = /^(?:UnhandledPromiseRejection|UncaughtException):/m;
// how this project's kernel names it
const LEFT_BEHIND = 'LeftBehindError';

/**
 * Judges a run by what the kernel answered: every code cell that has something to run needs the reply `ok`, but for one tagged
 * `raises-exception`, which must raise; nothing may be left behind; the kernel must live to the end. An empty list is a pass.
 */
export function judge(notebook: Notebook, events: readonly ExecutionEvent[]): Problem[] {
  const cells = codeCells(notebook);
  const problems = [...strays(cells, events), ...stops(cells, events)];
  for (const cell of cells) {
    const reply = events.find((event) => event.event === 'reply' && event.index === cell.index);
    if (reply?.event === 'reply') problems.push(...judgeReply(cells, cell, reply));
  }
  // what never ran after a failure is a consequence, not another reason
  if (problems.length === 0) problems.push(...unanswered(cells, events));
  return problems.sort((a, b) => (a.cell ?? Infinity) - (b.cell ?? Infinity));
}

function judgeReply(
  cells: readonly CodeCell[],
  cell: CodeCell,
  reply: Raised & { readonly status: string },
): Problem[] {
  const expected = cell.tags.includes(RAISES);
  if (reply.status === 'ok') {
    return expected ? [problem('did not raise', cell, `it is tagged ${RAISES} and raised nothing`)] : [];
  }
  if (reply.status !== 'error') return [problem('aborted', cell, `the kernel aborted it (reply "${reply.status}")`)];
  if (reply.ename === LEFT_BEHIND) {
    return [problem('left behind', culprit(cells, reply) ?? cell, describe(reply), reply.traceback)];
  }
  return expected ? [] : [problem('raised', cell, describe(reply), reply.traceback)];
}

function strays(cells: readonly CodeCell[], events: readonly ExecutionEvent[]): Problem[] {
  return events.flatMap((event) => {
    if (event.event === 'left') {
      return [problem('left behind', culprit(cells, event), describe(event), event.traceback)];
    }
    if (event.event !== 'stderr' || !STOCK_STRAY.test(event.text)) return [];
    const lines = event.text.trimEnd().split('\n');
    return [problem('left behind', at(cells, event.index), lines[0] ?? '', lines)];
  });
}

function stops(cells: readonly CodeCell[], events: readonly ExecutionEvent[]): Problem[] {
  const ended = events.some((event) => event.event === 'end');
  const found = events.flatMap((event) => {
    if (event.event !== 'stopped') return [];
    const cell = at(cells, event.index);
    return [problem(event.kind, cell, stopMessage(event, cell), lastWords(event.log ?? []))];
  });
  if (ended || found.length > 0) return found;
  const running = events.findLast((event) => event.event === 'cell');
  return [problem('broken', at(cells, running?.index), 'the execution ended without a verdict of its own')];
}

function stopMessage({ kind, message, log = [], exitCode = null, signal = null }: Stopped, cell?: CodeCell): string {
  const during = cell ? `cell [${cell.number}] ran` : 'no cell ran';
  switch (kind) {
    case 'cell timeout':
      return `it ran longer than a cell may: ${message}`;
    case 'notebook timeout':
      return 'it was running when the time for the whole notebook was over';
    case 'dead kernel':
      return describeDeath({ end: { exitCode, signal }, log, during, message });
    case 'broken':
      return `the execution broke: ${message}`;
  }
}

function unanswered(cells: readonly CodeCell[], events: readonly ExecutionEvent[]): Problem[] {
  const answered = new Set(events.flatMap((event) => (event.event === 'reply' ? [event.index] : [])));
  return cells
    .filter(({ index }) => !answered.has(index))
    .map((cell) => problem('skipped', cell, 'it was never executed'));
}

function at(cells: readonly CodeCell[], index: number | null | undefined): CodeCell | undefined {
  return cells.find((cell) => cell.index === index);
}

/** The cell that this project's kernel blames for what was left behind. */
function culprit(cells: readonly CodeCell[], { evalue }: Raised): CodeCell | undefined {
  const number = Number(/^cell \[(\d+)\]/.exec(evalue ?? '')?.[1]);
  return cells.find((cell) => cell.number === number);
}

function describe({ ename, evalue }: Raised): string {
  const name = ename ?? 'an error that the kernel does not name';
  return evalue ? `${name}: ${evalue}` : name;
}

function problem(
  kind: ProblemKind,
  cell: CodeCell | undefined,
  message: string,
  traceback?: readonly string[] | null,
): Problem {
  const firstLine = cell?.source.trim().split('\n')[0] ?? '';
  return { kind, cell: cell?.number ?? null, firstLine, message, traceback: traceback ?? [] };
}
