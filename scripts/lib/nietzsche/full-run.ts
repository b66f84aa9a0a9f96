import type { Report } from 'kernel-lib/setup';
import { rng } from 'kernel-lib/tensor';
import { realWords, wordsOf } from 'kernel-lib/text';
import { recipe, samples, trainOn, type Reader } from './model.ts';
import type { Epoch } from './record.ts';

/** How long a text the share of real words is counted in. */
const COUNTED = 2000;

/**
 * The 60 epochs, each told when it has ended; one that a checkpoint has ended is not run again. Where the record was lost since,
 * the checkpoint knows its loss, and nobody its samples.
 */
export async function fullRun(
  reader: Reader,
  {
    checkpoint,
    epochs,
    before,
    onEpoch,
    report,
  }: {
    readonly checkpoint: string;
    readonly epochs: number;
    /** What earlier runs have told. */
    readonly before: readonly Epoch[];
    readonly onEpoch: (all: readonly Epoch[]) => void;
    readonly report: Report;
  },
): Promise<readonly Epoch[]> {
  const lexicon = new Set(wordsOf(reader.corpus));
  let all = before;
  const { params, history } = await trainOn(reader, {
    epochs,
    checkpoint: { path: checkpoint, resume: true },
    onEpoch: async ({ epoch, loss, history, params }) => {
      const random = rng(recipe.seed).fork(`sample ${epoch}`);
      const { prime, texts } = await samples(reader, params, { length: COUNTED, random });
      const told: Epoch = {
        ...{ epoch, loss, seconds: Math.round(history.epochs.seconds.at(-1) ?? NaN), prime },
        samples: texts.map((text) => text.slice(0, recipe.characters)),
        realWords: texts.map((text) => rounded(realWords(text, lexicon).share)),
      };
      all = [...all.filter((other) => other.epoch < epoch), told];
      report.note(`epoch ${epoch}: loss ${loss.toFixed(4)}, real words ${told.realWords.join(' ')}, ${told.seconds} s`);
      onEpoch(all);
    },
  });
  for (const part of Object.values(params)) for (const tensor of Object.values(part)) tensor.dispose();
  return complete(all, history.epochs);
}

/** The told epochs, and those between that only the history knows: their loss and time, without what they wrote. */
export function complete(
  told: readonly Epoch[],
  { loss, seconds }: { readonly loss: readonly number[]; readonly seconds: readonly number[] },
): readonly Epoch[] {
  return loss.map((each, index) => {
    const known = { epoch: index + 1, loss: each, seconds: Math.round(seconds[index] ?? NaN) };
    return told.find(({ epoch }) => epoch === known.epoch) ?? { ...known, prime: '', samples: [], realWords: [] };
  });
}

/** The share of real words among characters drawn one by one, each as often as the corpus has it. */
export function chanceOf({ corpus, ids, vocabulary }: Reader): number {
  const random = rng(recipe.seed).fork('chance');
  const drawn = Array.from({ length: 50_000 }, () => ids[random.integer(ids.length)] ?? 0);
  return rounded(realWords(vocabulary.decode(drawn), new Set(wordsOf(corpus))).share);
}

/** To a tenth of a per cent. */
export const rounded = (share: number): number => Math.round(share * 1000) / 1000;
