import { inspect } from 'node:util';
import { escapeHtml, type MimeBundle } from './mime';
import { numberText } from './number-text';
import { padCells } from './text-width';

/** Rows of a table: records with the same keys. */
export type TableData = readonly Readonly<Record<string, unknown>>[];

const MAX_ROWS = 60;

/** True for a non-empty array of plain objects: what reads best as a table. */
export function isTableData(value: unknown): value is TableData {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((row) => isPlainObject(row) && Object.keys(row as object).length > 0)
  );
}

function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** An array of objects, one row each; the columns are all keys in the order in which they first appear. */
export function tableBundle(rows: TableData): MimeBundle {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const shown = rows.slice(0, MAX_ROWS);
  const cells = shown.map((row) => columns.map((column) => cellText(row[column])));
  const numeric = columns.map((column) => shown.every((row) => ['number', 'undefined'].includes(typeof row[column])));
  const more = rows.length > MAX_ROWS ? `… ${rows.length - MAX_ROWS} more rows of ${rows.length}` : undefined;
  return { 'text/plain': text(columns, cells, numeric, more), 'text/html': html(columns, cells, numeric, more) };
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string') return value;
  return inspect(value, { depth: 1, breakLength: Infinity, maxArrayLength: 10 });
}

function text(columns: string[], cells: string[][], numeric: boolean[], more: string | undefined): string {
  const lines = [columns, ...cells].map((row) => row.map((cell) => cell.replace(/\s+/g, ' ')));
  const padded = padCells(lines, numeric).map((row) => row.join('  ').trimEnd());
  return [...padded, ...(more === undefined ? [] : [more])].join('\n');
}

function html(columns: string[], cells: string[][], numeric: boolean[], more: string | undefined): string {
  const align = (column: number): string => (numeric[column] === true ? 'right' : 'left');
  const head = columns
    .map((column, i) => `<th scope="col" style="text-align: ${align(i)}">${escapeHtml(column)}</th>`)
    .join('');
  const body = cells
    .map((row) => row.map((cell, i) => `<td style="text-align: ${align(i)}">${escapeHtml(cell)}</td>`).join(''))
    .map((row) => `<tr>${row}</tr>`)
    .join('');
  const foot = more === undefined ? '' : `<tfoot><tr><td colspan="${columns.length}">${more}</td></tr></tfoot>`;
  return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody>${foot}</table>`;
}
