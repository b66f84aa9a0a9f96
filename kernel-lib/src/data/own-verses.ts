import { rng, type Rng } from '../tensor';

const WHERE = '山中,江上,月下,城南,樓前,林外,湖邊,天邊,雲間,門前,溪頭,野外'.split(',');
const WHEN = '春日,秋夜,黃昏,清晨,寒冬,雨後,去年,今宵'.split(',');
const THINGS = '花,雪,雨,風,鳥,雁,舟,燈,草,葉,雲,鐘'.split(',');
const DOES = '落,飛,歸,來,去,生,明,靜,遠,過'.split(',');
const WHO = '故人,遊子,漁翁,行人,山僧,美人,征夫,牧童'.split(',');
const FEELS = '思,望,憶,別,愁,醉,笑,眠'.split(',');

const of = (random: Rng, items: readonly string[]): string => items[random.integer(items.length)] ?? '';

/** Two, two and one: where or when, who or what, and what it does. */
const five = (random: Rng): string =>
  random.integer(2) === 0
    ? `${of(random, WHERE)}${of(random, THINGS)}${of(random, THINGS)}${of(random, DOES)}`.padEnd(5, of(random, DOES))
    : `${of(random, WHEN)}${of(random, WHO)}${of(random, FEELS)}`;

/** A line of seven is a time or place, then a line of five. */
const seven = (random: Rng): string => `${of(random, random.integer(2) === 0 ? WHEN : WHERE)}${five(random)}`;

/** A poem before its lines are counted. */
export interface Verses {
  readonly title: string;
  readonly author: string;
  readonly paragraphs: readonly string[];
}

/**
 * Verses in Chinese that a small grammar of this project's own makes up from a seed, 150 poems in lines of five characters
 * and 150 in lines of seven, for when the Tang poems are not there: they have line lengths to learn, and no poetry.
 * Licence: Apache-2.0, as the code.
 */
export function ownVerses(seed = 1): Verses[] {
  const random = rng(seed);
  return Array.from({ length: 300 }, (_, i) => {
    const line = i % 2 === 0 ? five : seven;
    const couplets = random.integer(2) === 0 ? 2 : 4;
    const paragraphs = Array.from({ length: couplets }, () => `${line(random)}，${line(random)}。`);
    return { title: `無題 ${i + 1}`, author: 'ownVerses', paragraphs };
  });
}
