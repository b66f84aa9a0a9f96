import { smallWorld } from 'kernel-lib/data/small-world';
import { describe, expect, it } from 'vitest';

describe('smallWorld', () => {
  const { sentences, relations } = smallWorld();

  it('depends on its seed alone', () => {
    expect(smallWorld(1).sentences).toEqual(sentences);
    expect(smallWorld(2).sentences).not.toEqual(sentences);
  });

  it('is 8,000 sentences of lower-case words in which every word of a relation comes often', () => {
    expect(sentences).toHaveLength(8000);
    const words = sentences.flat();
    expect(words.filter((word) => !/^[a-z]+$/.test(word))).toEqual([]);
    for (const word of Object.values(relations).flat(2)) {
      expect(words.filter((other) => other === word).length, word).toBeGreaterThan(150);
    }
  });

  it('never lets the two of a pair meet: what they share is company alone', () => {
    for (const [a, b] of [...relations.gender, ...relations.capital]) {
      expect(sentences.filter((words) => words.includes(a) && words.includes(b))).toEqual([]);
    }
    const hers = sentences.filter(
      (words) => words.includes('queen') && (words.includes('he') || words.includes('his')),
    );
    expect(hers).toEqual([]);
  });
});
