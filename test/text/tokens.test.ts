import fc from 'fast-check';
import { tokens, wordVocabulary } from 'kernel-lib/text/tokens';
import { describe, expect, it } from 'vitest';

describe('tokens', () => {
  it('cuts into words with the space before them, signs and line breaks', () => {
    expect(tokens("O Romeo,  don't go!\nNo.")).toEqual([
      'O',
      ' Romeo',
      ',',
      ' ',
      " don't",
      ' go',
      '!',
      '\n',
      'No',
      '.',
    ]);
    expect(tokens("'tis Ophélia—so")).toEqual(["'", 'tis', ' Ophélia', '—', 'so']);
    expect(tokens('')).toEqual([]);
  });

  it('loses nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(tokens(text).join('')).toBe(text);
      }),
    );
  });
});

describe('wordVocabulary', () => {
  const list = ['b', 'a', 'b', 'c', 'a', 'b', 'd'];

  it('knows the most frequent words, and has one id for all others', () => {
    const known = wordVocabulary(list, { size: 3 });
    expect(known.words).toEqual([' ⟨?⟩', 'b', 'a']);
    expect(known.size).toBe(3);
    expect([...known.encode(['a', 'c', 'b', 'z'])]).toEqual([2, 0, 1, 0]);
    expect(known.has('a') && !known.has('c') && !known.has(' ⟨?⟩')).toBe(true);
    expect(known.decode([1, 0, 2])).toBe('b ⟨?⟩a');
  });

  it('is no larger than there are words', () => {
    expect(wordVocabulary(list, { size: 100 }).size).toBe(5);
    expect([...wordVocabulary(list, { size: 100 }).encode(['c', 'd'])]).toEqual([3, 4]);
  });

  it('refuses what it cannot know', () => {
    expect(() => wordVocabulary([], { size: 9 })).toThrow('there are no words; expected at least one word');
    expect(() => wordVocabulary(list, { size: 1 })).toThrow('size is 1; expected');
    expect(() => wordVocabulary(list, { size: 2.5 })).toThrow('size is 2.5');
    expect(() => wordVocabulary(list, { size: 3 }).decode([1, 3])).toThrow('the id 3 at position 1');
  });
});
