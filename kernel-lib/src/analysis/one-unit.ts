/** The two parameters of the one-unit net, or a gradient with respect to them. */
export interface OneUnitParams {
  readonly w: number;
  readonly b: number;
}

/** How long the net runs, from where, and what it is to say: 50 steps from 0.5 and 0.7 unless told, as in the paper's figure. */
export interface OneUnitOptions {
  readonly steps?: number;
  readonly start?: number;
  readonly target?: number;
}

/** One run of the one-unit net, forward and back. */
export interface OneUnitRun {
  /** x_0, x_1, ..., x_T. */
  readonly states: readonly number[];
  /** E. */
  readonly error: number;
  /** ∂E/∂w and ∂E/∂b. */
  readonly gradient: OneUnitParams;
  readonly gradientNorm: number;
}

/**
 * The recurrent net of one unit whose error surface has walls: Pascanu, Mikolov and Bengio 2013, On the difficulty of training
 * recurrent neural networks, figure 6.
 *   x_t = w σ(x_{t-1}) + b,   E = (σ(x_T) − target)²
 * and its gradient, carried forward beside the state:
 *   ∂x_t/∂w = σ(x_{t-1}) + w σ'(x_{t-1}) ∂x_{t-1}/∂w,   ∂x_t/∂b = 1 + w σ'(x_{t-1}) ∂x_{t-1}/∂b
 *
 * @throws Error when steps is no positive integer
 */
export function oneUnit({ w, b }: OneUnitParams, options: OneUnitOptions = {}): OneUnitRun {
  const { steps = 50, start = 0.5, target = 0.7 } = options;
  checkCount('steps', steps);
  const states = [start];
  let [x, dxdw, dxdb] = [start, 0, 0];
  for (let t = 1; t <= steps; t++) {
    const s = sigmoid(x);
    const jacobian = w * s * (1 - s);
    [x, dxdw, dxdb] = [w * s + b, s + jacobian * dxdw, 1 + jacobian * dxdb];
    states.push(x);
  }
  const y = sigmoid(x);
  const dEdx = 2 * (y - target) * y * (1 - y);
  const gradient = { w: dEdx * dxdw, b: dEdx * dxdb };
  return { states, error: (y - target) ** 2, gradient, gradientNorm: Math.hypot(gradient.w, gradient.b) };
}

/** Gradient descent on the one-unit net. */
export interface OneUnitDescentOptions extends OneUnitOptions {
  readonly from: OneUnitParams;
  readonly learningRate: number;
  /** How many updates. */
  readonly updates: number;
  /** What becomes of the gradient before it is used: shortened, cut. Left as it is unless given. */
  readonly clip?: (gradient: OneUnitParams) => OneUnitParams;
}

/** Where descent went: entry 0 is the start, so there is one more than updates, unless it left for infinity. */
export interface OneUnitDescent {
  readonly w: number[];
  readonly b: number[];
  readonly error: number[];
  /** Of each place, before clipping. */
  readonly gradientNorm: number[];
}

/**
 * Plain gradient descent, θ ← θ − learningRate · clip(∂E/∂θ), on the net of {@link oneUnit}. It ends early where a parameter is
 * no longer finite.
 *
 * @throws Error when updates or steps is no positive integer
 */
export function oneUnitDescent(options: OneUnitDescentOptions): OneUnitDescent {
  const { from, learningRate, updates, clip = unclipped } = options;
  checkCount('updates', updates);
  const path: OneUnitDescent = { w: [], b: [], error: [], gradientNorm: [] };
  let { w, b } = from;
  for (let update = 0; update <= updates && Number.isFinite(w) && Number.isFinite(b); update++) {
    const { error, gradient, gradientNorm } = oneUnit({ w, b }, options);
    path.w.push(w);
    path.b.push(b);
    path.error.push(error);
    path.gradientNorm.push(gradientNorm);
    const step = clip(gradient);
    w -= learningRate * step.w;
    b -= learningRate * step.b;
  }
  return path;
}

function checkCount(name: string, count: number): void {
  if (Number.isInteger(count) && count >= 1) return;
  throw new Error(`${name}: got ${count}, expected an integer of at least 1.`);
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const unclipped = (gradient: OneUnitParams): OneUnitParams => gradient;
