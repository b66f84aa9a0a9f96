import * as tf from '@tensorflow/tfjs-node';
import { rng } from 'kernel-lib/tensor';
import { batches, realWords, windows, wordsOf } from 'kernel-lib/text';
import { rounded } from './full-run.ts';
import { readerOf, recipe, samples, trainOn, type Reader } from './model.ts';
import type { Size } from './record.ts';

/** The end of the corpus, which none of these runs reads. */
export const HELD_OUT = 30_000;
/** How long a text is counted, and how long the stretches of it that may have been copied. */
const [COUNTED, STRETCH] = [2000, 20];

/** A run on the beginning of the corpus, of as many steps as any other. */
export async function sizeRun(whole: Reader, characters: number, steps: number): Promise<Size> {
  const read = whole.corpus.slice(0, characters);
  const reader = readerOf(read, whole.vocabulary);
  const { params, history } = await trainOn(reader, { steps });
  const random = rng(recipe.seed).fork(`size ${characters}`);
  const { texts } = await samples(reader, params, { length: COUNTED, random });
  const lexicon = new Set(wordsOf(whole.corpus));
  const last = history.steps.loss.slice(-100);
  const size = {
    ...{ characters, trainingLoss: rounded(last.reduce((sum, loss) => sum + loss, 0) / last.length) },
    heldOutLoss: rounded(lossOn(whole, params, { ids: whole.ids.subarray(-HELD_OUT), step: 30 })),
    betweenLoss: rounded(lossOn(whole, params, between(reader))),
    realWords: texts.map((text) => rounded(realWords(text, lexicon).share)),
    copied: texts.map((text) => rounded(copiedShare(text, read))),
    samples: texts.map((text) => text.slice(0, recipe.characters)),
  };
  for (const part of Object.values(params)) tf.dispose(Object.values(part));
  return size;
}

/** About a thousand windows that begin one character after those that were trained on: none was asked for their last symbol. */
const between = ({ ids }: Reader): { readonly ids: Int32Array; readonly step: number } => ({
  ids: ids.subarray(1),
  step: recipe.step * Math.ceil(ids.length / (1000 * recipe.step)),
});

function lossOn(
  { model }: Reader,
  params: Parameters<typeof model.loss>[0],
  { ids, step }: { readonly ids: Int32Array; readonly step: number },
): number {
  const unseen = windows(ids, { length: recipe.length, step });
  const [batch] = batches(unseen, { size: unseen.count, targets: 'last' });
  return batch === undefined ? NaN : tf.tidy(() => model.loss(params, batch).loss.arraySync());
}

function copiedShare(written: string, read: string): number {
  const count = Math.floor(written.length / STRETCH);
  const stretches = Array.from({ length: count }, (_, k) => written.slice(k * STRETCH, (k + 1) * STRETCH));
  return stretches.filter((stretch) => read.includes(stretch)).length / count;
}
