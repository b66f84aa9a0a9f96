/** Rows of numbers that are mostly zero: row n has values[k] in column columns[k], for k from starts[n] to before starts[n + 1]. */
export interface SparseRows {
  readonly rows: number;
  /** How many columns there are. */
  readonly width: number;
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/** What was counted in the texts that were learnt from, and what it makes of others. */
export interface Tfidf {
  /** idf of every id. */
  readonly weights: Float64Array;
  /** A row a text. */
  readonly rows: (texts: readonly Int32Array[]) => SparseRows;
}

/**
 * Term frequency times inverse document frequency: a bag of words in which a rare word counts for more, each row of length 1.
 *   idf_w = ln((1 + N) / (1 + n_w)) + 1
 *   x_w = f_w idf_w / ‖f ⊙ idf‖
 * N is how many texts there are, n_w in how many of them w stands, f_w how often it stands in this one. As scikit-learn's
 * TfidfVectorizer with nothing chosen. Spärck Jones 1972, A statistical interpretation of term specificity.
 *
 * @param texts ids from 0 to size − 1, a text each; what is none of these, in them or in later ones, is left out
 * @throws RangeError for a size that is no positive integer
 */
export function tfidf(texts: readonly Int32Array[], { size }: { readonly size: number }): Tfidf {
  if (!Number.isInteger(size) || size < 1)
    throw new RangeError(`tfidf: size is ${size}; expected an integer of at least 1.`);
  const documents = new Int32Array(size);
  for (const text of texts) for (const id of new Set(text)) if (id < size) documents[id] = (documents[id] ?? 0) + 1;
  const weights = Float64Array.from(documents, (n) => Math.log((1 + texts.length) / (1 + n)) + 1);
  return { weights, rows: (others) => sparseRows(others, weights) };
}

function sparseRows(texts: readonly Int32Array[], weights: Float64Array): SparseRows {
  const starts = new Int32Array(texts.length + 1);
  const [columns, values] = [[] as Int32Array[], [] as Float32Array[]];
  texts.forEach((text, n) => {
    const known = text.filter((id) => id >= 0 && id < weights.length).sort();
    const own = known.filter((id, k) => id !== known[k - 1]);
    const row = new Float32Array(own.length);
    for (let k = 0, place = -1; k < known.length; k++) {
      if (known[k] !== known[k - 1]) place += 1;
      row[place] = (row[place] ?? 0) + (weights[known[k] ?? 0] ?? 0);
    }
    const norm = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0)) || 1;
    columns.push(own);
    values.push(row.map((x) => x / norm));
    starts[n + 1] = (starts[n] ?? 0) + own.length;
  });
  return {
    ...{ rows: texts.length, width: weights.length, starts },
    ...{ columns: joined(columns, Int32Array), values: joined(values, Float32Array) },
  };
}

function joined<T extends Int32Array | Float32Array>(parts: readonly T[], Type: new (length: number) => T): T {
  const all = new Type(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
