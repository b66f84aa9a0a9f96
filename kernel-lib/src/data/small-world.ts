import { rng, type Rng } from '../tensor';

/** Who there is: he and she in the same part, and what that part does. */
const PEOPLE: readonly (readonly [string, string, string])[] = [
  ['king', 'queen', 'rules the land,wears a heavy crown,sits on the throne,signs a law'],
  ['prince', 'princess', 'waits for the throne,learns to rule,lives in the palace,rides a white horse'],
  ['man', 'woman', 'works in the town,buys some bread,walks to the market,mends a coat'],
  ['boy', 'girl', 'goes to school,plays with a ball,climbs a tree,loses a shoe'],
  ['father', 'mother', 'wakes the children,feeds the baby,cooks for the family,pays the rent'],
  ['grandfather', 'grandmother', 'tells old stories,has grey hair,naps by the fire,walks with a stick'],
  ['actor', 'actress', 'speaks on the stage,learns a part,bows to the crowd,wears a mask'],
  ['waiter', 'waitress', 'carries the plates,pours the tea,brings the bill,lays the table'],
];

/** A country, its capital, and what is found in both. */
const PLACES: readonly (readonly [string, string, string])[] = [
  ['france', 'paris', 'cheese,wine,perfume'],
  ['italy', 'rome', 'pasta,olives,marble'],
  ['japan', 'tokyo', 'rice,silk,lanterns'],
  ['egypt', 'cairo', 'dates,sand,cotton'],
  ['norway', 'oslo', 'snow,herring,skis'],
  ['kenya', 'nairobi', 'coffee,lions,drums'],
  ['peru', 'lima', 'potatoes,alpacas,maize'],
  ['greece', 'athens', 'honey,figs,temples'],
];

const of = <T>(random: Rng, items: readonly T[]): T => items[random.integer(items.length)] as T;

function aboutPeople(random: Rng): string {
  const [him, her, doings] = of(random, PEOPLE);
  const does = (): string => of(random, doings.split(','));
  const [who, pronoun, owns] = random.integer(2) === 0 ? [him, 'he', 'his'] : [her, 'she', 'her'];
  const friend = pronoun === 'he' ? 'beard' : 'necklace';
  return of(random, [
    `the ${who} ${does()} and ${pronoun} ${does()}`,
    `${pronoun} is a ${who} and ${owns} day is long when the ${who} ${does()}`,
    `the ${who} touches ${owns} ${friend} and ${does()}`,
    `the ${who} ${does()} with ${owns} friend`,
  ]);
}

function aboutPlaces(random: Rng): string {
  const [country, capital, goods] = of(random, PLACES);
  const found = (): string => of(random, goods.split(','));
  return of(random, [
    `the farmers of ${country} sell ${found()} and ${found()}`,
    `${country} is a country with ${found()} beyond its borders`,
    `the streets of ${capital} smell of ${found()} and ${found()}`,
    `${capital} is a city with ${found()} on every corner`,
  ]);
}

/** A corpus with a known structure, and the questions that it answers. */
export interface SmallWorld {
  /** Lower-case words, a sentence each. */
  readonly sentences: readonly (readonly string[])[];
  /** Pairs in the relations that the grammar has: he and she in one part, country and capital. */
  readonly relations: { readonly gender: readonly [string, string][]; readonly capital: readonly [string, string][] };
}

/**
 * A corpus of this project's own for word vectors: 8,000 sentences from a seeded grammar in which who does something and
 * whether it is he or she, and which country and whether it is the land or its capital, are told by the company that a word
 * keeps, each independently. What holds here by construction, a real corpus has by and by. Licence: Apache-2.0, as the code.
 */
export function smallWorld(seed = 1): SmallWorld {
  const random = rng(seed);
  const sentences = Array.from({ length: 8000 }, () =>
    (random.integer(2) === 0 ? aboutPeople : aboutPlaces)(random).split(' '),
  );
  const pairs = (rows: readonly (readonly [string, string, string])[]): [string, string][] =>
    rows.map(([a, b]) => [a, b]);
  return { sentences, relations: { gender: pairs(PEOPLE), capital: pairs(PLACES) } };
}
