import { cellText } from './cell-text';
import { gridBundle, shownColumns, shownRows } from './grid';
import type { MimeBundle } from './mime';

/** What a danfo.js DataFrame or Series looks like from outside. */
export interface FrameLike {
  readonly $isSeries: boolean;
  /** One row each for a frame, one value each for a series. */
  readonly values: readonly unknown[];
  readonly columns: readonly string[];
  readonly index: readonly (string | number)[];
  readonly dtypes: readonly string[];
}

/** Whether a value is a danfo.js DataFrame or Series. Told by its members: importing danfo.js loads TensorFlow.js. */
export function isFrame(value: unknown): value is FrameLike {
  if (typeof value !== 'object' || value === null || !('$isSeries' in value)) return false;
  const { $isSeries, columns, index, dtypes, values } = value as Partial<Record<keyof FrameLike, unknown>>;
  return typeof $isSeries === 'boolean' && [columns, index, dtypes, values].every(Array.isArray);
}

/** A frame or a series as a table with its index, and a line with its size and dtypes. */
export function frameBundle(frame: FrameLike): MimeBundle {
  const { $isSeries, values, dtypes } = frame;
  const columns = shownColumns(frame.columns.map((name, position) => ({ name, position })));
  const { shown, notes } = shownRows(values.length);
  const visible = values.slice(0, shown).map((row) => ($isSeries ? [row] : (row as readonly unknown[])));
  return gridBundle({
    columns: columns.shown.map(({ name }) => ($isSeries && name === '0' ? 'value' : name)),
    rows: visible.map((row) => columns.shown.map(({ position }) => valueText(row[position]))),
    numeric: columns.shown.map(({ position }) => /^(?:float|int)/.test(dtypes[position] ?? '')),
    index: frame.index.slice(0, shown).map(String),
    notes: [...notes, ...columns.notes, describe(frame)],
  });
}

/** In a frame a value that is missing differs from an empty text. */
function valueText(value: unknown): string {
  return value === undefined || value === null ? String(value) : cellText(value);
}

function describe({ $isSeries, values, columns, dtypes }: FrameLike): string {
  if ($isSeries) return `Series, ${count(values.length, 'value')}, ${dtypes[0] ?? 'no dtype'}`;
  const named = shownColumns(columns.map((name, position) => `${name} ${dtypes[position] ?? 'unknown'}`));
  const list = [...named.shown, ...(named.notes.length > 0 ? ['…'] : [])].join(', ');
  const size = `DataFrame, ${count(values.length, 'row')} × ${count(columns.length, 'column')}`;
  return list === '' ? size : `${size}: ${list}`;
}

function count(number: number, unit: string): string {
  return `${number} ${unit}${number === 1 ? '' : 's'}`;
}
