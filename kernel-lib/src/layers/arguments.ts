import type * as tf from '@tensorflow/tfjs-node';
import type { LayerActivation } from './activations';
import type { Direction } from './directions';
import type { ConstraintIdentifier, InitializerIdentifier, RegularizerIdentifier } from './identifiers';

/** What every layer takes. An argument that is null has its default, as in a config that went through a file. */
export interface LayerArgs {
  /** One is made up unless given. Weights are stored under it. */
  name?: string;
  /** Whether training changes the weights: true unless given. */
  trainable?: boolean;
  /** What the first layer of `tf.sequential` needs: [time, input], the time null where it varies. */
  inputShape?: tf.Shape;
  /** What the first layer of `tf.sequential` needs where it is stateful: [batch, time, input]. */
  batchInputShape?: tf.Shape;
  /** The batch that goes with `inputShape`. */
  batchSize?: number;
  /** The size of the input where `inputShape` is not given. */
  inputDim?: number;
  /** The time that goes with `inputDim`; it varies unless given. */
  inputLength?: number;
  /** Weights to begin with, as `getWeights` gives them. */
  weights?: tf.Tensor[];
}

/** What every recurrent layer takes: Keras's arguments, under the names of `tf.layers`. */
export interface RecurrentArgs extends LayerArgs {
  /** The size of h. */
  units: number;
  /** φ of the candidate, and of the LSTM's output: `tanh` unless given, the identity for null. */
  activation?: LayerActivation | null;
  /** Whether there are biases: true unless given. */
  useBias?: boolean;
  /** Of the weights of the input: `glorotUniform` unless given, as in Keras (`tf.layers` has `glorotNormal`). */
  kernelInitializer?: InitializerIdentifier;
  /** Of the weights of h: `orthogonal` unless given. */
  recurrentInitializer?: InitializerIdentifier;
  /** `zeros` unless given. */
  biasInitializer?: InitializerIdentifier;
  /** Adds a penalty on the weights of the input to the loss, which `tf.layers` leaves out for recurrent layers. */
  kernelRegularizer?: RegularizerIdentifier | null;
  /** Adds a penalty on the weights of h to the loss. */
  recurrentRegularizer?: RegularizerIdentifier | null;
  /** Adds a penalty on the biases to the loss. */
  biasRegularizer?: RegularizerIdentifier | null;
  /** Adds a penalty on all that the layer gives to the loss, not divided by the batch, as in Keras 3. */
  activityRegularizer?: RegularizerIdentifier | null;
  /** Applied to the weights of the input after every update, which `fit` of `tf.layers` leaves out for every layer. */
  kernelConstraint?: ConstraintIdentifier | null;
  /** Applied to the weights of h after every update. */
  recurrentConstraint?: ConstraintIdentifier | null;
  /** Applied to the biases after every update. */
  biasConstraint?: ConstraintIdentifier | null;
  /** In training, how many of the input's features are dropped, the same ones at every step: 0 unless given. */
  dropout?: number;
  /** In training, how much of h is dropped before it is read, the same units at every step: 0 unless given. */
  recurrentDropout?: number;
  /**
   * What every draw, of first weights and of dropout, depends on, together with `goBackwards`: an integer from 0 to 2^53 - 1.
   * Layers that should differ need seeds that differ. One is drawn unless given, and not written into the config.
   */
  seed?: number | null;
  /** Give h after every step [batch, time, units] rather than after the last one [batch, units]. */
  returnSequences?: boolean;
  /** Give the last state, too: [output, h] or [output, h, c]. */
  returnState?: boolean;
  /** Read from the last step to the first, and give the steps in that order. */
  goBackwards?: boolean;
  /** Go on, in every batch, from the state that the one before ended in, until `resetStates`. The batch has one fixed size. */
  stateful?: boolean;
  /**
   * Where the mask is 0, give 0 rather than the h before: false unless given. Before the first step that is taken, that h is the
   * initial state's, as in `tf.layers`; Keras gives 0 there in either case.
   */
  zeroOutputForMask?: boolean;
  /** Taken for the sake of `tf.layers`, where it has no effect either. */
  unroll?: boolean;
}

/** What the gated layers take besides. */
export interface GatedArgs extends RecurrentArgs {
  /** σ of the gates: `sigmoid` unless given, as in Keras since 2.3 (`tf.layers` has `hardSigmoid`, a / 5 + 1/2). */
  recurrentActivation?: LayerActivation | null;
  /** Taken for the sake of `tf.layers`, where it has no effect either. */
  implementation?: number;
}

/** The arguments of `layers.gru`. */
export interface GruArgs extends GatedArgs {
  /**
   * Where the reset gate stands: behind the product with the recurrent weights, as Keras has it by default (and cuDNN and
   * PyTorch), or before it, as `tf.layers` has it.
   */
  resetAfter?: boolean;
}

/** The arguments of `layers.lstm`. */
export interface LstmArgs extends GatedArgs {
  /** Begin with a forget gate that is open, its bias 1: true unless given, as in Keras (`tf.layers` has 0). */
  unitForgetBias?: boolean;
}

/** How the outputs of both directions are put together; null: not at all. */
export type MergeMode = 'concat' | 'sum' | 'mul' | 'ave' | null;

/** The arguments of `layers.bidirectional`. */
export interface BidirectionalArgs extends LayerArgs {
  /** Reads forward: one of this library's recurrent layers, which is copied without its weights, or what its config says. */
  layer: Direction;
  /**
   * Reads backward: one with `goBackwards`, and `returnSequences`, `returnState` and `stateful` as in the other. The same as the
   * other one, in the other direction, unless given.
   */
  backwardLayer?: Direction | null;
  /** 'concat' unless given: [.., 2 units]; with null, [forward, backward] rather than one output. */
  mergeMode?: MergeMode;
}
