import { inspect } from 'node:util';
import { numberText } from './number-text';
import { isTensor, tensorHead } from './tensor-text';

/** A value in one cell of a table. */
export function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string') return value;
  if (isTensor(value)) return tensorHead(value);
  return inspect(value, { depth: 1, breakLength: Infinity, maxArrayLength: 10, maxStringLength: 200 });
}
