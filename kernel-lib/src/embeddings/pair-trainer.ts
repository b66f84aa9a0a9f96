import type { SkipGramOptions } from './skip-gram-options';

/** Scores beyond this are as sure as they get: σ(8) = .9997. */
const LIMIT = 8;
const PER_UNIT = 512;
const grid = (f: (z: number) => number): Float64Array =>
  Float64Array.from({ length: 2 * LIMIT * PER_UNIT + 1 }, (_, i) => f(i / PER_UNIT - LIMIT));
/** By table, as in word2vec's program: exponentials and logarithms would be a third of the work. */
const SIGMOID = grid((z) => 1 / (1 + Math.exp(-z)));
const SURPRISE = grid((z) => Math.log1p(Math.exp(-z))); // −ln σ(z)

/** Learns from one pair at a time. */
export interface PairTrainer {
  /** Word vectors, and context vectors: [size, dimensions], row-major. */
  readonly v: Float32Array;
  readonly u: Float32Array;
  /** The loss of all pairs since it was set to 0, in nats. */
  loss: number;
  /** One step down the gradient of one pair's loss. */
  readonly pair: (word: number, context: number, rate: number) => void;
}

type Options = Required<Pick<SkipGramOptions, 'size' | 'dimensions' | 'negatives' | 'rng'>>;

/**
 * With z = u · v, y = 1 for the context and 0 for a word drawn against it, and g = σ(z) − y:
 *   ∂loss/∂u = g v,   ∂loss/∂v = Σ g u
 * The negatives are read off `table`, on and on.
 */
export function pairTrainer({ size, dimensions: n, negatives, rng }: Options, table: Int32Array): PairTrainer {
  const draw = rng.fork('vectors');
  const v = Float32Array.from({ length: size * n }, () => (draw.uniform() - 0.5) / n);
  const u = new Float32Array(size * n);
  const dv = new Float32Array(n);
  let next = 0;
  const trainer: PairTrainer = {
    v,
    u,
    loss: 0,
    pair(word, context, rate) {
      const row = word * n;
      dv.fill(0);
      for (let k = 0; k <= negatives; k++) {
        const y = k === 0 ? 1 : 0;
        let target = context;
        if (k > 0) {
          target = table[next] ?? 0;
          next = next + 1 === table.length ? 0 : next + 1;
          // A negative that is the context itself would pull both ways.
          if (target === context) continue;
        }
        const other = target * n;
        const z = dot(u, other, v, row, n);
        const at = ((z > LIMIT ? LIMIT : z < -LIMIT ? -LIMIT : z) + LIMIT) * PER_UNIT + 0.5;
        trainer.loss += SURPRISE[(y === 1 ? at : 2 * LIMIT * PER_UNIT + 1 - at) | 0] ?? 0;
        const step = rate * (y - (SIGMOID[at | 0] ?? 0));
        for (let i = 0; i < n; i++) {
          const before = u[other + i] ?? 0;
          dv[i] = (dv[i] ?? 0) + step * before;
          u[other + i] = before + step * (v[row + i] ?? 0);
        }
      }
      for (let i = 0; i < n; i++) v[row + i] = (v[row + i] ?? 0) + (dv[i] ?? 0);
    },
  };
  return trainer;
}

/** Four sums side by side: each addition need not wait for the one before it. */
function dot(a: Float32Array, from: number, b: Float32Array, start: number, n: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < n; i += 4) {
    s0 += (a[from + i] ?? 0) * (b[start + i] ?? 0);
    s1 += (a[from + i + 1] ?? 0) * (b[start + i + 1] ?? 0);
    s2 += (a[from + i + 2] ?? 0) * (b[start + i + 2] ?? 0);
    s3 += (a[from + i + 3] ?? 0) * (b[start + i + 3] ?? 0);
  }
  for (; i < n; i++) s0 += (a[from + i] ?? 0) * (b[start + i] ?? 0);
  return s0 + s1 + s2 + s3;
}
