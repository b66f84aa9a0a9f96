import fc from 'fast-check';
import { decodeUtf8 } from 'kernel-lib/text/utf8';
import { describe, expect, it } from 'vitest';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('decodeUtf8', () => {
  it('reads back any text that was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        fc.pre(!text.includes('\0') && !text.startsWith('\uFEFF'));
        expect(decodeUtf8(Buffer.from(text), { lineEndings: 'keep' })).toBe(text);
      }),
    );
  });

  it('drops a byte order mark', () => {
    expect(decodeUtf8(Buffer.from('\uFEFFwoman'))).toBe('woman');
  });

  it('turns line ends into LF, unless told to keep them', () => {
    expect(decodeUtf8(Buffer.from('a\r\nb\rc\n\r\n'))).toBe('a\nb\nc\n\n');
    expect(decodeUtf8(Buffer.from('a\r\nb\r'), { lineEndings: 'keep' })).toBe('a\r\nb\r');
  });

  it('names the file and the byte where another encoding shows', () => {
    const latin1 = Buffer.from('café noir', 'latin1');
    expect(() => decodeUtf8(latin1, { name: 'menu.txt' })).toThrow(
      'menu.txt is not UTF-8: byte 3 is 0xE9, which no character has there; save it as UTF-8',
    );
  });

  it('finds the first bad byte wherever it stands, also after a replacement character that is really there', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(0x80, 0xc0, 0xf5, 0xff), (text, bad) => {
        fc.pre(!text.includes('\0'));
        const before = Buffer.from(`x\uFFFD${text}`);
        const input = Buffer.concat([before, bytes(bad), Buffer.from('after')]);
        expect(() => decodeUtf8(input)).toThrow(`not UTF-8: byte ${before.length} is`);
      }),
    );
  });

  it('refuses a character cut off at the end', () => {
    expect(() => decodeUtf8(Buffer.from('aé').subarray(0, 2))).toThrow('byte 1 is 0xC3');
  });

  it('recognises UTF-16 and UTF-32', () => {
    expect(() => decodeUtf8(bytes(0xff, 0xfe, 0x61, 0))).toThrow('byte order mark of UTF-16 at byte 0');
    expect(() => decodeUtf8(bytes(0xfe, 0xff, 0, 0x61))).toThrow('byte order mark of UTF-16 at byte 0');
    expect(() => decodeUtf8(bytes(0xff, 0xfe, 0, 0, 0x61, 0, 0, 0))).toThrow('byte order mark of UTF-32');
    expect(() => decodeUtf8(Buffer.from('ab', 'utf16le'))).toThrow('has a NUL at byte 1; expected text');
  });

  it('refuses an empty file, and one with nothing but a byte order mark', () => {
    expect(() => decodeUtf8(bytes(), { name: 'a.txt' })).toThrow('a.txt is empty; expected at least one character');
    expect(() => decodeUtf8(bytes(0xef, 0xbb, 0xbf))).toThrow('the input is empty');
  });
});
