import { tally, type Tally } from './tally';

/** What came after the contexts of one length. A context h is the key Σ_j ids[t − j] size^(j − 1), the symbol just before its lowest digit. */
export interface NgramLevel {
  /** c(hw), under the key h · size + w. */
  readonly grams: Tally;
  /** c(h) = Σ_w c(hw) */
  readonly totals: Tally;
  /** T(h): how many different w came after h. */
  readonly types: Tally;
}

/**
 * The counts of a text for contexts of 0 .. order − 1 symbols; entry L is for contexts of L.
 *
 * @param places count all but the longest by places: c(hw) is then after how many different symbols hw came
 */
export function countNgrams(
  ids: ArrayLike<number>,
  { order, size, places }: { order: number; size: number; places: boolean },
): readonly NgramLevel[] {
  const levels: NgramLevel[] = [];
  let longer: Tally | undefined;
  for (let length = order - 1; length >= 0; length--) {
    const grams = places && longer !== undefined ? placesIn(longer, size ** (length + 1)) : tokensIn(ids, length, size);
    levels.unshift({ grams, ...contextsOf(grams, size) });
    longer = grams;
  }
  return levels;
}

function tokensIn(ids: ArrayLike<number>, length: number, size: number): Tally {
  const grams = tally();
  const highest = size ** length;
  let key = 0;
  for (let t = 0; t < ids.length; t++) {
    key = (key % highest) * size + (ids[t] ?? 0);
    if (t >= length) grams.add(key);
  }
  return grams;
}

/** vhw and v′hw differ in their highest digit alone. */
function placesIn(longer: Tally, highest: number): Tally {
  const places = tally();
  longer.forEach((gram) => {
    places.add(gram % highest);
  });
  return places;
}

function contextsOf(grams: Tally, size: number): { totals: Tally; types: Tally } {
  const [totals, types] = [tally(), tally()];
  grams.forEach((gram, count) => {
    const h = Math.floor(gram / size);
    totals.add(h, count);
    types.add(h);
  });
  return { totals, types };
}
