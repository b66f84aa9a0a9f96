import * as tf from '@tensorflow/tfjs-node';
import { gru, lstm, type Params } from '../cells';
import * as native from '../native';
import { at, glorotUniform, orthogonal, type Rng } from '../tensor';

/** What turns a text's vectors into one vector. */
export type ReaderName = 'lstm' | 'gru' | 'bidirectional' | 'mean';

/** A reader's parameters: its layers by name, each named as in its equations. */
export type ReaderParams = Readonly<Record<string, Params>>;

/** What a reader is told besides its parameters and xs [batch, time, embedding]. */
export interface ReadingOptions {
  /** [batch, time]: 0 where there is padding. */
  readonly words: tf.Tensor2D;
  /** New masks of a layer for x_t and h_{t-1}, whose gates are so many; none where nothing is dropped. */
  readonly masks: (widths: { readonly input: number; readonly hidden: number }, gates: number) => native.DropoutMasks;
}

/** One way to read. */
export interface Reader {
  init(sizes: Sizes, rng: Rng): ReaderParams;
  /** How many numbers it makes of a text. */
  features(hiddenSize: number, embeddingSize: number): number;
  /** [batch, features] */
  read(params: ReaderParams, xs: tf.Tensor3D, options: ReadingOptions): tf.Tensor2D;
}

/** How wide the vectors are. */
export interface Sizes {
  readonly embeddingSize: number;
  readonly hiddenSize: number;
}

export const readers: Readonly<Record<ReaderName, Reader>> = {
  /** h after the last word. */
  lstm: recurrent('lstm'),
  gru: recurrent('gru'),
  /** Two layers in both directions; of the second, the last state of each. */
  bidirectional: {
    init: ({ embeddingSize, hiddenSize }, rng) =>
      Object.fromEntries(
        [1, 2].flatMap((n) =>
          (['forward', 'backward'] as const).map((direction) => {
            const width = n === 1 ? embeddingSize : 2 * hiddenSize;
            return [`${direction}${n}`, drawAsKeras('lstm', width, hiddenSize, rng)];
          }),
        ),
      ),
    features: (hiddenSize) => 2 * hiddenSize,
    read(params, xs, options) {
      const both = (n: number, below: tf.Tensor3D): Walked[] => [
        walk('lstm', params[`forward${n}`], below, options),
        walk('lstm', params[`backward${n}`], below, options, true),
      ];
      const lower = both(1, xs).map(({ outputs }) => outputs);
      const upper = both(2, tf.concat(lower, 2)).map(({ final }) => final);
      return tf.concat(upper, 1);
    },
  },
  /** The mean of the words' vectors: a bag. */
  mean: {
    init: () => ({}),
    features: (_, embeddingSize) => embeddingSize,
    read(_, xs, { words }) {
      const counted = words.expandDims<tf.Tensor3D>(2);
      return xs.mul(counted).sum<tf.Tensor2D>(1).div(words.sum(1, true).maximum(1));
    },
  },
};

type Kind = 'lstm' | 'gru';

/** In Keras's order. */
const gates: Readonly<Record<Kind, readonly string[]>> = { lstm: ['i', 'f', 'g', 'o'], gru: ['z', 'r', 'h'] };

function recurrent(kind: Kind): Reader {
  return {
    init: ({ embeddingSize, hiddenSize }, rng) => ({ [kind]: drawAsKeras(kind, embeddingSize, hiddenSize, rng) }),
    features: (hiddenSize) => hiddenSize,
    read: (params, xs, options) => walk(kind, params[kind], xs, options).final,
  };
}

interface Walked {
  readonly outputs: tf.Tensor3D;
  readonly final: tf.Tensor2D;
}

function walk(
  kind: Kind,
  params: Params | undefined,
  xs: tf.Tensor3D,
  { masks }: ReadingOptions,
  reverse = false,
): Walked {
  const hidden = (params?.[kind === 'lstm' ? 'Whi' : 'Whz'] as tf.Tensor2D).shape[0];
  const options = { reverse, ...masks({ input: xs.shape[2], hidden }, gates[kind].length) };
  const { outputs, final } =
    kind === 'lstm' ? native.lstm(params as never, xs, options) : native.gru(params as never, xs, options);
  return { outputs, final: final.h };
}

/**
 * The cell's parameters as Keras draws them, all gates as one matrix: Glorot for [input, gates · hidden], orthogonal for
 * [hidden, gates · hidden], 1 for the LSTM's bf, 0 for every other bias.
 */
function drawAsKeras(kind: Kind, inputSize: number, hiddenSize: number, rng: Rng): Params {
  return tf.tidy(() => {
    const drawn =
      kind === 'lstm' ? lstm.init({ inputSize, hiddenSize, rng }) : gru.init({ inputSize, hiddenSize, rng });
    const names = gates[kind];
    const packed = {
      Wx: glorotUniform(rng, [inputSize, names.length * hiddenSize]),
      Wh: orthogonal(rng, [hiddenSize, names.length * hiddenSize]),
    };
    const of = (part: 'Wx' | 'Wh'): [string, tf.Tensor][] => {
      const parts = tf.split(packed[part], names.length, 1);
      return names.map((gate, k) => [`${part}${gate}`, at(parts, k)]);
    };
    return { ...drawn, ...Object.fromEntries([...of('Wx'), ...of('Wh')]) };
  });
}
