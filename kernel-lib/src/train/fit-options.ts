import type * as tf from '@tensorflow/tfjs-node';
import type { Rng } from '../tensor';
import { checkEarlyStop, type EarlyStopOptions } from './early-stop';
import type { History } from './history';
import type { Optimizer } from './optimizer';
import type { ParamTree } from './params';

/** Gradients by hand: what a `bptt` function gives, under the names of the parameters. */
export interface LossAndGradients<P extends ParamTree> {
  readonly loss: number | tf.Tensor;
  /** ∂loss/∂params, each of its parameter's shape. Disposed by the loop. */
  readonly grads: {
    readonly [K in keyof P]: P[K] extends tf.Tensor ? tf.Tensor : Readonly<Record<keyof P[K], tf.Tensor>>;
  };
}

/** What a hook sees. `params` are live: read them, run them, do not dispose them. */
export interface StepReport<P extends ParamTree> {
  /** From 1, over all epochs. */
  readonly step: number;
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  readonly params: P;
  readonly history: History;
}

/** What `onEpoch` is told. */
export interface EpochReport<P extends ParamTree> {
  readonly epoch: number;
  /** How many steps were taken in all. */
  readonly step: number;
  /** The mean over the epoch's steps. */
  readonly loss: number;
  readonly validationLoss?: number;
  readonly params: P;
  readonly history: History;
}

/** Where and how often a run is saved, and whether it goes on from there. */
export interface CheckpointOptions {
  readonly path: string;
  /** Save after every so many steps; without it, after every epoch. The end of the run is saved in either case. */
  readonly everySteps?: number;
  /** Go on from the file if it is there. The run is then the one that was never interrupted, bit for bit. */
  readonly resume?: boolean;
}

interface CommonOptions<P extends ParamTree, Batch> {
  /** Where to start. The tensors stay the caller's and are not changed. */
  readonly params: P;
  /** One epoch's batches; `epoch` counts from 1. Tensors in a batch stay the caller's. */
  readonly batches: (epoch: number, rng: Rng) => Iterable<Batch> | AsyncIterable<Batch>;
  /** `train.adam` and its like, or any of `tf.train`. Its moments stay with it: a second `fit` goes on where the first ended. */
  readonly optimizer: Optimizer;
  /** Train for so many passes over the batches... */
  readonly epochs?: number;
  /** ...or for so many steps, whichever ends first. */
  readonly steps?: number;
  /** Scale the gradient to at most this norm (`clipByGlobalNorm`). */
  readonly clipNorm?: number;
  /**
   * The learning rate of each step, from 1: one of `schedules`, or any function. It may look at the run so far, which a
   * resumed run has as well. Overrides the optimizer's.
   */
  readonly learningRate?: (step: number, history: History) => number;
  /**
   * Where `batches` and `loss` draw from: epoch and step each get a fork of their own, which depends on the seed and on
   * their number alone. Drawing from it is what lets a resumed run go on exactly.
   */
  readonly rng?: Rng;
  /** The loss on other data, after every epoch. */
  readonly validate?: (params: P) => number | Promise<number>;
  /** Watches the validation loss where there is one, the epoch's mean loss otherwise. */
  readonly earlyStop?: EarlyStopOptions;
  readonly checkpoint?: CheckpointOptions;
  /** After every step; awaited. */
  readonly onStep?: (report: StepReport<P>) => unknown;
  /** After every epoch, before the early stop decides; awaited. */
  readonly onEpoch?: (report: EpochReport<P>) => unknown;
  /** Stops the run before its next step; what was learnt is returned. */
  readonly signal?: AbortSignal;
  /** The label of the progress bar, or false for none. Default 'training'. */
  readonly progress?: string | boolean;
}

/** Either `loss`, differentiated by tfjs, or `gradients`, by hand. */
export type FitOptions<P extends ParamTree, Batch> = CommonOptions<P, Batch> &
  (
    | {
        /** The scalar to make small; its gradient is found by tfjs. */
        readonly loss: (params: P, batch: Batch, rng: Rng) => tf.Tensor;
        readonly gradients?: undefined;
      }
    | {
        /** The loss and its gradient by hand, as `bptt` gives it. */
        readonly gradients: (params: P, batch: Batch, rng: Rng) => LossAndGradients<P>;
        readonly loss?: undefined;
      }
  );

/** What a run leaves: the learnt parameters, its history and why it stopped. */
export interface FitResult<P extends ParamTree> {
  /** New tensors, the caller's to dispose. */
  readonly params: P;
  readonly history: History;
  readonly stopped: 'finished' | 'aborted' | 'early stop';
  /** The epoch whose parameters these are, where an early stop restored it. */
  readonly bestEpoch?: number;
}

/** @throws Error, one sentence, for the first option that cannot be used */
export function checkOptions<P extends ParamTree, Batch>(options: FitOptions<P, Batch>): void {
  const { epochs, steps, clipNorm, earlyStop, checkpoint } = options;
  if ((options.loss === undefined) === (options.gradients === undefined)) {
    const got = options.loss === undefined ? 'neither loss nor gradients' : 'both loss and gradients';
    throw new Error(`fit: got ${got}, expected one of them.`);
  }
  if (epochs === undefined && steps === undefined)
    throw new Error('fit: got neither epochs nor steps, expected at least one.');
  checkCount('epochs', epochs);
  checkCount('steps', steps);
  checkCount('checkpoint.everySteps', checkpoint?.everySteps);
  if (clipNorm !== undefined && !(clipNorm > 0)) {
    throw new Error(`fit: clipNorm is ${clipNorm}, expected a number above 0; leave it out for no clipping.`);
  }
  if (earlyStop !== undefined) checkEarlyStop(earlyStop);
}

function checkCount(name: string, value: number | undefined): void {
  if (value === undefined || (Number.isInteger(value) && value >= 1)) return;
  throw new Error(`fit: ${name} is ${value}, expected an integer of at least 1.`);
}
