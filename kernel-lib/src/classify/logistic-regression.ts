import { minimize } from './minimize';
import type { SparseRows } from './tfidf';

/** A weight a column, and the bias. */
export interface LogisticModel {
  readonly w: Float64Array;
  readonly b: number;
  /** How many steps it took. */
  readonly steps: number;
  /** The largest slope that was left. */
  readonly slope: number;
}

/** How strongly the weights are held back, and when to stop. */
export interface LogisticOptions {
  /** C, how much the data count against the penalty: 1 unless given, as in scikit-learn. */
  readonly C?: number;
  /** Ends when no slope is larger: 1e-5 unless given, of a loss that is a mean. */
  readonly tolerance?: number;
  /** Default 200. */
  readonly maxSteps?: number;
}

/**
 * Logistic regression with a quadratic penalty:
 *   L(w, b) = mean(softplus(z_n) − y_n z_n) + ‖w‖² / (2 C N),  z_n = x_n w + b
 * a convex function with one minimum, found by L-BFGS (`minimize`). Draws nothing: the same data give the same weights. As
 * scikit-learn's LogisticRegression with nothing chosen.
 *
 * @throws Error for other than one label of 0 or 1 a row, no rows, or a C that is not above 0
 */
export function logisticRegression(
  x: SparseRows,
  labels: ArrayLike<number>,
  { C = 1, tolerance = 1e-5, maxSteps = 200 }: LogisticOptions = {},
): LogisticModel {
  check(x, labels, C);
  // the bias stands behind the weights
  const start = new Float64Array(x.width + 1);
  const found = minimize((at, slopes) => lossAndSlopes(x, labels, 1 / (C * x.rows), at, slopes), start, {
    tolerance,
    maxSteps,
  });
  const { at, steps, slope } = found;
  return { w: at.subarray(0, x.width), b: at[x.width] ?? 0, steps, slope };
}

/** P(yes) of every row. */
export function logisticProbabilities(model: Pick<LogisticModel, 'w' | 'b'>, x: SparseRows): Float32Array {
  return Float32Array.from({ length: x.rows }, (_, n) => 1 / (1 + Math.exp(-score(x, n, model.w, model.b))));
}

function score({ starts, columns, values }: SparseRows, n: number, w: Float64Array, b: number): number {
  let z = b;
  for (let k = starts[n] ?? 0; k < (starts[n + 1] ?? 0); k++) z += (values[k] ?? 0) * (w[columns[k] ?? 0] ?? 0);
  return z;
}

/**
 * The loss, and into `slopes`
 *   ∂L/∂w = mean((σ(z_n) − y_n) x_n) + w / (C N),  ∂L/∂b = mean(σ(z_n) − y_n)
 */
function lossAndSlopes(
  x: SparseRows,
  labels: ArrayLike<number>,
  penalty: number,
  w: Float64Array,
  slopes: Float64Array,
): number {
  const { starts, columns, values, rows, width } = x;
  let loss = 0;
  for (let j = 0; j < width; j++) {
    const weight = w[j] ?? 0;
    slopes[j] = penalty * weight;
    loss += (penalty / 2) * weight * weight;
  }
  slopes[width] = 0;
  for (let n = 0; n < rows; n++) {
    const [z, y] = [score(x, n, w, w[width] ?? 0), labels[n] ?? 0];
    // softplus without the exponential that overflows
    loss += (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - y * z) / rows;
    const error = (1 / (1 + Math.exp(-z)) - y) / rows;
    slopes[width] = (slopes[width] ?? 0) + error;
    for (let k = starts[n] ?? 0; k < (starts[n + 1] ?? 0); k++) {
      const j = columns[k] ?? 0;
      slopes[j] = (slopes[j] ?? 0) + error * (values[k] ?? 0);
    }
  }
  return loss;
}

function check({ rows }: SparseRows, labels: ArrayLike<number>, C: number): void {
  if (rows === 0) throw new Error('rows: got none, expected at least one text.');
  if (labels.length !== rows)
    throw new Error(`labels: got ${labels.length}, expected ${rows}, one for each of the rows.`);
  const wrong = Array.from(labels).findIndex((label) => label !== 0 && label !== 1);
  if (wrong >= 0) throw new Error(`labels: got ${labels[wrong]} at position ${wrong}, expected 0 or 1.`);
  if (!(C > 0 && C < Infinity)) throw new Error(`C: got ${C}, expected a number above 0.`);
}
