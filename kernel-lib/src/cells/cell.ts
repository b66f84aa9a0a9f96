import type * as tf from '@tensorflow/tfjs-node';

/** Parameters, named as in the equations: `Wxh`, `Whh`, `bh`, ... */
export type Params = Readonly<Record<string, tf.Tensor>>;

/** What a cell carries from one step to the next: `{ h }`, or `{ h, c }`. `h` is also the step's output. */
export interface State {
  readonly h: tf.Tensor2D;
  readonly [name: string]: tf.Tensor2D;
}

/**
 * One step of a recurrence, as a value: h_t = f(h_{t-1}, x_t).
 *
 * Adding a variant is adding one such value in one file, and one line in the registry (`cells/index.ts`).
 */
export interface Cell<P extends Params, S extends State, Options> {
  readonly name: string;
  /** Draws the parameters. */
  init(options: Options): P;
  /** Checks that the parameters fit each other, and tells the sizes that they were drawn for. */
  sizes(params: P): CellSizes;
  /** The state before the first step: zeros, each [batch, hidden]. */
  initialState(params: P, batch: number): S;
  /**
   * x_t [batch, input] and the state before it, to the state after it. Checks nothing and tidies nothing up, so that it reads
   * as the equations: whoever steps by hand does so inside of a `tf.tidy`.
   */
  step(params: P, x: tf.Tensor2D, state: S): S;
  /**
   * What the step computes on its way from x_t and the state before it, by the names of the equations and in their order.
   * Checks nothing and tidies nothing up.
   */
  gates?(params: P, x: tf.Tensor2D, state: S): Gates;
  /**
   * The same step for walking along a whole sequence xs [batch, time, input]: whatever needs no state is computed here for
   * all time steps at once, and what comes back is the step at time t. A cell without it is walked along with `step`.
   */
  hoist?(params: P, xs: tf.Tensor3D): StepAt<S>;
}

/** Gates, candidates and whatever else stands between x_t and the new state, each [batch, hidden] or as wide as the cell. */
export type Gates = Readonly<Record<string, tf.Tensor2D>>;

/** A {@link Cell} that shows its gates, each by its name in the equations. */
export interface GatedCell<P extends Params, S extends State, Options, G extends Gates> extends Cell<P, S, Options> {
  gates(params: P, x: tf.Tensor2D, state: S): G;
}

/**
 * The step at time t of a sequence. It has a method's type, so that a list of cells of every state may be a list of
 * `Cell<Params, State, ...>`.
 */
export type StepAt<S extends State> = {
  /** From the state before it to the state after it. */
  step(t: number, state: S): S;
}['step'];

/** How wide a cell's input and its output are. */
export interface CellSizes {
  readonly inputSize: number;
  readonly hiddenSize: number;
}
