import { inspect } from 'node:util';
import * as tf from '@tensorflow/tfjs-node';
import { isDisplayable, type MimeBundle } from './mime';
import { display } from './sink';
import { isTableData, tableBundle } from './table';
import { tensorText } from './tensor-text';

/**
 * Shows a value under the cell, or prints it outside a notebook.
 *
 * Shown as themselves: a `Displayable` (figures, reports), a string, a tensor (dtype, shape and a preview), an array of
 * plain objects (a table). Anything else as `util.inspect` prints it.
 */
export function show(value: unknown): void {
  display(bundleOf(value));
}

/** What `show` would send for a value. */
export function bundleOf(value: unknown): MimeBundle {
  if (isDisplayable(value)) return value.toMimeBundle();
  if (typeof value === 'string') return { 'text/plain': value };
  if (value instanceof tf.Tensor) return { 'text/plain': tensorText(value as tf.Tensor) };
  if (isTableData(value)) return tableBundle(value);
  return { 'text/plain': inspect(value, { depth: 4, maxArrayLength: 100, maxStringLength: 10_000, breakLength: 100 }) };
}
