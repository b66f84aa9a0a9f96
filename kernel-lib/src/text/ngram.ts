import { checkIds } from '../tensor';
import type { SymbolModel } from './generate';
import { countNgrams, type NgramLevel } from './ngram-counts';
import type { Tally } from './tally';
import { checkPositiveInteger } from './windows';

/**
 * What an n-gram model does about what it has never, or hardly ever, seen.
 * - `{ add: k }`: every count is k larger (k = 1 is Laplace's): simple, and far too generous to what never came.
 * - `'witten-bell'`: the more different symbols followed a context, the more the shorter one is trusted.
 * - `'kneser-ney'`: every count gives up a discount, and shorter contexts count in how many places a symbol came.
 */
export type Smoothing = 'kneser-ney' | 'witten-bell' | { readonly add: number };

/** How an n-gram model counts. */
export interface NgramOptions {
  /** How many symbols an n-gram has: order − 1 before the next. 1 knows the frequencies alone. */
  readonly order: number;
  /** How many symbols there are: the size of the vocabulary. */
  readonly size: number;
  /** Default 'kneser-ney'. */
  readonly smoothing?: Smoothing;
}

/** A model that has counted what follows each run of symbols. */
export interface NgramModel {
  readonly order: number;
  readonly size: number;
  /** How many different n-grams of the full order came. */
  readonly seen: number;
  /**
   * p(w | context), one number a symbol, from the last order − 1 symbols of the context; fewer will do.
   * @throws RangeError when an id is not in 0 .. size − 1.
   */
  probabilities(context: ArrayLike<number>): Float64Array;
  /**
   * −(1/n) Σ ln p(id_t | what stands before it), nats a symbol: the cross-entropy on a text that was not counted.
   * @throws RangeError when ids is empty or an id is not in 0 .. size − 1.
   */
  nats(ids: ArrayLike<number>): number;
  /** The model told one symbol at a time, for `generate`. */
  writer(): SymbolModel;
}

/** Where a level's chance comes from: (max(c − discount, 0) + lent(T) · p) / (total + added(T)). */
interface Rule {
  readonly discount: number;
  lent(types: number): number;
  added(types: number): number;
}

/**
 * Counts the n-grams of a text. With h the order − 1 symbols before w, h′ those without the first, c(hw) how often w came after
 * h, c(h) = Σ_w c(hw), and T(h) how many different symbols came after h:
 *   add k         p(w|h) = (c(hw) + k) / (c(h) + k size)
 *   Witten-Bell   p(w|h) = (c(hw) + T(h) p(w|h′)) / (c(h) + T(h))
 *   Kneser-Ney    p(w|h) = (max(c(hw) − D, 0) + D T(h) p(w|h′)) / c(h),  D = n₁ / (n₁ + 2 n₂)
 * and so on down to no context at all, then 1 / size. A context that never came leaves p(w|h′). In Kneser-Ney n₁ and n₂ are
 * how many n-grams came once and twice, and c(hw) of a shorter context is after how many different symbols hw came.
 * Witten and Bell 1991; Kneser and Ney 1995, interpolated as in Chen and Goodman 1999, eq. 20.
 *
 * @param ids the text to count
 * @throws RangeError when order or size is no positive integer, size^order is above 2^53, the text is shorter than order, an id
 * is not in 0 .. size − 1, or the smoothing is none of these.
 */
export function ngram(ids: ArrayLike<number>, { order, size, smoothing = 'kneser-ney' }: NgramOptions): NgramModel {
  checkOptions(ids, order, size, smoothing);
  const levels = countNgrams(ids, { order, size, places: smoothing === 'kneser-ney' });
  const rules = levels.map(({ grams }) => ruleOf(smoothing, grams, size));
  const interpolates = typeof smoothing === 'string';

  const chance = (w: number, text: ArrayLike<number>, at: number): number => {
    const longest = Math.min(order - 1, at);
    let p = 1 / size;
    let h = 0;
    for (let length = 0, digit = 1; length <= longest; length++) {
      if (length > 0) {
        h += (text[at - length] ?? 0) * digit;
        digit *= size;
      }
      const [level, rule] = [levels[length], rules[length]];
      if (level === undefined || rule === undefined || !(interpolates || length === longest)) continue;
      p = smoothed(level, rule, { h, gram: h * size + w, shorter: p });
    }
    return p;
  };
  const probabilities = (context: ArrayLike<number>): Float64Array => {
    checkIds('ngram: context', context, size);
    return Float64Array.from({ length: size }, (_, w) => chance(w, context, context.length));
  };

  return {
    order,
    size,
    seen: levels[order - 1]?.grams.size ?? 0,
    probabilities,
    nats(text) {
      checkIds('ngram: ids', text, size);
      if (text.length === 0) throw new RangeError('ngram: ids is empty; expected at least one symbol to judge by.');
      let nats = 0;
      for (let t = 0; t < text.length; t++) nats -= Math.log(chance(text[t] ?? 0, text, t));
      return nats / text.length;
    },
    writer() {
      let read: number[] = [];
      return {
        step(id) {
          read = [...read, id].slice(-Math.max(order - 1, 1));
          return probabilities(read).map(Math.log);
        },
        dispose() {
          read = [];
        },
      };
    },
  };
}

function smoothed(level: NgramLevel, rule: Rule, at: { h: number; gram: number; shorter: number }): number {
  const total = level.totals.get(at.h);
  if (total === 0) return at.shorter;
  const types = level.types.get(at.h);
  const kept = Math.max(level.grams.get(at.gram) - rule.discount, 0);
  return (kept + rule.lent(types) * at.shorter) / (total + rule.added(types));
}

function ruleOf(smoothing: Smoothing, grams: Tally, size: number): Rule {
  if (typeof smoothing === 'object') {
    const all = smoothing.add * size;
    return { discount: 0, lent: () => all, added: () => all };
  }
  if (smoothing === 'witten-bell') return { discount: 0, lent: (types) => types, added: (types) => types };
  let [once, twice] = [0, 0];
  grams.forEach((_, count) => {
    if (count === 1) once += 1;
    if (count === 2) twice += 1;
  });
  // A text too small to have n-grams that came once says nothing of how many never came.
  const discount = once === 0 ? 0.5 : once / (once + 2 * twice);
  return { discount, lent: (types) => discount * types, added: () => 0 };
}

function checkOptions(ids: ArrayLike<number>, order: number, size: number, smoothing: unknown): void {
  checkPositiveInteger('ngram', 'order', order);
  checkPositiveInteger('ngram', 'size', size);
  if (size ** order > 2 ** 53) {
    throw new RangeError(
      `ngram: order ${order} over ${size} symbols has more than 2^53 possible n-grams; expected fewer: use a lower order or a smaller vocabulary.`,
    );
  }
  if (ids.length < order) {
    throw new RangeError(
      `ngram: ids has ${ids.length} symbols; expected at least ${order}, one n-gram: use a longer text or a lower order.`,
    );
  }
  checkIds('ngram: ids', ids, size);
  const add = typeof smoothing === 'object' && smoothing !== null && 'add' in smoothing ? smoothing.add : undefined;
  const known = smoothing === 'kneser-ney' || smoothing === 'witten-bell';
  if (known || (typeof add === 'number' && add > 0 && Number.isFinite(add))) return;
  throw new RangeError(
    `ngram: smoothing is ${JSON.stringify(smoothing)}; expected 'kneser-ney', 'witten-bell' or { add: k } with k above 0.`,
  );
}
