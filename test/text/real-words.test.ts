import { realWords, wordsOf } from 'kernel-lib/text';
import { describe, expect, test } from 'vitest';

describe('wordsOf', () => {
  test('are letters and the apostrophes between them, lower-case', () => {
    expect(wordsOf("The 'will'—he DOESN’T know; l'esprit, 3 times: naïve\n")).toEqual(["the", "will", "he", "doesn’t", "know", "l'esprit", "times", "naïve"]); // prettier-ignore
    expect(wordsOf('… 1886')).toEqual([]);
  });
});

describe('realWords', () => {
  const lexicon = new Set(wordsOf('the will to power'));

  test('counts whole words alone, each as often as it stands there', () => {
    const found = realWords('ower the wilt the will, wilt to po', lexicon);
    expect(found).toEqual({ share: 4 / 6, words: 6, real: 4, distinct: 3, invented: ['wilt'] });
  });

  test('a cut word counts for nothing, a word beside a full stop does', () => {
    expect(realWords('.the will.', lexicon)).toMatchObject({ words: 2, real: 2 });
    expect(realWords('the will', lexicon)).toMatchObject({ words: 0, real: 0, share: 0 });
  });

  test('has no share of a text without words', () => {
    expect(realWords('', lexicon)).toEqual({ share: 0, words: 0, real: 0, distinct: 0, invented: [] });
    expect(realWords('1 2 3', lexicon).share).toBe(0);
  });
});
