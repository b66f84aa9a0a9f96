/**
 * How well a score finds what is marked: the average precision
 *   AP = Σ_n (R_n − R_{n−1}) P_n,
 * where the n highest scores are called marked, P_n is the share of them that are and R_n the share of all marks that they hold. 1 where
 * every marked step scores above every other; about the share of marked steps, `chance`, where the score knows nothing. It suits what is
 * rare better than a correlation: a unit that is also on where it should be silent is charged for each time. Equal scores count as one.
 *
 * Manning, Raghavan and Schütze 2008, Introduction to information retrieval, section 8.4.
 *
 * @param scores one a step; for a unit that goes against its track, turned round
 * @param marks 0 or 1, one a step
 * @throws Error for lengths that differ, scores that are no numbers, marks other than 0 and 1, and marks that are all alike
 */
export function averagePrecision(
  scores: ArrayLike<number>,
  marks: ArrayLike<number>,
): { readonly precision: number; readonly chance: number } {
  const marked = checked(scores, marks);
  const order = Uint32Array.from(scores, (_, t) => t).sort((a, b) => (scores[b] ?? NaN) - (scores[a] ?? NaN));
  let [found, before, precision] = [0, 0, 0];
  for (const [n, t] of order.entries()) {
    found += marks[t] ?? NaN;
    if (n + 1 < order.length && scores[t] === scores[order[n + 1] ?? 0]) continue;
    // (R_n − R_{n−1}) P_n
    precision += ((found - before) / marked) * (found / (n + 1));
    before = found;
  }
  return { precision, chance: marked / marks.length };
}

/** @returns how many are marked */
function checked(scores: ArrayLike<number>, marks: ArrayLike<number>): number {
  if (scores.length !== marks.length) {
    throw new Error(
      `averagePrecision: got ${scores.length} scores and ${marks.length} marks, expected one of each a step; take both from the same text.`,
    );
  }
  let marked = 0;
  for (let t = 0; t < marks.length; t++) {
    const [score = NaN, mark = NaN] = [scores[t], marks[t]];
    if (Number.isNaN(score)) throw new Error(`scores: got NaN at step ${t + 1}, expected numbers.`);
    if (mark !== 0 && mark !== 1) throw new Error(`marks: got ${mark} at step ${t + 1}, expected 0 or 1.`);
    marked += mark;
  }
  if (marked > 0 && marked < marks.length) return marked;
  throw new Error(
    `marks: got ${marked} marked steps of ${marks.length}, expected some of each kind; take a longer text or leave the track out.`,
  );
}
