import { rng, type Rng } from '../tensor';
import type { RawReview } from './review-index';

const ASPECTS =
  'acting,story,music,ending,camera,dialogue,pace,cast,script,humour,hero,villain,first half,last scene'.split(',');
const GOOD = 'brilliant,moving,funny,clever,beautiful,superb,charming,gripping,honest,fresh,warm,memorable'.split(',');
const BAD = 'dull,awful,boring,clumsy,ugly,terrible,silly,tired,fake,stale,cold,forgettable'.split(',');
const HOW = ['', '', '', 'very ', 'quite ', 'really ', 'so '];
const WHO =
  'a sailor,a teacher,two sisters,an old farmer,a young doctor,three thieves,a lonely king,a girl from the north'.split(
    ',',
  );
const WHAT = 'a map,a letter,the sea,a lost dog,an empty house,the last train,a secret,the truth about the war'.split(
  ',',
);
const DOES = 'looks for,finds,runs from,dreams of,hides,cannot forget,writes about'.split(',');
const WHEN =
  'on a monday,last night,with my brother,on a plane,in a small cinema,with the children,alone,for the second time'.split(
    ',',
  );

/** What the sentences are made of: a review's stance picks between the two of each. */
type Say = (random: Rng, good: boolean) => string;

const of = (random: Rng, items: readonly string[]): string => items[random.integer(items.length)] ?? '';
const is = (random: Rng, good: boolean): string => `${of(random, HOW)}${of(random, good ? GOOD : BAD)}`;

/** Each says something good, or something bad; three of the six turn a word of the other side round. */
const JUDGEMENTS: readonly Say[] = [
  (random, good) => `The ${of(random, ASPECTS)} is ${is(random, good)}.`,
  (random, good) => `I ${good ? 'loved' : 'hated'} the ${of(random, ASPECTS)}.`,
  (random, good) => `What a ${of(random, good ? GOOD : BAD)} film!`,
  (random, good) => `The ${of(random, ASPECTS)} is not ${of(random, good ? BAD : GOOD)}.`,
  (random, good) =>
    `I expected a ${of(random, good ? BAD : GOOD)} film, but the ${of(random, ASPECTS)} is ${is(random, good)}.`,
  (random, good) => `Nobody could call the ${of(random, ASPECTS)} ${of(random, good ? BAD : GOOD)}.`,
];

const neutral = (random: Rng): string =>
  random.integer(2) === 0
    ? `It tells of ${of(random, WHO)} who ${of(random, DOES)} ${of(random, WHAT)}.`
    : `I saw it ${of(random, WHEN)}.`;

/** With 1 or 10 stars every judgement agrees with the verdict, with 4 or 7 two in three do. */
function ownReview(random: Rng, half: RawReview['half']): RawReview {
  const rating = [1, 2, 3, 4, 7, 8, 9, 10][random.integer(8)] ?? 1;
  const doubt = (rating > 5 ? 10 - rating : rating - 1) / 9;
  const sentences = Array.from({ length: 4 + random.integer(12) }, () => {
    if (random.integer(3) === 0) return neutral(random);
    const say = JUDGEMENTS[random.integer(JUDGEMENTS.length)];
    return say?.(random, rating > 5 !== random.uniform() < doubt) ?? '';
  });
  return { half, rating, text: sentences.join(' ') };
}

/**
 * Reviews that a small grammar of this project's own makes up from a seed: 8,000 to learn from and 4,000 to test on, for
 * when the real ones are not there. They have what the model of chapter 9 needs, words that judge, words that turn them round
 * and words that do neither, and nothing else of a real review. Licence: Apache-2.0, as the code.
 */
export function ownReviews(seed = 1): RawReview[] {
  const random = rng(seed);
  return Array.from({ length: 12_000 }, (_, i) => ownReview(random, i < 8000 ? 'train' : 'test'));
}
