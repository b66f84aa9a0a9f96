/** Counts by integer key in flat arrays (open addressing): millions of them in a tenth of a Map's memory and time. */
export interface Tally {
  /** How many different keys there are. */
  readonly size: number;
  add(key: number, count?: number): void;
  get(key: number): number;
  forEach(see: (key: number, count: number) => void): void;
}

const EMPTY = -1;
const TWO_32 = 2 ** 32;
/** Spreads keys that differ in their low digits alone: 2^32 divided by the golden ratio (Knuth, vol. 3, 6.4). */
const SPREAD = 0x9e3779b1;

/** An empty tally. Keys are integers from 0 to 2^53. */
export function tally(): Tally {
  let mask = 1023;
  let keys = new Float64Array(mask + 1).fill(EMPTY);
  let counts = new Int32Array(mask + 1);
  let size = 0;

  const placeOf = (key: number): number => {
    const high = Math.floor(key / TWO_32);
    const folded = Math.imul((key - high * TWO_32) ^ Math.imul(high, SPREAD), SPREAD);
    let place = (folded ^ (folded >>> 15)) & mask;
    while (keys[place] !== key && keys[place] !== EMPTY) place = (place + 1) & mask;
    return place;
  };
  const add = (key: number, count = 1): void => {
    const place = placeOf(key);
    counts[place] = (counts[place] ?? 0) + count;
    if (keys[place] === key) return;
    keys[place] = key;
    size += 1;
    if (size * 2 > mask) grow();
  };
  const forEach = (see: (key: number, count: number) => void): void => {
    const [seenKeys, seenCounts] = [keys, counts];
    for (let place = 0; place < seenKeys.length; place++) {
      if (seenKeys[place] !== EMPTY) see(seenKeys[place] ?? 0, seenCounts[place] ?? 0);
    }
  };
  const grow = (): void => {
    const [oldKeys, oldCounts] = [keys, counts];
    mask = 2 * mask + 1;
    keys = new Float64Array(mask + 1).fill(EMPTY);
    counts = new Int32Array(mask + 1);
    size = 0;
    for (let place = 0; place < oldKeys.length; place++) {
      if (oldKeys[place] !== EMPTY) add(oldKeys[place] ?? 0, oldCounts[place] ?? 0);
    }
  };
  return {
    get size() {
      return size;
    },
    add,
    get: (key) => counts[placeOf(key)] ?? 0,
    forEach,
  };
}
