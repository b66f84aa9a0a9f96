import type { Vocabulary } from './vocabulary';

/** The ids of what a model reads first. @throws RangeError for an empty prime, and a character outside the vocabulary. */
export function checkPrime(where: string, prime: string, vocabulary: Vocabulary): Int32Array {
  if (prime !== '') return vocabulary.encode(prime);
  throw new RangeError(
    `${where}: prime is empty; expected at least one character for the model to begin with, such as a newline.`,
  );
}

/** @throws RangeError unless there is one logit for each symbol of the vocabulary, a row. */
export function checkLogits(where: string, logits: ArrayLike<number>, size: number, rows = 1): void {
  if (logits.length === rows * size) return;
  const each = rows === 1 ? `${size}` : `${rows} rows of ${size}`;
  throw new RangeError(
    `${where}: the model returned ${logits.length} logits; expected ${each}, one a symbol of the vocabulary: ` +
      'use the vocabulary that the model was trained with.',
  );
}
