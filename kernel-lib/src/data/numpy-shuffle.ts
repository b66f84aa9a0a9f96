const N = 624;
const M = 397;

/** The Mersenne Twister MT19937 (Matsumoto and Nishimura 1998) with a 32-bit seed: the next word at every call. */
function mersenneTwister(seed: number): () => number {
  const key = new Uint32Array(N);
  key[0] = seed;
  for (let i = 1; i < N; i++) {
    const before = key[i - 1] ?? 0;
    key[i] = Math.imul(1_812_433_253, before ^ (before >>> 30)) + i;
  }
  let position = N;
  return () => {
    if (position === N) {
      for (let k = 0; k < N; k++) {
        const y = ((key[k] ?? 0) & 0x80000000) | ((key[(k + 1) % N] ?? 0) & 0x7fffffff);
        key[k] = (key[(k + M) % N] ?? 0) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      position = 0;
    }
    let y = key[position++] ?? 0;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}

/**
 * The orders that `numpy.random.RandomState(seed).shuffle(arange(n))` gives, call after call: what a seed means in Keras's
 * data sets. For everything else there is `rng`.
 *
 * @throws RangeError when the seed is not an integer from 0 to 2^32 - 1
 */
export function numpyOrders(seed: number): (n: number) => Int32Array {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new RangeError(`seed is ${String(seed)}; expected an integer from 0 to 4294967295, as NumPy does.`);
  }
  const next = mersenneTwister(seed);
  return (n) => {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const mask = 2 ** (32 - Math.clz32(i)) - 1;
      let j: number;
      do j = (next() & mask) >>> 0;
      while (j > i);
      [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
    }
    return order;
  };
}
