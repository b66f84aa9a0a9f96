/** The four 32-bit words of the generator, not all zero. */
export type Words = readonly [number, number, number, number];

/** 32 random bits at a time, and the state to go on from. */
export interface Xoshiro128 {
  next: () => number;
  words: () => Words;
}

/**
 * xoshiro128** 1.1: 128 bits of state, period 2^128 - 1.
 * Blackman and Vigna, Scrambled linear pseudorandom number generators, ACM TOMS 47(4), 2021, figure 1 and table 1.
 */
export function createXoshiro128([a, b, c, d]: Words): Xoshiro128 {
  const rotateLeft = (word: number, by: number): number => (word << by) | (word >>> (32 - by));
  return {
    next: () => {
      const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
      const shifted = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= shifted;
      d = rotateLeft(d, 11);
      return result;
    },
    words: () => [a >>> 0, b >>> 0, c >>> 0, d >>> 0],
  };
}
