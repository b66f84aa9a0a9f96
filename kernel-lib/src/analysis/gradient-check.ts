import * as tf from '@tensorflow/tfjs-node';
import { at, type Rng } from '../tensor';
import { checkSameShapes, flatten, unflatten, type FlatParams, type ParamTree } from '../train/params';
import { pullback } from './pullback';

/** What to compare the differences with, and how many. */
export type GradientCheckOptions<P extends ParamTree> = Readonly<{
  /** ∂E/∂params to be checked, as a backward pass by hand gives it; autodiff's unless given. */
  gradients?: {
    readonly [K in keyof P]: P[K] extends tf.Tensor ? tf.Tensor : Readonly<Record<keyof P[K], tf.Tensor>>;
  };
  /**
   * ε, the step for a number of size up to 1 (larger ones move by ε |θ|). Default 1e-2: rounding of float32 spoils the
   * difference like 1/ε, the curvature of E like ε².
   */
  epsilon?: number;
}> &
  (
    | Readonly<{ samples?: undefined; rng?: undefined }>
    | Readonly<{
        /** How many elements of each parameter to look at, drawn anew for each; all of them unless given. */
        samples: number;
        rng: Rng;
      }>
  );

/** One element of a parameter, both ways. */
export interface CheckedElement {
  /** The parameter's name; with a dot between, where it stands in a record of its own: `rnn.Whh`. */
  readonly name: string;
  readonly index: readonly number[];
  readonly analytic: number;
  /** (E(θ + ε) − E(θ − ε)) / 2ε */
  readonly numeric: number;
  /**
   * |analytic − numeric| by the largest of: both, the root mean square of the parameter's gradient, and a hundred roundings of
   * the difference, 100 · 2⁻²⁴ |E| / ε, below which float32 tells nothing.
   */
  readonly relativeError: number;
}

/** A gradient beside central differences. */
export interface GradientCheck {
  /** The element that agrees least. */
  readonly worst: CheckedElement;
  /** The largest relative error of each parameter. */
  readonly byParameter: Readonly<Record<string, number>>;
  /** Everything that was compared, in the order of the parameters. */
  readonly elements: readonly CheckedElement[];
}

/**
 * Compares a gradient with central differences, element by element:
 *   ∂E/∂θ ≈ (E(θ + ε) − E(θ − ε)) / 2ε,  up to ε² E‴/6 and rounding of about 1e-7 |E| / ε
 * For a right gradient of a smooth E expect relative errors below 2e-2, most of them far below; a wrong one shows errors near 1.
 * Where f has a bend (ReLU) a difference may straddle it. It runs E twice an element.
 * ```ts
 * analysis.gradientCheck((p) => loss(unroll(rnn, p, xs).outputs), params).worst;
 * ```
 *
 * @param loss E, a scalar that depends on the parameters alone
 * @throws Error for a loss that is no finite scalar or not the same twice, gradients that do not fit the parameters, and
 *   options out of range
 */
export function gradientCheck<P extends ParamTree>(
  loss: (params: P) => tf.Tensor,
  params: P,
  options: GradientCheckOptions<P> = {},
): GradientCheck {
  const { epsilon = 1e-2, gradients, rng, samples } = options;
  checkOptions(options);
  const flat = flatten('params', params);
  const smallest = (100 * 2 ** -24 * checkedLoss(loss, params)) / epsilon;
  const analytic = gradients === undefined ? byAutodiff(loss, params, flat) : byHand(gradients, flat);
  const checked = Object.entries(flat).map(([name, tensor]) => {
    const places = [...Array(tensor.size).keys()];
    const E = (moved: tf.Tensor): tf.Tensor => loss(unflatten(params, { ...flat, [name]: moved }));
    const drawn = rng === undefined ? places : rng.shuffle(places).slice(0, samples);
    const pairs = drawn.map((place) => ({
      index: indexOf(place, tensor.shape),
      analytic: analytic[name]?.[place] ?? NaN,
      numeric: centralDifference(E, tensor, place, epsilon),
    }));
    return [name, withErrors(name, pairs, smallest)] as const;
  });
  const elements = checked.flatMap(([, of]) => of);
  const byParameter = checked.map(([name, of]) => [name, of.reduce(worse).relativeError] as const);
  return { worst: elements.reduce(worse), byParameter: Object.fromEntries(byParameter), elements };
}

/** (E(θ + ε) − E(θ − ε)) / 2ε, by the step that float32 really takes. */
function centralDifference(E: (moved: tf.Tensor) => tf.Tensor, θ: tf.Tensor, place: number, epsilon: number): number {
  const values = Float32Array.from(θ.dataSync());
  const own = values[place] ?? NaN;
  const ε = epsilon * Math.max(1, Math.abs(own));
  const [above, below] = [Math.fround(own + ε), Math.fround(own - ε)];
  const [EAbove = NaN, EBelow = NaN] = [above, below].map((moved) => {
    values[place] = moved;
    return tf.tidy(() => valueOf(E(tf.tensor(values.slice(), θ.shape))));
  });
  return (EAbove - EBelow) / (above - below);
}

type Pair = Readonly<{ index: number[]; analytic: number; numeric: number }>;

function withErrors(name: string, pairs: readonly Pair[], smallest: number): CheckedElement[] {
  const meanSquare = pairs.reduce((sum, { analytic, numeric }) => sum + analytic ** 2 + numeric ** 2, 0) / (2 * pairs.length); // prettier-ignore
  return pairs.map((pair) => {
    const gap = Math.abs(pair.analytic - pair.numeric);
    const size = Math.max(Math.abs(pair.analytic), Math.abs(pair.numeric), Math.sqrt(meanSquare), smallest);
    return { name, ...pair, relativeError: gap === 0 ? 0 : gap / size };
  });
}

/** The one that agrees less; a NaN agrees with nothing. */
function worse(a: CheckedElement, b: CheckedElement): CheckedElement {
  return Number.isNaN(a.relativeError) || a.relativeError >= b.relativeError ? a : b;
}

type Numbers = Readonly<Record<string, ArrayLike<number>>>;

function byAutodiff<P extends ParamTree>(loss: (params: P) => tf.Tensor, params: P, flat: FlatParams): Numbers {
  const numbers: Record<string, ArrayLike<number>> = {};
  tf.tidy(() => {
    const grads = pullback(() => loss(params), Object.values(flat));
    for (const [k, name] of Object.keys(flat).entries()) numbers[name] = at(grads, k).dataSync();
  });
  return numbers;
}

function byHand(gradients: ParamTree, flat: FlatParams): Numbers {
  const given = flatten('gradients', gradients);
  checkSameShapes('gradients', given, flat, 'every parameter needs its gradient, of its own shape');
  return Object.fromEntries(Object.keys(flat).map((name) => [name, given[name]?.dataSync() ?? []]));
}

type Numeric = Readonly<{ epsilon?: number | undefined; rng?: Rng | undefined; samples?: number | undefined }>;

function checkOptions({ epsilon = 1e-2, rng, samples }: Numeric): void {
  if (!(epsilon > 0 && epsilon < 1)) throw new Error(`epsilon: got ${epsilon}, expected a number between 0 and 1.`);
  if ((samples === undefined) !== (rng === undefined)) {
    throw new Error('gradientCheck: got one of samples and rng, expected both, or neither to check every element.');
  }
  if (samples !== undefined && !(Number.isInteger(samples) && samples >= 1)) {
    throw new Error(`samples: got ${samples}, expected how many elements of each parameter to check, 1 or more.`);
  }
}

/** |E|. */
function checkedLoss<P extends ParamTree>(loss: (params: P) => tf.Tensor, params: P): number {
  const [E = NaN, again] = [1, 2].map(() => tf.tidy(() => valueOf(loss(params))));
  if (!Number.isFinite(E)) throw new Error(`loss: got ${E}, expected a finite number to take differences of.`);
  if (E !== again) {
    throw new Error(
      `loss: got ${E}, then ${again} from the same parameters; let what it draws come from a fixed seed.`,
    );
  }
  return Math.abs(E);
}

function valueOf(loss: tf.Tensor): number {
  if (!((loss as unknown) instanceof tf.Tensor)) {
    throw new Error(`loss: got ${String(loss)}, expected a scalar tensor; return the loss itself, not a number read from it.`); // prettier-ignore
  }
  if (loss.rank !== 0) {
    throw new Error(`loss: got shape [${loss.shape.join(', ')}], expected a scalar; take its mean or sum.`);
  }
  return loss.dataSync()[0] ?? NaN;
}

function indexOf(place: number, shape: readonly number[]): number[] {
  let rest = place;
  return [...shape]
    .reverse()
    .map((size) => {
      const index = rest % size;
      rest = (rest - index) / size;
      return index;
    })
    .reverse();
}
