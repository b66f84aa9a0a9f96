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
  /** A new dropout mask [batch, width], once for every layer; undefined where nothing is dropped. */
  readonly inputMask: (width: number) => tf.Tensor2D | undefined;
  readonly recurrentMask: (width: number) => tf.Tensor2D | undefined;
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
  { inputMask, recurrentMask }: ReadingOptions,
  reverse = false,
): Walked {
  const dropped = inputMask(xs.shape[2]);
  const below = dropped ? xs.mul<tf.Tensor3D>(dropped.expandDims(1)) : xs;
  const hidden = (params?.[kind === 'lstm' ? 'Whi' : 'Whz'] as tf.Tensor2D).shape[0];
  const recurrentDropoutMask = recurrentMask(hidden);
  const options = { reverse, ...(recurrentDropoutMask && { recurrentDropoutMask }) };
  const { outputs, final } =
    kind === 'lstm' ? native.lstm(params as never, below, options) : native.gru(params as never, below, options);
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
    const gates = kind === 'lstm' ? ['i', 'f', 'g', 'o'] : ['z', 'r', 'h'];
    const packed = {
      Wx: glorotUniform(rng, [inputSize, gates.length * hiddenSize]),
      Wh: orthogonal(rng, [hiddenSize, gates.length * hiddenSize]),
    };
    const of = (part: 'Wx' | 'Wh'): [string, tf.Tensor][] => {
      const parts = tf.split(packed[part], gates.length, 1);
      return gates.map((gate, k) => [`${part}${gate}`, at(parts, k)]);
    };
    return { ...drawn, ...Object.fromEntries([...of('Wx'), ...of('Wh')]) };
  });
}
