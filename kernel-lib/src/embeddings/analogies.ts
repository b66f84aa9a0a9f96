import type { Analogy, WordSpace } from './word-space';

/** Pairs of words in one relation, by the relation's name: every two pairs of one relation make two questions. */
export type Relations = Readonly<Record<string, readonly (readonly [string, string])[]>>;

/** How often questions of one relation were answered right. */
export interface AnalogyScore {
  readonly relation: string;
  /** Pairs of which both words are known; the others ask nothing. */
  readonly pairs: number;
  /** pairs · (pairs − 1) */
  readonly questions: number;
  /** Share whose answer is the first of the ranked list. */
  readonly first: number;
  /** Share whose answer is among the first five. */
  readonly firstFive: number;
  /** Share right with the words of the question left in the list. */
  readonly firstKept: number;
  /** Share right when the question's a and b are thrown away: the word nearest to c, the others left out as above. */
  readonly nearestToC: number;
}

/** Every "a is to b as c is to d" of a relation whose words are all known. */
export function analogyQuestions(
  space: Pick<WordSpace, 'has'>,
  pairs: readonly (readonly [string, string])[],
): (Analogy & { readonly d: string })[] {
  const known = pairs.filter((pair) => pair.every((word) => space.has(word)));
  return known.flatMap(([a, b]) => known.filter(([c, d]) => a !== c && b !== d).map(([c, d]) => ({ a, b, c, d })));
}

/**
 * How often "a is to b as c is to d" holds, relation by relation, and beside it two counts that show where the answers come
 * from (Linzen 2016, Issues in evaluating semantic spaces using word analogies): with the question's own words left in the
 * list, and without the analogy, the nearest word to c alone.
 */
export function scoreAnalogies(space: WordSpace, relations: Relations): AnalogyScore[] {
  return Object.entries(relations).map(([relation, pairs]) => {
    const questions = analogyQuestions(space, pairs);
    const share = (right: (question: Analogy & { readonly d: string }) => boolean): number =>
      questions.length === 0 ? NaN : questions.filter(right).length / questions.length;
    return {
      relation,
      pairs: pairs.filter((pair) => pair.every((word) => space.has(word))).length,
      questions: questions.length,
      first: share((question) => space.analogy(question, 1)[0]?.word === question.d),
      firstFive: share((question) => space.analogy(question, 5).some(({ word }) => word === question.d)),
      firstKept: share((question) => space.analogy(question, 1, { keepQuestion: true })[0]?.word === question.d),
      nearestToC: share(({ a, b, c, d }) => space.nearest(c, 1, [a, b])[0]?.word === d),
    };
  });
}
