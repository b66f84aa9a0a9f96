import { codeCells, sourceOf, type Notebook } from './ipynb';
import { stripOutputs } from './outputs';

/** Something wrong at a place of a notebook. */
export interface Finding {
  /** The cell's `In [number]`; absent when it concerns the whole notebook or a cell that is no code. */
  readonly cell?: number;
  /** The line in that cell, from 1. */
  readonly line?: number;
  readonly message: string;
}

export const MAX_BYTES = 1_000_000;
export const MAX_LINES = 30;
const ID = /^[A-Za-z0-9_-]{1,64}$/;
// nbgrader's and tslab's instructions, which the reader does not read
const MAGIC = /^\s*(?:\/\/ ###|\/\*\* @(?:module|node|browser|jsx)\b.*\*\/\s*$)/;

/** Checks all that needs no compiler: format 4.5 with unique cell ids, kernel, no traces of a run, size, length of the cells. */
export function checkFormat(notebook: Notebook, bytes: number): Finding[] {
  return [...checkHeader(notebook, bytes), ...checkIds(notebook), ...checkTraces(notebook), ...checkLengths(notebook)];
}

function checkHeader({ nbformat, nbformat_minor: minor, metadata }: Notebook, bytes: number): Finding[] {
  const findings: Finding[] = [];
  if (nbformat !== 4 || minor !== 5) findings.push({ message: `its format is ${nbformat}.${minor}, expected 4.5` });
  const { name } = (metadata.kernelspec ?? {}) as { name?: unknown };
  if (name !== 'tslab') {
    findings.push({
      message: `its kernelspec is ${name === undefined ? 'missing' : JSON.stringify(name)}, expected "tslab"`,
    });
  }
  if (bytes >= MAX_BYTES) findings.push({ message: `it has ${bytes} bytes, expected less than ${MAX_BYTES}` });
  return findings;
}

function checkIds({ cells }: Notebook): Finding[] {
  const seen = new Set<string>();
  return cells.flatMap(({ id, source }, index) => {
    const start = JSON.stringify(sourceOf({ source }).trim().slice(0, 30));
    const where = `cell at position ${index + 1} (${start})`;
    if (id === undefined) return [{ message: `${where} has no id: save the notebook once with JupyterLab` }];
    if (!ID.test(id)) return [{ message: `${where} has the id "${id}", expected 1 to 64 letters, digits, - or _` }];
    if (seen.has(id)) return [{ message: `${where} has the id "${id}" of an earlier cell` }];
    seen.add(id);
    return [];
  });
}

function checkTraces(notebook: Notebook): Finding[] {
  const stripped = stripOutputs(notebook);
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  const dirty = notebook.cells.filter((cell, index) => {
    const clean = stripped.cells[index];
    const untouched = same(cell.outputs ?? [], []) && (cell.execution_count ?? null) === null;
    return !untouched || !same(cell.metadata, clean?.metadata);
  });
  const count = dirty.length + (same(notebook.metadata, stripped.metadata) ? 0 : 1);
  if (count === 0) return [];
  return [{ message: 'it holds outputs or other traces of a run: strip them with npm run check:notebooks -- --fix' }];
}

function checkLengths(notebook: Notebook): Finding[] {
  return codeCells(notebook).flatMap(({ number, source }) => {
    const lines = source
      .trimEnd()
      .split('\n')
      .filter((line) => !MAGIC.test(line)).length;
    if (lines <= MAX_LINES) return [];
    const message = `it has ${lines} lines, at most ${MAX_LINES} are allowed: move what is longer into kernel-lib`;
    return [{ cell: number, message }];
  });
}

/** "02-vanilla-rnn.ipynb, cell 7, line 3: ..." */
export function describeFinding(file: string, { cell, line, message }: Finding): string {
  const place = [
    file,
    ...(cell === undefined ? [] : [`cell ${cell}`]),
    ...(line === undefined ? [] : [`line ${line}`]),
  ];
  return `${place.join(', ')}: ${message}`;
}
