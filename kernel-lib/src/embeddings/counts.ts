import { checkIds, type Rng } from '../tensor';

/** How often each of `size` ids occurs. */
export function wordCounts(sequences: readonly Int32Array[], size: number): Int32Array {
  const counts = new Int32Array(size);
  sequences.forEach((sequence, i) => {
    checkIds(`skipGram: sequences[${i}]`, sequence, size, { fix: "give the vocabulary's size, or limit the words" });
    for (const id of sequence) counts[id] = (counts[id] ?? 0) + 1;
  });
  return counts;
}

/** The chance to keep a word: min(1, √(t/f) + t/f), f its share of all words, as in word2vec's program. */
export function keepChances(counts: Int32Array, t: number): Float64Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return Float64Array.from(counts, (count) => {
    const ratio = (t * total) / Math.max(count, 1);
    return Math.min(1, Math.sqrt(ratio) + ratio);
  });
}

const TABLE = 1 << 20;

/**
 * Ids in proportion to count^0.75, shuffled: reading it on and on draws them, at the price of one look each.
 */
export function drawTable(counts: Int32Array, rng: Rng): Int32Array {
  const weights = Float64Array.from(counts, (count) => count ** 0.75);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const table = new Int32Array(TABLE);
  let [id, reached] = [0, (weights[0] ?? 0) / total];
  for (let i = 0; i < TABLE; i++) {
    while ((i + 0.5) / TABLE > reached && id < counts.length - 1) reached += (weights[++id] ?? 0) / total;
    table[i] = id;
  }
  for (let last = TABLE - 1; last > 0; last--) {
    const other = rng.integer(last + 1);
    [table[last], table[other]] = [table[other] ?? 0, table[last] ?? 0];
  }
  return table;
}
