import { frameBundle, isFrame } from './frame';
import { inspectText } from './inspect-text';
import { isDisplayable, type MimeBundle } from './mime';
import { display } from './sink';
import { isTableData, tableBundle } from './table';
import { isTensor, tensorText } from './tensor-text';

/** Characters of one output: a page with megabytes in it no longer opens. */
const MAX_TEXT = 100_000;

/**
 * Shows a value under the cell, or prints it outside a notebook.
 *
 * Shown as themselves: a `Displayable` (figures, reports), a string, a tensor (dtype, shape and a preview), a danfo.js
 * DataFrame or Series and an array of plain objects (a table). Anything else as `util.inspect` prints it.
 *
 * @throws what the value's own `toMimeBundle` throws, and TypeError when that returns no bundle.
 */
export function show(value: unknown): void {
  display(bundleOf(value));
}

/** What `show` would send for a value. */
export function bundleOf(value: unknown): MimeBundle {
  if (isDisplayable(value)) return checkBundle(value.toMimeBundle());
  if (typeof value === 'string') return { 'text/plain': capped(value) };
  if (isTensor(value)) return { 'text/plain': tensorText(value) };
  if (isFrame(value)) return frameBundle(value);
  if (isTableData(value)) return tableBundle(value);
  return { 'text/plain': capped(inspectText(value)) };
}

function checkBundle(bundle: unknown): MimeBundle {
  if (typeof bundle === 'object' && bundle !== null && !Array.isArray(bundle)) return bundle as MimeBundle;
  throw new TypeError(
    `toMimeBundle returned ${Array.isArray(bundle) ? 'an array' : String(bundle)}; expected an object of formats by MIME type, such as { 'text/plain': 'a line' }.`,
  );
}

function capped(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}\n… ${text.length - MAX_TEXT} more characters`;
}
