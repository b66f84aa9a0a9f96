import * as tf from '@tensorflow/tfjs-node';
import { eigenvalues as eigenvaluesOf, singularValues as singularValuesOf } from '../native';
import { checkDtype, checkFinite, checkShape } from '../tensor';

/** What a recurrent matrix does when it is applied again and again. */
export interface Spectrum {
  /** λ, the largest in modulus first. */
  readonly eigenvalues: readonly { readonly re: number; readonly im: number }[];
  /** ρ = max |λ|: by what factor a step multiplies in the long run. */
  readonly spectralRadius: number;
  /** σ, the largest first: how much one step stretches each of n orthogonal directions. */
  readonly singularValues: readonly number[];
  /** σ_max = ‖W‖₂: the most that one step can stretch. */
  readonly largestSingularValue: number;
  /**
   * √(‖W‖_F² − Σ |λ|²), 0 for a normal matrix (symmetric, orthogonal, ...), whose σ are its |λ|; large where many steps may
   * first grow and then shrink. Known to about √(1e-6) ‖W‖_F, as the sums are of float32 numbers.
   */
  readonly departureFromNormality: number;
}

/**
 * Eigenvalues and singular values of a square matrix. Henrici 1962, Bounds for iterates, inverses, spectral variation and
 * fields of values of non-normal matrices, section 1.2, for the departure from normality:
 *   ρ(W) = max |λ| ≤ σ_max(W) = ‖W‖₂,   Δ(W)² = Σ σ² − Σ |λ|²
 * Shapes: W [n, n], a tensor or its rows. No tensor is left behind.
 *
 * @throws Error, before any op runs, for what is no square matrix of finite float32 numbers
 */
export function spectrum(W: tf.Tensor2D | readonly (readonly number[])[]): Spectrum {
  if (W instanceof tf.Tensor) {
    checkShape('W', W, ['n', 'n'], 'it must be square');
    checkDtype('W', W, 'float32');
  }
  return tf.tidy(() => {
    const matrix = W instanceof tf.Tensor ? W : fromRows(W);
    checkFinite('W', matrix);
    const values = eigenvaluesOf(matrix);
    const im = values.im.arraySync() as number[];
    const eigenvalues = (values.re.arraySync() as number[])
      .map((re, k) => ({ re, im: im[k] ?? NaN }))
      .sort((a, b) => modulus(b) - modulus(a));
    const singularValues = singularValuesOf(matrix).arraySync() as number[];
    return {
      eigenvalues,
      spectralRadius: Math.max(...eigenvalues.map(modulus)),
      singularValues,
      largestSingularValue: Math.max(...singularValues),
      departureFromNormality: Math.sqrt(
        Math.max(0, sum(singularValues.map((s) => s * s)) - sum(eigenvalues.map((z) => modulus(z) ** 2))),
      ),
    };
  });
}

function fromRows(rows: readonly (readonly number[])[]): tf.Tensor2D {
  const ragged = rows.find((row) => row.length !== rows.length);
  if (rows.length > 0 && ragged === undefined) return tf.tensor2d(rows.map((row) => [...row]));
  const wrong = ragged === undefined ? '' : `, one of them with ${ragged.length} numbers`;
  throw new Error(`W: got ${rows.length} rows${wrong}, expected n rows of n numbers; it is not square.`);
}

const modulus = ({ re, im }: { readonly re: number; readonly im: number }): number => Math.hypot(re, im);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
