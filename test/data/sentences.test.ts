import { sentences, type Sentence } from 'kernel-lib/data';
import { describe, expect, it } from 'vitest';

const all = sentences();
const bag = ({ words }: Sentence): string => [...words].sort().join(' ');
const pairsOf = (kind: Sentence['kind']): [Sentence, Sentence][] =>
  all
    .filter((sentence) => sentence.kind === kind && sentence.positive)
    .map((good) => {
      const [bad, ...others] = all.filter(({ pair, positive }) => pair === good.pair && !positive);
      if (bad === undefined || others.length > 0) throw new Error(`pair ${good.pair} is none: ${good.text}`);
      return [good, bad];
    });

describe("the project's own sentences", () => {
  it('are pairs with opposite labels, alike in everything but the words', () => {
    const pairs = (['order', 'negation', 'coinage'] as const).flatMap(pairsOf);
    expect(pairs).toHaveLength(all.length / 2);
    for (const [good, bad] of pairs) {
      expect([bad.language, bad.kind, bad.heldOut]).toEqual([good.language, good.kind, good.heldOut]);
      expect(bad.text).not.toBe(good.text);
    }
  });

  it('are each there once, with words that can be written', () => {
    expect(new Set(all.map(({ text }) => text)).size).toBe(all.length);
    for (const { words } of all) {
      expect(words.length).toBeGreaterThan(1);
      for (const word of words) expect(word).toMatch(/^([a-z]+|,|\p{Script=Han}+)$/u);
    }
  });

  it('are Chinese where they say so, written without spaces', () => {
    for (const { language, text } of all) {
      expect(/\p{Script=Han}/u.test(text)).toBe(language === 'zh');
      expect(text).not.toMatch(language === 'zh' ? /[ ,]/ : / ,|，/);
    }
    expect(all.find(({ words }) => words.includes('多于'))?.text).toBe('好多于坏');
  });

  it('of the kind "order" are two equal bags of words, of the others never', () => {
    for (const [good, bad] of pairsOf('order')) expect(bag(bad)).toBe(bag(good));
    for (const kind of ['negation', 'coinage'] as const) {
      for (const [good, bad] of pairsOf(kind)) expect(bag(bad)).not.toBe(bag(good));
    }
  });

  it('of the kind "negation" differ in one word that is more, and both sides have it', () => {
    for (const [good, bad] of pairsOf('negation')) {
      const [short = good, long = bad] = [good, bad].sort((a, b) => a.words.length - b.words.length);
      const more = long.words.filter((word) => !short.words.includes(word));
      expect(more).toHaveLength(1);
      expect(['not', 'never', '不']).toContain(more[0]);
    }
    for (const language of ['en', 'zh'] as const) {
      const longer = pairsOf('negation').filter(
        ([good, bad]) => good.language === language && good.words.length > bad.words.length,
      );
      expect(longer.length).toBeGreaterThan(3);
    }
  });

  it('hold out what can be known: every word was seen, coinages apart, and of each kind in each language some', () => {
    const seen = new Set(all.filter(({ heldOut }) => !heldOut).flatMap(({ words }) => words));
    const fresh = all.filter(({ heldOut }) => heldOut);
    for (const { words, kind, text } of fresh.filter(({ kind }) => kind !== 'coinage')) {
      expect(
        words.filter((word) => !seen.has(word)),
        `${kind}: ${text}`,
      ).toEqual([]);
    }
    for (const { words } of fresh.filter(({ kind }) => kind === 'coinage')) {
      expect(words.filter((word) => !seen.has(word)).length).toBeGreaterThan(0);
    }
    for (const kind of ['order', 'negation', 'coinage'] as const) {
      for (const language of ['en', 'zh'] as const) {
        const these = all.filter((sentence) => sentence.kind === kind && sentence.language === language);
        const share = these.filter(({ heldOut }) => heldOut).length / these.length;
        expect(share).toBeGreaterThan(0.2);
        expect(share).toBeLessThan(0.4);
      }
    }
  });

  it('are new at every call: a caller may change its own', () => {
    expect(sentences()).toEqual(all);
    expect(sentences()).not.toBe(all);
  });
});
