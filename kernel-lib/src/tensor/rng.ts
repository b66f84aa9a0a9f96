import { createXoshiro128, type Words } from './xoshiro128';

/** A generator's place in its stream, as plain JSON: write it beside a checkpoint, read it back with {@link rngFrom}. */
export type RngState = Readonly<{
  algorithm: 'xoshiro128**';
  /** What labelled forks are derived from: 64 bits in hexadecimal. */
  key: string;
  /** The four 32-bit words of the generator. */
  words: Words;
}>;

/** A stream of random numbers that depends on its seed alone. Every random draw in this library takes one. */
export interface Rng {
  /** A number in [0, 1), one of 2^53. */
  readonly uniform: () => number;
  /** A draw from N(0, 1), by the transform of Box and Muller 1958. */
  readonly normal: () => number;
  /** One of 0, 1, ..., n - 1, each as likely as the others; n is at most 2^32. */
  readonly integer: (n: number) => number;
  /** The same items in another order, each order as likely (Fisher and Yates; Durstenfeld 1964). The argument stays as it is. */
  readonly shuffle: <T>(items: readonly T[]) => T[];
  /** An index i with probability weights[i] / Σ weights. */
  readonly choice: (weights: ArrayLike<number>) => number;
  /**
   * An independent stream. With a label it depends only on this stream's seed and on the label, however many numbers were
   * drawn before: `fork('dropout')` and `fork(3)` are the same stream whenever they are asked for. Without one it is seeded
   * by the next draw from this stream, so that every call gives another.
   */
  readonly fork: (label?: string | number) => Rng;
  /** Where the stream stands now. */
  readonly state: () => RngState;
}

const MASK_64 = (1n << 64n) - 1n;
const TWO_32 = 2 ** 32;

/**
 * A generator for a seed: xoshiro128** (Blackman and Vigna 2021), its four words filled by splitmix64 (Steele, Lea and Flood
 * 2014), as its authors recommend.
 *
 * @param seed an integer from 0 to 2^53 - 1
 * @throws Error when the seed is anything else
 */
export function rng(seed: number): Rng {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new Error(`seed: got ${describe(seed)}, expected an integer from 0 to 2^53 - 1, such as rng(1).`);
  }
  return seeded(BigInt(seed));
}

/**
 * The generator that `state()` described, to go on exactly where it stood.
 *
 * @throws Error when the value is not such a state
 */
export function rngFrom(state: RngState): Rng {
  if (!isRngState(state)) {
    throw new Error(`state: got ${describe(state)}, expected what the state() of a generator returned.`);
  }
  return generator(BigInt(`0x${state.key}`), state.words);
}

/** Looks at a value read from a file, whatever its type says. */
function isRngState(value: unknown): value is RngState {
  const { algorithm, key, words } = (value ?? {}) as Partial<Record<keyof RngState, unknown>>;
  const isWord = (word: unknown): boolean => Number.isInteger(word) && Number(word) >= 0 && Number(word) < TWO_32;
  return (
    algorithm === 'xoshiro128**' &&
    typeof key === 'string' &&
    /^[0-9a-f]{16}$/.test(key) &&
    Array.isArray(words) &&
    words.length === 4 &&
    words.every(isWord) &&
    words.some((word) => word !== 0)
  );
}

function seeded(key: bigint): Rng {
  const first = splitmix64(key);
  const second = splitmix64(first.next);
  return generator(key, [low32(first.value), high32(first.value), low32(second.value), high32(second.value)]);
}

function generator(key: bigint, initial: Words): Rng {
  const xoshiro = createXoshiro128(initial);

  const uniform = (): number => {
    const high = xoshiro.next() >>> 5;
    const low = xoshiro.next() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  };

  const integer = (n: number): number => {
    if (!Number.isInteger(n) || n < 1 || n > TWO_32) {
      throw new Error(
        `n: got ${describe(n)}, expected an integer from 1 to 2^32: integer(n) draws one of 0 ... n - 1.`,
      );
    }
    // The last, incomplete run of n values would favour small remainders: draw again.
    const limit = TWO_32 - (TWO_32 % n);
    let draw = xoshiro.next();
    while (draw >= limit) draw = xoshiro.next();
    return draw % n;
  };

  return {
    uniform,
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    shuffle: <T>(items: readonly T[]): T[] => {
      const shuffled = [...items];
      for (let last = shuffled.length - 1; last > 0; last--) {
        const other = integer(last + 1);
        [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
      }
      return shuffled;
    },
    choice: (weights) => weightedIndex(weights, uniform),
    fork: (label) => seeded(label === undefined ? draw64(xoshiro.next) : labelledKey(key, label)),
    state: () => ({ algorithm: 'xoshiro128**', key: key.toString(16).padStart(16, '0'), words: xoshiro.words() }),
  };
}

function weightedIndex(weights: ArrayLike<number>, uniform: () => number): number {
  let total = 0;
  let lastPossible = -1;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] ?? NaN;
    if (!Number.isFinite(weight) || weight < 0) {
      throw new Error(`weights[${i}]: got ${describe(weight)}, expected a finite number of at least 0.`);
    }
    if (weight > 0) lastPossible = i;
    total += weight;
  }
  if (!(total > 0 && Number.isFinite(total))) {
    throw new Error(`weights: got a sum of ${total} over ${weights.length} weights, expected a positive, finite sum.`);
  }
  let left = uniform() * total;
  for (let i = 0; i < lastPossible; i++) {
    left -= weights[i] ?? 0;
    if (left < 0) return i;
  }
  return lastPossible;
}

/** One draw of splitmix64 from a 64-bit state. */
export function splitmix64(state: bigint): { value: bigint; next: bigint } {
  const next = (state + 0x9e3779b97f4a7c15n) & MASK_64;
  let z = next;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK_64;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK_64;
  return { value: z ^ (z >> 31n), next };
}

/** Folds a label into a key, one UTF-16 unit after another, so that 'ab' and 'ba', 1 and '1' differ. */
function labelledKey(key: bigint, label: string | number): bigint {
  const units = `${typeof label}:${label}`;
  let folded = splitmix64(key).value;
  for (let i = 0; i < units.length; i++) folded = splitmix64(folded ^ BigInt(units.charCodeAt(i))).value;
  return folded;
}

const low32 = (value: bigint): number => Number(value & 0xffffffffn);
const high32 = (value: bigint): number => Number(value >> 32n);
const draw64 = (next: () => number): bigint => (BigInt(next()) << 32n) | BigInt(next());

function describe(value: unknown): string {
  return typeof value === 'string' || (typeof value === 'object' && value !== null)
    ? JSON.stringify(value)
    : String(value);
}
