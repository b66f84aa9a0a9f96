import fs from 'node:fs';
import path from 'node:path';

/** Text as nbformat keeps it: whole, or in lines that keep their line ends. */
export type MultilineText = string | readonly string[];

export interface Output {
  readonly output_type: string;
  readonly [field: string]: unknown;
}

export interface Cell {
  readonly cell_type: 'code' | 'markdown' | 'raw';
  readonly id?: string;
  readonly source: MultilineText;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly outputs?: readonly Output[];
  readonly execution_count?: number | null;
  readonly [field: string]: unknown;
}

export interface Notebook {
  readonly nbformat: number;
  readonly nbformat_minor: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly cells: readonly Cell[];
}

/** A code cell that has something to run, with the number that it gets when the notebook runs from top to bottom. */
export interface CodeCell {
  /** Its `In [number]`, from 1. */
  readonly number: number;
  /** Its place among all cells, from 0. */
  readonly index: number;
  readonly source: string;
  readonly tags: readonly string[];
}

/** The text of a cell in one piece. */
export function sourceOf(cell: Pick<Cell, 'source'>): string {
  return typeof cell.source === 'string' ? cell.source : cell.source.join('');
}

/** The text of a cell, in lines as nbformat keeps them, so that a change of one line is a difference of one line. */
export function sourceLines(text: string): string[] {
  return text.split(/(?<=\n)/).filter((line) => line !== '');
}

export function tagsOf(cell: Pick<Cell, 'metadata'>): readonly string[] {
  const { tags } = cell.metadata;
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
}

/** The cells that a run from top to bottom executes, in order. */
export function codeCells(notebook: Notebook): CodeCell[] {
  return notebook.cells
    .map((cell, index) => ({ cell, index, source: sourceOf(cell) }))
    .filter(({ cell, source }) => cell.cell_type === 'code' && source.trim() !== '')
    .map(({ cell, index, source }, order) => ({ number: order + 1, index, source, tags: tagsOf(cell) }));
}

/**
 * Reads a notebook.
 * @throws Error when the file is missing, no JSON or no notebook of format 4.
 */
export function readNotebook(file: string): Notebook {
  let value: unknown;
  try {
    value = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${path.basename(file)} cannot be read as a notebook: ${reason}`);
  }
  if (!isNotebook(value)) {
    throw new Error(`${path.basename(file)} is no notebook: expected an object with nbformat 4, metadata and cells.`);
  }
  return value;
}

function isNotebook(value: unknown): value is Notebook {
  if (typeof value !== 'object' || value === null) return false;
  const { nbformat, metadata, cells } = value as Partial<Notebook>;
  return nbformat === 4 && typeof metadata === 'object' && Array.isArray(cells) && cells.every(isCell);
}

function isCell(value: unknown): value is Cell {
  if (typeof value !== 'object' || value === null) return false;
  const { cell_type: type, source, metadata } = value as Partial<Cell>;
  const text =
    typeof source === 'string' || (Array.isArray(source) && source.every((line) => typeof line === 'string'));
  return ['code', 'markdown', 'raw'].includes(type ?? '') && text && typeof metadata === 'object';
}

/** Writes a notebook the way Jupyter does (one space of indent, a final newline), by rename. */
export function writeNotebook(file: string, notebook: Notebook): void {
  writeWhole(file, formatNotebook(notebook));
}

/** Writes a file that appears by rename. */
export function writeWhole(file: string, text: string): void {
  const part = `${file}.${process.pid}.part`;
  fs.writeFileSync(part, text);
  fs.renameSync(part, file);
}

export function formatNotebook(notebook: Notebook): string {
  return `${JSON.stringify(notebook, null, 1)}\n`;
}
