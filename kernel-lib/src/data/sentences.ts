import { pairs } from './sentence-pairs';

/** What the two sentences of a pair differ in. */
export type SentenceKind = 'order' | 'negation' | 'coinage';

/** One sentence, and whether it says something good of its subject, or of the one who speaks. */
export interface Sentence {
  readonly language: 'en' | 'zh';
  readonly kind: SentenceKind;
  /** The words in order; a comma is a word. */
  readonly words: readonly string[];
  /** As it is written: Chinese without spaces, no space before a comma. */
  readonly text: string;
  readonly positive: boolean;
  /** The same for the two sentences of a pair, which have opposite labels. */
  readonly pair: number;
  /** Whether no model may learn from it. */
  readonly heldOut: boolean;
}

/**
 * This project's own small corpus of sentence sentiment, in English and Chinese, made of pairs with opposite labels:
 * - `order`: the same words, each as often, in another order: "from bad to good", "from good to bad";
 * - `negation`: a word such as "not" more or less, so that "good", "not good", "bad" and "not bad" are all there;
 * - `coinage`: the words that decide are new where held out ("vibeless"), made of parts that were seen ("joyless").
 *
 * Every word of a held-out sentence, coinages apart, is in a sentence to learn from. Licence: Apache-2.0, as the code.
 */
export function sentences(): readonly Sentence[] {
  const all: Sentence[] = [];
  for (const language of ['en', 'zh'] as const) {
    for (const [kind, lines] of Object.entries(pairs[language]) as [SentenceKind, string][]) {
      for (const line of lines.trim().split('\n')) {
        const heldOut = line.startsWith('* ');
        const pair = all.length / 2;
        line
          .slice(heldOut ? 2 : 0)
          .split(' / ')
          .forEach((sentence, at) => {
            const words = sentence.split(' ');
            all.push({ language, kind, words, text: written(sentence, language), positive: at === 0, pair, heldOut });
          });
      }
    }
  }
  return all;
}

function written(sentence: string, language: Sentence['language']): string {
  return language === 'zh' ? sentence.replaceAll(' , ', '，').replaceAll(' ', '') : sentence.replaceAll(' ,', ',');
}
