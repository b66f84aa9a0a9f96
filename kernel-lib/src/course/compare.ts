import { type Leaf, subject } from './leaves';

/** Names of the dimensions, such as ['batch', 'time', 'hidden']; per field where the answer is an object. */
export type Axes = readonly string[] | Readonly<Record<string, readonly string[]>>;

/** How close is close enough, and what the axes are called. */
export interface CompareOptions {
  /**
   * Names of the dimensions. One called `time` makes the message name the first time step, counted from 1 as in the equations; where
   * several fields have one, the field named is the one that departs earliest, in the reference's order within a step.
   */
  readonly axes?: Axes;
  /** Largest error that counts as rounding, relative to the reference: 1e-4 unless told, a thousand float32 roundings. */
  readonly tolerance?: number;
}

type Numbers = Exclude<Leaf, { kind: 'text' }>;

/**
 * Where an answer first departs from the reference, as a sentence without its full stop; undefined where they agree.
 *
 * Two numbers agree when |got − expected| ≤ tolerance · (|expected| + max |expected| / 10), the maximum over the whole tensor: sums
 * taken in another order differ in proportion to their terms, not to their result. The sentence tells the size of the error to one
 * digit, and not its sign: enough to see what is wrong, too little to write the answer down.
 */
export function firstDifference(
  got: readonly Leaf[],
  expected: readonly Leaf[],
  options: CompareOptions = {},
): string | undefined {
  const byPath = new Map(got.map((leaf) => [leaf.path, leaf]));
  let first: Difference | undefined;
  for (const want of expected) {
    const have = byPath.get(want.path);
    const difference = have === undefined ? { said: missing(want, got) } : leafDifference(have, want, options);
    // What is no number over time has no later one to wait for.
    if (difference !== undefined && difference.time === undefined) return first?.said ?? difference.said;
    if (difference?.time !== undefined && difference.time < (first?.time ?? Infinity)) first = difference;
  }
  if (first !== undefined) return first.said;
  // A rectangular array is one leaf, so a surplus element of a list of texts would otherwise pass unseen.
  const paths = new Set(expected.map((leaf) => leaf.path));
  const surplus = got.find((leaf) => leaf.path.startsWith('[') && !paths.has(leaf.path));
  return surplus === undefined ? undefined : `the answer has an element ${surplus.path} too many`;
}

/** How two leaves differ, and at which time step from 0 where their axes say so. */
interface Difference {
  readonly said: string;
  readonly time?: number;
}

function missing(want: Leaf, got: readonly Leaf[]): string {
  const single = got.length === 1 && got[0]?.path === '' ? got[0] : undefined;
  if (want.path === '') return `the answer is an object or a list, expected ${kindName(want)}`;
  return single === undefined
    ? `the answer lacks \`${want.path}\``
    : `the answer is ${kindName(single)}, expected one that holds \`${want.path}\``;
}

function leafDifference(have: Leaf, want: Leaf, options: CompareOptions): Difference | undefined {
  const it = subject(want.path);
  if (have.kind !== want.kind) return { said: `${it} is ${kindName(have)}, expected ${kindName(want)}` };
  if (have.kind === 'text' || want.kind === 'text') {
    const said = textDifference(have, want);
    return said === undefined ? undefined : { said };
  }
  if (String(have.shape) !== String(want.shape)) {
    const named = axesOf(want, options.axes);
    const names = named === undefined ? '' : ` for [${named.join(', ')}]`;
    return { said: `${it} has shape [${have.shape.join(', ')}], expected [${want.shape.join(', ')}]${names}` };
  }
  return numberDifference(have, want, options);
}

function kindName(leaf: Leaf): string {
  if (leaf.kind === 'text') return `a ${typeof leaf.text}`;
  return { number: 'a number', array: 'an array', tensor: 'a tensor' }[leaf.kind];
}

function textDifference(have: Leaf, want: Leaf): string | undefined {
  if (have.kind !== 'text' || want.kind !== 'text' || have.text === want.text) return undefined;
  const it = subject(want.path);
  if (typeof have.text !== 'string' || typeof want.text !== 'string') {
    return typeof have.text === typeof want.text
      ? `${it} is ${String(have.text)}, which is not so`
      : `${it} is a ${typeof have.text}, expected a ${typeof want.text}`;
  }
  const gotSymbols = Array.from(have.text);
  const at = Array.from(want.text).findIndex((symbol, i) => symbol !== gotSymbols[i]);
  return at === -1
    ? `${it} goes on after its last character should have come`
    : `${it} is another text, from its character ${at + 1} on`;
}

function numberDifference(have: Numbers, want: Numbers, options: CompareOptions): Difference | undefined {
  const tolerance = options.tolerance ?? 1e-4;
  let largest = 0;
  for (const wanted of Array.from(want.data)) largest = Math.max(largest, Math.abs(wanted));
  const axes = axesOf(want, options.axes);
  const timeAxis = axes?.indexOf('time') ?? -1;

  let first: { at: number[]; time: number; got: number; error: number } | undefined;
  for (let i = 0; i < want.data.length; i++) {
    const wanted = want.data[i] ?? NaN;
    const got = have.data[i] ?? NaN;
    const error = Math.abs(got - wanted);
    if (error <= allowed(wanted, largest, tolerance)) continue;
    const at = indexOf(i, want.shape);
    const time = timeAxis < 0 ? 0 : (at[timeAxis] ?? 0);
    if (first === undefined || time < first.time) first = { at, time, got, error };
  }
  if (first === undefined) return undefined;

  const where = [
    ...(timeAxis < 0 ? [] : [`at time step t = ${first.time + 1}`]),
    ...(want.shape.length === 0
      ? []
      : [`at element [${first.at.join(', ')}]${axes === undefined ? '' : ` of [${axes.join(', ')}]`}`]),
  ].join(', ');
  const place = where === '' ? '' : ` first ${where}`;
  const it = subject(want.path);
  const comma = where === '' ? '' : ',';
  const said = Number.isFinite(first.got)
    ? `${it} differs from the reference${place}${comma} by about ${first.error.toPrecision(1)}`
    : `${it} is ${first.got}${comma}${place}`;
  return timeAxis < 0 ? { said } : { said, time: first.time };
}

function allowed(wanted: number, largest: number, tolerance: number): number {
  if (largest === 0) return 1e-6;
  const rounding = tolerance * (Math.abs(wanted) + largest / 10);
  // A count is right or wrong, however large it is.
  return Number.isInteger(wanted) ? Math.min(rounding, 0.5) : rounding;
}

function axesOf(leaf: Leaf, axes: Axes | undefined): readonly string[] | undefined {
  if (axes === undefined || leaf.kind === 'text') return undefined;
  const names = Array.isArray(axes)
    ? (axes as readonly string[])
    : (axes as Record<string, readonly string[]>)[leaf.path];
  return names?.length === leaf.shape.length ? names : undefined;
}

function indexOf(flat: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  for (const n of [...shape].reverse()) {
    index.unshift(flat % n);
    flat = Math.floor(flat / n);
  }
  return index;
}
