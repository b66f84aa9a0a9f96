import { escapeHtml, NO_MATHS, type MimeBundle } from './mime';
import { padCells, truncate } from './text-width';

/** Rows and columns of text, as they are to be drawn. */
export interface Grid {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns of numbers, which stand to the right. */
  readonly numeric: readonly boolean[];
  /** A heading for each row. */
  readonly index?: readonly string[];
  /** Lines under the table: what was left out, what the columns hold. */
  readonly notes?: readonly string[];
}

/** Rows that a table shows whole; of a longer one, its first. */
const WHOLE = 60;
const FIRST = 20;
const MAX_COLUMNS = 30;
const MAX_CELL = 200;

/** How many of so many rows are shown, and the line that says so. */
export function shownRows(count: number): { readonly shown: number; readonly notes: readonly string[] } {
  if (count <= WHOLE) return { shown: count, notes: [] };
  return { shown: FIRST, notes: [`… ${count - FIRST} more rows of ${count}`] };
}

/** The columns that are shown of so many, and the line that says so. */
export function shownColumns<T>(columns: readonly T[]): {
  readonly shown: readonly T[];
  readonly notes: readonly string[];
} {
  if (columns.length <= MAX_COLUMNS) return { shown: columns, notes: [] };
  const rest = columns.length - MAX_COLUMNS;
  return { shown: columns.slice(0, MAX_COLUMNS), notes: [`… ${rest} more columns of ${columns.length}`] };
}

/** A grid as plain text and as an HTML table. */
export function gridBundle(grid: Grid): MimeBundle {
  const short: Grid = {
    ...grid,
    columns: grid.columns.map(cell),
    rows: grid.rows.map((row) => row.map(cell)),
    ...(grid.index && { index: grid.index.map(cell) }),
  };
  return { 'text/plain': text(short), 'text/html': html(short) };
}

function cell(content: string): string {
  return truncate(content, MAX_CELL);
}

function text({ columns, rows, numeric, index, notes = [] }: Grid): string {
  const left = index === undefined ? [] : [false];
  const table = [columns, ...rows].map((row, at) => {
    const heading = index === undefined ? [] : [at === 0 ? '' : (index[at - 1] ?? '')];
    return [...heading, ...row].map((content) => content.replace(/\s+/g, ' '));
  });
  const lines = padCells(table, [...left, ...numeric]).map((row) => row.join('  ').trimEnd());
  return [...lines, ...notes].join('\n');
}

function html({ columns, rows, numeric, index, notes = [] }: Grid): string {
  const align = (column: number): string => (numeric[column] === true ? 'right' : 'left');
  const corner = index === undefined ? '' : '<th></th>';
  const head = columns
    .map((column, at) => `<th scope="col" style="text-align: ${align(at)}">${escapeHtml(column)}</th>`)
    .join('');
  const body = rows.map((row, at) => {
    const heading = index === undefined ? '' : `<th scope="row">${escapeHtml(index[at] ?? '')}</th>`;
    const cells = row.map((content, column) => `<td style="text-align: ${align(column)}">${escapeHtml(content)}</td>`);
    return `<tr>${heading}${cells.join('')}</tr>`;
  });
  const width = columns.length + (index === undefined ? 0 : 1);
  const foot = notes.map((note) => `<tr><td colspan="${width}" style="text-align: left">${escapeHtml(note)}</td></tr>`);
  return (
    `<table class="${NO_MATHS}"><thead><tr>${corner}${head}</tr></thead><tbody>${body.join('')}</tbody>` +
    `${foot.length === 0 ? '' : `<tfoot>${foot.join('')}</tfoot>`}</table>`
  );
}
