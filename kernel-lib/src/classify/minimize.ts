/** A function's value at a place; its slopes go into the second argument. */
export type Differentiable = (at: Float64Array, slopes: Float64Array) => number;

/** How many of the last steps tell of the curvature. */
const MEMORY = 10;

/**
 * The minimum of a smooth convex function, by L-BFGS: the direction is H g with H the inverse curvature that the last steps s_i
 * and the changes of slope y_i along them tell (two loops), the step the first of 1, ½, ¼, ... that goes down enough (Armijo).
 * Nocedal and Wright 2006, Numerical optimization, algorithms 7.4 and 3.1.
 *
 * @param tolerance ends when no slope is larger
 */
export function minimize(
  f: Differentiable,
  start: Float64Array,
  { tolerance, maxSteps }: { readonly tolerance: number; readonly maxSteps: number },
): { readonly at: Float64Array; readonly steps: number; readonly slope: number } {
  let at = start;
  let g = new Float64Array(start.length);
  let value = f(at, g);
  const past: Change[] = [];
  let steps = 0;
  for (; steps < maxSteps && largest(g) > tolerance; steps++) {
    const direction = curved(g, past);
    const down = dot(g, direction);
    let eta = past.length === 0 ? 1 / Math.sqrt(dot(g, g)) : 1;
    let [next, slopes, reached] = [at, g, Infinity];
    for (; eta > 1e-12; eta /= 2) {
      next = at.map((x, j) => x - eta * (direction[j] ?? 0));
      slopes = new Float64Array(at.length);
      reached = f(next, slopes);
      if (reached <= value - 1e-4 * eta * down) break;
    }
    // nothing that is lower can be told apart any more
    if (!(reached < value)) break;
    past.push(change(at, next, g, slopes));
    if (past.length > MEMORY) past.shift();
    [at, g, value] = [next, slopes, reached];
  }
  return { at, steps, slope: largest(g) };
}

/** s = x' − x and y = g' − g, with s·y. */
type Change = Readonly<{ s: Float64Array; y: Float64Array; sy: number }>;

function change(x: Float64Array, next: Float64Array, g: Float64Array, slopes: Float64Array): Change {
  const s = next.map((value, j) => value - (x[j] ?? 0));
  const y = slopes.map((value, j) => value - (g[j] ?? 0));
  return { s, y, sy: dot(s, y) };
}

/** H g */
function curved(g: Float64Array, past: readonly Change[]): Float64Array {
  const q = g.slice();
  const alphas = past.toReversed().map(({ s, y, sy }) => {
    const alpha = dot(s, q) / sy;
    addScaled(q, y, -alpha);
    return alpha;
  });
  const last = past.at(-1);
  if (last) for (let j = 0, gamma = last.sy / dot(last.y, last.y); j < q.length; j++) q[j] = gamma * (q[j] ?? 0);
  past.forEach(({ s, y, sy }, i) => {
    addScaled(q, s, (alphas[past.length - 1 - i] ?? 0) - dot(y, q) / sy);
  });
  return q;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] ?? 0) * (b[j] ?? 0);
  return sum;
}

function addScaled(a: Float64Array, b: Float64Array, factor: number): void {
  for (let j = 0; j < a.length; j++) a[j] = (a[j] ?? 0) + factor * (b[j] ?? 0);
}

const largest = (g: Float64Array): number => g.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
