import type * as tf from '@tensorflow/tfjs-node';
import type { Activation } from '../cells';
import { checkRate } from '../sequence/dropout';
import { checkSize } from '../tensor';
import { readActivation, writtenActivation } from './activations';
import type { RecurrentArgs } from './arguments';
import {
  readConstraint,
  readInitializer,
  readRegularizer,
  written,
  type Constraint,
  type Initializer,
  type Regularizer,
} from './identifiers';

/** The weights of a recurrent layer, as their arguments begin. */
export const weightKinds = ['kernel', 'recurrent', 'bias'] as const;
export type WeightKind = (typeof weightKinds)[number];

/** What is to be known about one weight before it is there. */
export interface WeightOptions {
  readonly initializer: Initializer;
  readonly regularizer: Regularizer | null;
  readonly constraint: Constraint | null;
}

/** The arguments that all recurrent layers have in common, checked, with nothing left open. */
export interface RecurrentOptions {
  readonly units: number;
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly weights: Readonly<Record<WeightKind, WeightOptions>>;
  readonly activityRegularizer: Regularizer | null;
  readonly dropout: number;
  readonly recurrentDropout: number;
  readonly seed: number | null;
  readonly returnSequences: boolean;
  readonly returnState: boolean;
  readonly goBackwards: boolean;
  readonly stateful: boolean;
  readonly zeroOutputForMask: boolean;
}

const defaults = { kernel: 'glorotUniform', recurrent: 'orthogonal', bias: 'zeros' } as const;

/** @throws Error, one sentence, for the first argument that cannot be used */
export function readOptions(args: RecurrentArgs): RecurrentOptions {
  checkSize('units', args.units);
  const rate = (name: 'dropout' | 'recurrentDropout'): number => {
    const given: number | null = args[name] ?? 0;
    checkRate(name, given);
    return given;
  };
  const weight = (kind: WeightKind): WeightOptions => ({
    initializer: readInitializer(`${kind}Initializer`, args[`${kind}Initializer`], defaults[kind]),
    regularizer: readRegularizer(`${kind}Regularizer`, args[`${kind}Regularizer`]),
    constraint: readConstraint(`${kind}Constraint`, args[`${kind}Constraint`]),
  });
  return {
    units: args.units,
    activation: readActivation('activation', args.activation, 'tanh'),
    useBias: readFlag('useBias', args.useBias, true),
    weights: { kernel: weight('kernel'), recurrent: weight('recurrent'), bias: weight('bias') },
    activityRegularizer: readRegularizer('activityRegularizer', args.activityRegularizer),
    dropout: rate('dropout'),
    recurrentDropout: rate('recurrentDropout'),
    seed: readSeed(args.seed),
    returnSequences: readFlag('returnSequences', args.returnSequences, false),
    returnState: readFlag('returnState', args.returnState, false),
    goBackwards: readFlag('goBackwards', args.goBackwards, false),
    stateful: readFlag('stateful', args.stateful, false),
    zeroOutputForMask: readFlag('zeroOutputForMask', args.zeroOutputForMask, false),
  };
}

/** The arguments again, as a config writes them. */
export function writtenOptions({ weights, ...options }: RecurrentOptions): tf.serialization.ConfigDict {
  const config: tf.serialization.ConfigDict = {
    ...options,
    activation: writtenActivation(options.activation),
    activityRegularizer: written(options.activityRegularizer),
  };
  for (const kind of weightKinds) {
    config[`${kind}Initializer`] = written(weights[kind].initializer);
    config[`${kind}Regularizer`] = written(weights[kind].regularizer);
    config[`${kind}Constraint`] = written(weights[kind].constraint);
  }
  return config;
}

/** @throws Error unless it is true, false or not given */
export function readFlag(argument: string, given: unknown, fallback: boolean): boolean {
  if (given === undefined || given === null) return fallback;
  if (typeof given === 'boolean') return given;
  throw new Error(`${argument}: got ${JSON.stringify(given)}, expected true or false.`);
}

function readSeed(given: number | null | undefined): number | null {
  if (given === undefined || given === null) return null;
  if (Number.isSafeInteger(given) && given >= 0) return given;
  throw new Error(`seed: got ${given}, expected an integer from 0 to 2^53 - 1.`);
}
