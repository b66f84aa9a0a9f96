import * as tf from '@tensorflow/tfjs-node';
import { checkCount } from './memory';

/** What the methods of a layer take and give, which tfjs declares and does not export. */
export type Tensors = tf.Tensor | tf.Tensor[];
export type Symbols = tf.SymbolicTensor | tf.SymbolicTensor[];
export type Kwargs = Parameters<tf.layers.Layer['call']>[1];
export type Disposed = ReturnType<tf.layers.Layer['dispose']>;

/** What a layer is called with, each under its name. */
export interface Call<T extends tf.Tensor | tf.SymbolicTensor> {
  readonly xs: T;
  readonly initialState?: T[];
  readonly mask?: tf.Tensor2D;
  readonly training: boolean;
}

/**
 * Takes apart what a layer was called with. The initial state comes either as an argument of its own or, from a functional
 * model, behind xs in one list; the mask in a list where there is more than one input.
 *
 * @throws Error for an initial state in both places: the layers of tfjs leave theirs in the arguments that a model hands on to the
 * layers behind them
 */
export function separated<T extends tf.Tensor | tf.SymbolicTensor>(
  inputs: T | T[],
  kwargs: Kwargs | undefined,
): Call<T> {
  const [xs, ...behind] = listOf(inputs) as [T, ...T[]];
  const given = kwargs?.initialState as T | T[] | null | undefined;
  const beside = given === undefined || given === null ? [] : listOf(given);
  if (Array.isArray(inputs) && beside.length > 0) {
    throw new Error('initialState: got one beside a list of inputs, expected [xs, ...initialState], or xs on its own.');
  }
  const initialState = [...behind, ...beside];
  const [mask] = listOf(kwargs?.mask as tf.Tensor2D | tf.Tensor2D[] | null | undefined);
  return {
    xs,
    ...(initialState.length > 0 && { initialState }),
    ...(mask && { mask }),
    training: kwargs?.training === true,
  };
}

/**
 * Applies a layer to its input and, where there is one, its initial state. Tensors are called with as they are; to tfjs, symbols
 * are inputs like any other, and it wants a specification of each.
 *
 * @param apply that of `tf.layers.Layer`
 * @throws Error for an initial state of another number of parts, or symbols of another shape
 */
export function applyWithState(
  layer: tf.layers.Layer & { readonly stateNames: readonly string[]; readonly stateSizes: readonly number[] },
  inputs: Tensors | Symbols,
  kwargs: Kwargs | undefined,
  apply: (inputs: Tensors | Symbols, kwargs: Kwargs) => Tensors | Symbols,
): Tensors | Symbols {
  const { xs, initialState } = separated(inputs as Tensors, kwargs);
  const others = { ...kwargs, initialState: undefined };
  if (initialState === undefined) return apply(xs, others);
  checkCount('initialState', initialState, layer.stateNames);
  if (!(xs instanceof tf.SymbolicTensor)) return apply(xs, { ...others, initialState });

  initialState.forEach(({ shape }, k) => {
    const [name = k, size = 0] = [layer.stateNames[k], layer.stateSizes[k]];
    if (shape.length === 2 && shape[1] === size) return;
    throw new Error(
      `initialState.${name}: got shape ${JSON.stringify(shape)}, expected [batch, ${size}], as units say.`,
    );
  });
  const stateSpecs = initialState.map(({ shape }) => new tf.InputSpec({ shape }));
  layer.inputSpec = [...listOf(layer.inputSpec), ...stateSpecs];
  try {
    return apply([xs, ...initialState], others);
  } finally {
    layer.inputSpec = listOf(layer.inputSpec).slice(0, 1);
  }
}

/** The first of what may be several shapes: that of xs. */
export const firstShape = (shapes: tf.Shape | tf.Shape[]): tf.Shape =>
  (Array.isArray(shapes[0]) ? shapes[0] : shapes) as tf.Shape;

/** One thing or a list of them, as a list. */
export const listOf = <T>(things: T | T[]): T[] => (Array.isArray(things) ? things : [things]);

/** A list of one as that one, as tfjs gives and takes it. */
export const singleOf = <T>(things: T[]): T | T[] => (things.length === 1 ? (things[0] as T) : things);

/**
 * The arguments of a layer as `tf.layers.Layer` takes them: without those that a config says are null, and `inputDim` and
 * `inputLength` as a shape.
 */
export function baseArgs(args: object): object {
  const given = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null && value !== undefined));
  const { inputDim, inputLength, ...rest } = given;
  if (inputDim === undefined || 'inputShape' in rest || 'batchInputShape' in rest) return rest;
  return { ...rest, inputShape: [inputLength ?? null, inputDim] };
}
