import { cellText } from './cell-text';
import { gridBundle, shownColumns, shownRows } from './grid';
import type { MimeBundle } from './mime';

/** Rows of a table: records with the same keys. */
export type TableData = readonly Readonly<Record<string, unknown>>[];

/** True for a non-empty array of plain objects: what reads best as a table. */
export function isTableData(value: unknown): value is TableData {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((row) => isPlainObject(row) && Object.keys(row as object).length > 0)
  );
}

/** Whether a value is an object without a class of its own, also one of another realm. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** An array of objects, one row each; the columns are all keys in the order in which they first appear. */
export function tableBundle(rows: TableData): MimeBundle {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  const columns = shownColumns([...names]);
  const { shown, notes } = shownRows(rows.length);
  const visible = rows.slice(0, shown);
  return gridBundle({
    columns: columns.shown,
    rows: visible.map((row) => columns.shown.map((column) => cellText(row[column]))),
    numeric: columns.shown.map((column) =>
      visible.every((row) => ['number', 'undefined'].includes(typeof row[column])),
    ),
    notes: [...notes, ...columns.notes],
  });
}
