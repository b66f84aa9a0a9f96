import { inspect } from 'node:util';
import { isPlainObject } from './table';
import { isTensor, tensorHead } from './tensor-text';

const DEPTH = 4;
/** Values that are looked at in one output, by the length to which its arrays are cut for it. */
const MANY = 20_000;
const ARRAY_LENGTHS = [100, 20, 6];
/** `inspect` cuts arrays, maps and sets, but prints every property of an object. */
const MAX_PROPERTIES = 500;

/**
 * A value as `util.inspect` prints it, with two differences: a tensor inside it is its dtype and shape, not the fields that
 * TensorFlow.js keeps in it; and the more the value holds, the fewer of its items are printed.
 */
export function inspectText(value: unknown): string {
  const maxArrayLength = ARRAY_LENGTHS.find((length) => countValues(value, length, DEPTH, MANY) < MANY) ?? 3;
  const readable = shortened(value, DEPTH, { left: MANY });
  return inspect(readable, { depth: DEPTH, maxArrayLength, maxStringLength: 10_000, breakLength: 100 });
}

/** How many values `inspect` would print, as far as `limit`: counting on would take as long as printing. */
function countValues(value: unknown, length: number, depth: number, limit: number): number {
  if (typeof value !== 'object' || value === null || depth < 0 || isTensor(value)) return 1;
  let count = 1;
  for (const item of items(value, length)) {
    if (count >= limit) break;
    count += countValues(item, length, depth - 1, limit - count);
  }
  return count;
}

function items(value: object, length: number): readonly unknown[] {
  if (ArrayBuffer.isView(value)) return new Array<undefined>(Math.min(length, value.byteLength));
  if (Array.isArray(value)) return value.slice(0, length);
  if (value instanceof Map || value instanceof Set) return [...value.values()].slice(0, length);
  const names = Object.keys(value).slice(0, MAX_PROPERTIES);
  // a getter is not called: inspect does not call it either
  return names.map((name): unknown => Object.getOwnPropertyDescriptor(value, name)?.value);
}

/** The value with its tensors and the rest of its largest objects replaced by words; itself where there is nothing to replace. */
function shortened(value: unknown, depth: number, budget: { left: number }): unknown {
  if (isTensor(value)) return words(tensorHead(value));
  if (depth < 0 || (budget.left -= 1) < 0) return value;
  if (Array.isArray(value)) {
    const first = value.slice(0, ARRAY_LENGTHS[0]).map((item) => shortened(item, depth - 1, budget));
    if (first.every((item, position) => Object.is(item, value[position]))) return value;
    return [...first, ...(value as unknown[]).slice(first.length)];
  }
  return isPlainObject(value) ? shortenedObject(value, depth, budget) : value;
}

function shortenedObject(value: object, depth: number, budget: { left: number }): object {
  const names = Object.keys(value);
  const kept = names.slice(0, MAX_PROPERTIES);
  const rest = names.length - kept.length;
  let changed = rest > 0;
  const copy = Object.create(Object.getPrototypeOf(value) as object | null) as Record<string, unknown>;
  for (const name of kept) {
    const descriptor = Object.getOwnPropertyDescriptor(value, name) ?? {};
    const content: unknown = shortened(descriptor.value, depth - 1, budget);
    const same = Object.is(content, descriptor.value);
    changed ||= !same;
    Object.defineProperty(copy, name, same ? descriptor : { ...descriptor, value: content });
  }
  if (!changed) return value;
  if (rest > 0) copy['…'] = words(`${rest} more properties`);
  return copy;
}

/** What `inspect` prints as these words, without quotes. */
function words(text: string): object {
  return { [inspect.custom]: () => text };
}
