import fc from 'fast-check';
import { vocabulary } from 'kernel-lib/text/vocabulary';
import { describe, expect, it } from 'vitest';

/** Any string JavaScript can hold, lone surrogates included. */
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd7f0, max: 0xe010 })), { minLength: 1 })
  .map((units) => String.fromCharCode(...units));
const unicodeText = fc.string({ unit: 'binary', minLength: 1 });

describe('vocabulary', () => {
  it('collects the distinct characters of a text, sorted by code point', () => {
    const vocab = vocabulary('hello, wörld 𝄞');
    expect(vocab.symbols.join('')).toBe(' ,dehlorwö𝄞');
    expect(vocab.size).toBe(11);
  });

  it('sorts by code point where UTF-16 units would sort otherwise', () => {
    expect(vocabulary('\u{1F600}\uFF5E').symbols).toEqual(['\uFF5E', '\u{1F600}']);
  });

  it('keeps a given order', () => {
    const vocab = vocabulary(['h', 'e', 'l', 'o']);
    expect(vocab.symbols).toEqual(['h', 'e', 'l', 'o']);
    expect([...vocab.encode('hello')]).toEqual([0, 1, 2, 2, 3]);
    expect(vocab.decode([0, 1, 2, 2, 3])).toBe('hello');
  });

  it('is not changed by changing the list it came from', () => {
    const symbols = ['a', 'b'];
    const vocab = vocabulary(symbols);
    symbols[0] = 'z';
    expect(vocab.decode([0])).toBe('a');
    expect(() => (vocab.symbols as string[]).push('c')).toThrow(TypeError);
  });

  it('gives one id a code point', () => {
    const ids = vocabulary('a𝄞').encode('𝄞a𝄞');
    expect(ids).toEqual(new Int32Array([1, 0, 1]));
  });

  it('encodes the empty text to no ids', () => {
    expect(vocabulary('a').encode('')).toEqual(new Int32Array(0));
    expect(vocabulary('a').decode([])).toBe('');
  });

  it.each([
    ['Unicode text', unicodeText],
    ['UTF-16 units', anyText],
  ])('round-trips any %s', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        const vocab = vocabulary(text);
        const ids = vocab.encode(text);
        expect(ids.length).toBe(Array.from(text).length);
        expect(vocab.decode(ids)).toBe(text);
        expect(vocabulary(vocab.symbols).encode(text)).toEqual(ids);
        expect(vocab.symbols.every((symbol) => vocab.has(symbol))).toBe(true);
      }),
    );
  });

  it('round-trips ids', () => {
    const vocab = vocabulary('aé漢\u{1F600}');
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 })), (ids) => {
        expect([...vocab.encode(vocab.decode(ids))]).toEqual(ids);
      }),
    );
  });

  it('names an unknown character, its code point and its position', () => {
    const vocab = vocabulary('ab𝄞');
    expect(() => vocab.encode('a𝄞bé')).toThrow(
      "encode: the character 'é' (U+00E9) at position 3 is not in the vocabulary of 3 symbols",
    );
    expect(() => vocab.encode('\t')).toThrow('the character U+0009 at position 0');
    expect(() => vocab.encode('\ud800')).toThrow('the character U+D800 at position 0');
    expect(vocab.has('é')).toBe(false);
  });

  it('names an id that is not its own', () => {
    const vocab = vocabulary('ab');
    for (const id of [2, -1, 0.5, NaN]) {
      expect(() => vocab.decode([0, id])).toThrow(`decode: the id ${id} at position 1 is not in this vocabulary`);
    }
  });

  it('refuses duplicates, symbols of another length, and nothing', () => {
    expect(() => vocabulary(['h', 'e', 'h'])).toThrow("symbols[2] is 'h' (U+0068), which is already symbols[0]");
    expect(() => vocabulary(['h', 'el'])).toThrow('symbols[1] is "el", 2 characters; expected exactly one');
    expect(() => vocabulary(['h', ''])).toThrow('symbols[1] is "", 0 characters');
    expect(() => vocabulary('')).toThrow('got an empty text; expected at least one character');
    expect(() => vocabulary([])).toThrow('got an empty list');
  });
});
