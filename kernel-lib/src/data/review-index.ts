import { reviewWords } from './review-words';

/** A review as it was written, before anything is counted. */
export interface RawReview {
  readonly half: 'train' | 'test';
  /** 1 to 10 stars. */
  readonly rating: number;
  readonly text: string;
}

/** Reviews as numbers. All of the training half come first. */
export interface ReviewIndex {
  /** The words of the training half, the most frequent first; among equals the one that came first. */
  readonly words: readonly string[];
  /** How many of the reviews are the training half. */
  readonly trainCount: number;
  /** Stars, a review each. */
  readonly ratings: Uint8Array;
  /** Words, a review each. */
  readonly lengths: Int32Array;
  /** Every word's rank in `words` from 1, all reviews on end; 0 where the training half has no such word. */
  readonly ranks: Int32Array;
}

/** Numbers that grow at the end. */
class Growing {
  private values = new Int32Array(1 << 20);
  private size = 0;
  push(value: number): void {
    if (this.size === this.values.length) {
      const larger = new Int32Array(2 * this.size);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.size++] = value;
  }
  done(): Int32Array {
    return this.values.slice(0, this.size);
  }
}

/** Counts words over the training half, and ranks them. The test half must not say which words the model gets to know. */
export function indexReviews(reviews: readonly RawReview[]): ReviewIndex {
  const ordered = [...reviews.filter(({ half }) => half === 'train'), ...reviews.filter(({ half }) => half === 'test')];
  const trainCount = ordered.findIndex(({ half }) => half === 'test');
  const numbers = new Map<string, number>();
  const counts: number[] = [0];
  const all = new Growing();
  const lengths = new Int32Array(ordered.length);
  ordered.forEach(({ half, text }, i) => {
    const words = reviewWords(text);
    lengths[i] = words.length;
    for (const word of words) {
      let number = numbers.get(word) ?? 0;
      if (half === 'train') {
        if (number === 0) numbers.set(word, (number = counts.push(0) - 1));
        counts[number] = (counts[number] ?? 0) + 1;
      }
      all.push(number);
    }
  });
  const known = [...numbers].sort(([, a], [, b]) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b);
  const rankOf = new Int32Array(counts.length);
  known.forEach(([, number], i) => {
    rankOf[number] = i + 1;
  });
  return {
    words: known.map(([word]) => word),
    trainCount: trainCount === -1 ? ordered.length : trainCount,
    ratings: Uint8Array.from(ordered, ({ rating }) => rating),
    lengths,
    ranks: all.done().map((number) => rankOf[number] ?? 0),
  };
}
