import { setImmediate as breathe } from 'node:timers/promises';
import { progress } from '../display';
import { drawTable, keepChances, wordCounts } from './counts';
import { pairTrainer } from './pair-trainer';
import { checkSkipGram } from './skip-gram-options';
import type { SkipGramOptions, WordVectors } from './skip-gram-options';

/** Words between two looks at the page and at the clock: some 20 ms. */
const WORDS_PER_TURN = 2000;

/**
 * Skip-gram with negative sampling, Mikolov et al. 2013 (Distributed representations of words and phrases and their
 * compositionality), eq. 4: for every word w and every word c of its context, up to `window` words away,
 *   loss = − ln σ(u_c · v_w) − Σ_k ln σ(− u_k · v_w),   k = 1 .. negatives, drawn with P(k) ∝ count(k)^0.75
 * by gradient descent a pair at a time, the rate falling linearly to nothing. As in their program, the window shrinks by chance
 * (1 .. window, each as likely), and a frequent word is passed over with probability 1 − √(t/f) − t/f, f its share, t =
 * `subsample`, before the window is laid.
 *
 * A window does not reach from one sequence into the next. The loop is plain numbers in typed arrays, one pair after another,
 * and gives way to the page (and to an interrupt) every few milliseconds.
 *
 * @throws RangeError for an option out of its range, an id that is not one of `size`, and sequences without a pair in them
 * @throws the signal's reason when it was stopped
 */
export async function skipGram(sequences: readonly Int32Array[], options: SkipGramOptions): Promise<WordVectors> {
  const given = checkSkipGram(sequences, options);
  const { size, dimensions, window, epochs, rate, rng, signal } = given;
  const counts = wordCounts(sequences, size);
  const keep = keepChances(counts, given.subsample);
  const trainer = pairTrainer(given, drawTable(counts, rng.fork('negatives')));
  const walk = rng.fork('walk');
  const total = epochs * sequences.reduce((sum, { length }) => sum + length, 0);
  const bar = given.progress === false ? undefined : progress(total, given.progress, { keepOpen: true });
  const losses: number[] = [];
  let [words, pairs, sinceTurn] = [0, 0, 0];
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      trainer.loss = 0;
      const before = pairs;
      for (const sequence of sequences) {
        const kept = sequence.filter((id) => walk.uniform() < (keep[id] ?? 0));
        const now = rate * Math.max(1 - words / total, 1e-4);
        for (let at = 0; at < kept.length; at++) {
          const reach = 1 + walk.integer(window);
          const to = Math.min(kept.length - 1, at + reach);
          for (let near = Math.max(0, at - reach); near <= to; near++) {
            if (near === at) continue;
            trainer.pair(kept[at] ?? 0, kept[near] ?? 0, now);
            pairs++;
          }
        }
        words += sequence.length;
        sinceTurn += sequence.length;
        if (sinceTurn >= WORDS_PER_TURN) {
          sinceTurn = 0;
          bar?.update(words, { pairs, loss: trainer.loss / Math.max(pairs - before, 1) });
          await breathe(undefined, signal && { signal });
          signal?.throwIfAborted();
        }
      }
      losses.push(trainer.loss / (pairs - before));
    }
    bar?.update(total, { pairs, loss: losses.at(-1) ?? NaN });
  } finally {
    bar?.end();
  }
  return { size, dimensions, vectors: trainer.v, contexts: trainer.u, counts, losses, pairs };
}
