import * as tf from '@tensorflow/tfjs-node';
import { rng, type Rng } from 'kernel-lib/tensor';
import * as text from 'kernel-lib/text';
import * as train from 'kernel-lib/train';

/** The Keras example's: what the model reads, and how it is trained. */
export const recipe = {
  ...{ length: 40, step: 3, batch: 128, hiddenSize: 128, learningRate: 0.01, epochs: 60 },
  ...{ diversities: [0.2, 0.5, 1, 1.2], characters: 400, seed: 1 },
} as const;

/** Lower-case, line ends as spaces. */
export const prepared = (corpus: string): string => corpus.toLowerCase().replaceAll('\n', ' ');

/** The text as ids, and the network that reads them. */
export interface Reader {
  readonly corpus: string;
  readonly vocabulary: text.Vocabulary;
  readonly ids: Int32Array;
  readonly windows: text.Windows;
  readonly model: text.LanguageModel;
}

/** @param vocabulary the text's own unless given */
export function readerOf(corpus: string, vocabulary: text.Vocabulary = text.vocabulary(corpus)): Reader {
  const ids = vocabulary.encode(corpus);
  const { length, step } = recipe;
  const model = text.languageModel({ cell: 'lstm', size: vocabulary.size });
  return { corpus, vocabulary, ids, windows: text.windows(ids, { length, step }), model };
}

/** What a training run is told besides the recipe. */
export interface RunOptions {
  readonly epochs?: number;
  readonly steps?: number;
  readonly checkpoint?: train.CheckpointOptions;
  readonly onEpoch?: (report: train.EpochReport<text.LanguageModelParams>) => unknown;
}

/** Trains as the example does: every window once an epoch, in an order of its own, the symbol after it to be told. */
export async function trainOn(
  { model, windows }: Reader,
  { onEpoch, ...options }: RunOptions,
): Promise<train.FitResult<text.LanguageModelParams>> {
  const { batch: size, hiddenSize, learningRate, seed } = recipe;
  const random = rng(seed);
  const start = model.init({ hiddenSize, rng: random.fork('weights') });
  try {
    return await train.fit({
      params: start,
      batches: (_epoch: number, draws: Rng) => text.batches(windows, { size, rng: draws, targets: 'last' }),
      loss: (params: text.LanguageModelParams, batch: text.IdBatch) => model.loss(params, batch).loss,
      optimizer: train.rmsprop(learningRate, { decay: 0.9, epsilon: 1e-7, form: 'keras' }),
      rng: random.fork('batches'),
      progress: false,
      ...(onEpoch && { onEpoch }),
      ...options,
    });
  } finally {
    tf.dispose(Object.values(start).flatMap((part) => Object.values(part)));
  }
}

/** Text written from 40 characters of the corpus, for each diversity: a step a character, the state carried on. */
export async function samples(
  { model, corpus, vocabulary }: Reader,
  params: text.LanguageModelParams,
  { length, random }: { readonly length: number; readonly random: Rng },
): Promise<{ readonly prime: string; readonly texts: readonly string[] }> {
  const start = Math.floor(random.uniform() * (corpus.length - recipe.length));
  const prime = corpus.slice(start, start + recipe.length);
  const texts: string[] = [];
  for (const temperature of recipe.diversities) {
    const writer = model.writer(params);
    const draws = random.fork(`diversity ${temperature}`);
    texts.push(await text.generateText({ model: writer, vocabulary, prime, length, temperature, rng: draws }));
  }
  return { prime, texts };
}
