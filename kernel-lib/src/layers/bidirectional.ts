import * as tf from '@tensorflow/tfjs-node';
import type { BidirectionalArgs, MergeMode } from './arguments';
import { bothDirections, describeDirection } from './directions';
import {
  applyWithState,
  baseArgs,
  listOf,
  separated,
  singleOf,
  type Disposed,
  type Kwargs,
  type Symbols,
  type Tensors,
} from './engine';
import { checkCount } from './memory';
import { merged, mergedShapes, readMergeMode } from './merge';
import type { Recurrent } from './recurrent';

/** The layer that {@link bidirectional} makes. */
export class Bidirectional extends tf.layers.Layer {
  static readonly className: string = 'NativeBidirectional';
  readonly mergeMode: MergeMode;
  readonly forwardLayer: Recurrent;
  readonly backwardLayer: Recurrent;
  /** What the parts of the state are called, forward and then backward. */
  readonly stateNames: readonly string[];

  /** @throws Error, one sentence, for the first argument that cannot be used */
  constructor(args: BidirectionalArgs) {
    super(baseArgs(args));
    this.mergeMode = readMergeMode(args.mergeMode);
    const { forward, backward } = bothDirections(args.layer, args.backwardLayer);
    this.forwardLayer = forward;
    this.backwardLayer = backward;
    this.stateNames = [
      ...forward.stateNames.map((name) => `forward ${name}`),
      ...backward.stateNames.map((name) => `backward ${name}`),
    ];
    this.supportsMasking = true;
    this._stateful = forward.stateful;
    this.inputSpec = [new tf.InputSpec({ ndim: 3 })];
    for (const layer of this.directions) layer.trainable = this.trainable;
  }

  get returnSequences(): boolean {
    return this.forwardLayer.returnSequences;
  }

  get returnState(): boolean {
    return this.forwardLayer.returnState;
  }

  /** The size of every part of the state. */
  get stateSizes(): readonly number[] {
    return this.directions.flatMap((layer) => layer.stateSizes);
  }

  /** The state that the next batch begins with, forward and then backward; nulls where it begins with zeros. */
  get states(): (tf.Tensor2D | null)[] {
    return this.directions.flatMap((layer) => layer.states);
  }

  override get trainable(): boolean {
    return super.trainable;
  }

  override set trainable(trainable: boolean) {
    super.trainable = trainable;
    for (const layer of this.directions) layer.trainable = trainable;
  }

  override get trainableWeights(): tf.LayerVariable[] {
    return this.directions.flatMap((layer) => layer.trainableWeights);
  }

  override get nonTrainableWeights(): tf.LayerVariable[] {
    return this.directions.flatMap((layer) => layer.nonTrainableWeights);
  }

  /** As in Keras, all of the forward layer, then all of the backward layer. */
  override get weights(): tf.LayerVariable[] {
    return this.directions.flatMap((layer) => layer.weights);
  }

  override get losses(): tf.layers.Layer['losses'] {
    return this.directions.flatMap((layer) => layer.losses);
  }

  override setFastWeightInitDuringBuild(value: boolean): void {
    super.setFastWeightInitDuringBuild(value);
    for (const layer of this.directions) layer.setFastWeightInitDuringBuild(value);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    for (const layer of this.directions) layer.build(inputShape, `${layer.name}/`);
    this.inputSpec = [...listOf(this.forwardLayer.inputSpec), ...listOf(this.inputSpec).slice(1)];
    this.built = true;
  }

  override apply(inputs: Tensors | Symbols, kwargs?: Kwargs): Tensors | Symbols {
    return applyWithState(this, inputs, kwargs, (given, others) => super.apply(given, others));
  }

  override call(inputs: Tensors, kwargs: Kwargs): Tensors {
    this.invokeCallHook(inputs, kwargs);
    const { xs, initialState } = separated(inputs, kwargs);
    if (initialState) checkCount('initialState', initialState, this.stateNames);
    const half = this.forwardLayer.stateNames.length;
    const ofForward = { ...kwargs, initialState: initialState?.slice(0, half) };
    const ofBackward = { ...kwargs, initialState: initialState?.slice(half) };
    // No tidy: penalties that the layers keep for the loss have to survive.
    const [forward, ...forwardStates] = listOf(this.forwardLayer.call(xs, ofForward)) as [tf.Tensor, ...tf.Tensor[]];
    const [backward, ...backwardStates] = listOf(this.backwardLayer.call(xs, ofBackward)) as [
      tf.Tensor,
      ...tf.Tensor[],
    ];
    const outputs = this.merge(forward, backward);
    for (const read of [forward, backward]) if (!outputs.includes(read)) read.dispose();
    return singleOf([...outputs, ...forwardStates, ...backwardStates]);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    const shapesOf = (layer: Recurrent): tf.Shape[] => {
      const shapes = layer.computeOutputShape(inputShape);
      return (this.returnState ? shapes : [shapes]) as tf.Shape[];
    };
    const [forward = [], ...forwardStates] = shapesOf(this.forwardLayer);
    const [backward = [], ...backwardStates] = shapesOf(this.backwardLayer);
    return singleOf([...mergedShapes(this.mergeMode, forward, backward), ...forwardStates, ...backwardStates]);
  }

  override computeMask(_inputs: Tensors, mask?: Tensors): Tensors {
    const [first = null] = listOf(mask ?? []);
    const output = this.returnSequences ? first : null;
    const outputs = this.mergeMode === null ? [output, output] : [output];
    return singleOf([...outputs, ...(this.returnState ? this.stateNames.map(() => null) : [])]) as Tensors;
  }

  /**
   * Lets the next batch begin with those states (forward, then backward), or with zeros.
   *
   * @throws Error, one sentence, where the layer is not stateful or not built, or the states do not fit it
   */
  override resetStates(states?: Tensors): void {
    const given = states && listOf(states);
    if (given) checkCount('states', given, this.stateNames);
    const half = this.forwardLayer.stateNames.length;
    this.forwardLayer.resetStates(given?.slice(0, half));
    this.backwardLayer.resetStates(given?.slice(half));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {
      ...super.getConfig(),
      layer: describeDirection(this.forwardLayer),
      backwardLayer: describeDirection(this.backwardLayer),
      mergeMode: this.mergeMode,
    };
  }

  override dispose(): Disposed {
    const result = super.dispose();
    if (result.refCountAfterDispose === 0) for (const layer of this.directions) layer.forget();
    return result;
  }

  private get directions(): readonly Recurrent[] {
    return [this.forwardLayer, this.backwardLayer];
  }

  /** The backward layer gives its steps in the order that it reads them, from the forward layer's last to its first. */
  private merge(forward: tf.Tensor, backward: tf.Tensor): tf.Tensor[] {
    return tf.tidy(() => merged(this.mergeMode, forward, this.returnSequences ? backward.reverse(1) : backward));
  }
}
tf.serialization.registerClass(Bidirectional);

/**
 * A recurrent layer that reads in both directions: what `tf.layers.bidirectional` and Keras's Bidirectional compute, around one
 * of this library's layers, on the native ops.
 *   y_t = merge(h→_t, h←_t)
 * where h→ reads x_1, ..., x_T and h← reads x_T, ..., x_1. Without `returnSequences` the output is merge(h→_T, h←_1). Under a mask
 * Keras sets `zeroOutputForMask` in both layers, `tf.layers` and this one do not: say so to `layer`.
 * Weights: those of the forward layer, then those of the backward layer. Shapes: xs [batch, time, input], output [batch, 2 units]
 * for `mergeMode` 'concat' and [batch, units] for the others or, with `returnSequences`, [batch, time, ...]; with `returnState`,
 * [output, the forward layer's state, the backward layer's state].
 * The first state comes as `layer.apply(xs, { initialState: [hForward, cForward, hBackward, cBackward] })`.
 * Source: Schuster and Paliwal 1997, Bidirectional recurrent neural networks.
 *
 * @throws Error, one sentence, for the first argument that cannot be used
 */
export function bidirectional(args: BidirectionalArgs): Bidirectional {
  return new Bidirectional(args);
}
