import { inspect } from 'node:util';
import { bundleOf } from '../../display/show';
import { wireBundle, type MimeBundle } from '../../display/mime';

/**
 * The value of a cell's last expression in the forms it has. A string stands in quotes: nbgrader takes a bare `0.5` for points, and
 * no text at all for a broken kernel.
 */
export function resultBundle(value: unknown): MimeBundle {
  if (typeof value === 'string') return { 'text/plain': inspect(value, { maxStringLength: 10_000 }) };
  return wireBundle(bundleOf(value));
}
