import * as tf from '@tensorflow/tfjs-node';
import { Recurrent } from './recurrent';
import { layerFrom } from './registry';

/** A recurrent layer of this library, or what a config says of one. */
export type Direction = Recurrent | Described;

/** What a config says of a layer. */
export interface Described {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** The two layers of a bidirectional one, new and without weights. */
export interface Directions {
  readonly forward: Recurrent;
  readonly backward: Recurrent;
}

/** @throws Error, one sentence, for layers that cannot be read by, or do not go together */
export function bothDirections(given: Direction, givenBackward?: Direction | null): Directions {
  const layer = describe(given);
  const backwardLayer = givenBackward ? describe(givenBackward) : undefined;
  const forward = make('layer', 'forward', layer);
  const turned = { ...layer, config: { ...layer.config, goBackwards: !forward.goBackwards } };
  const backward = make('backwardLayer', 'backward', backwardLayer ?? turned);
  if (forward.goBackwards === backward.goBackwards) {
    throw new Error(
      `backwardLayer: got goBackwards ${backward.goBackwards} in both, expected a layer that reads the other way than layer.`,
    );
  }
  for (const option of ['returnSequences', 'returnState', 'stateful'] as const) {
    if (forward[option] === backward[option]) continue;
    throw new Error(
      `backwardLayer: got ${option} ${backward[option]}, expected ${forward[option]}; it must match that of layer.`,
    );
  }
  return { forward, backward };
}

/** What the layer was made from. */
export function describeDirection(layer: Recurrent): tf.serialization.ConfigDict {
  const name = layer.name.replace(/^(forward|backward)_/, '');
  return { className: layer.getClassName(), config: { ...layer.getConfig(), name } };
}

function describe(given: Direction): Described {
  return given instanceof Recurrent ? { className: given.getClassName(), config: given.getConfig() } : given;
}

function make(argument: string, direction: string, described: Partial<Described>): Recurrent {
  const { className = classNameOf(described), config } = described;
  const layer = layerFrom(className, { ...config, name: `${direction}_${String(config?.name)}` });
  if (layer) return layer;
  throw new Error(
    `${argument}: got ${className}, expected one of layers.simpleRNN, layers.gru and layers.lstm; for a layer of tf.layers ` +
      'there is tf.layers.bidirectional.',
  );
}

const classNameOf = (given: object): string =>
  given instanceof tf.layers.Layer ? `the ${given.getClassName()} of tf.layers` : JSON.stringify(given);
