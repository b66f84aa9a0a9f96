import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { tracks, type CodeTracks, type ProseTracks } from '../../kernel-lib/src/analysis';
import { compilerTracks } from './compiler-tracks';

/** The text with, below each symbol, the track's value. */
const under = (track: Float32Array): string => [...track].join('');

describe('tracks of prose', () => {
  const prose = (words: string): ProseTracks => tracks(words, { kind: 'prose' });
  const of = (words: string, name: keyof ProseTracks): string => under(prose(words)[name]);

  it.each([
    ['quotes', 'a "b" c', 'inside quotes', '0011000'],
    ['curly quotes', 'a “b” c', 'inside quotes', '0011000'],
    ['a quote that is left open ends with its paragraph', '"a\n\nb"c', 'inside quotes', '1110011'],
    ['brackets of both kinds, one in the other', '(a[b])c)d(', 'inside brackets', '1111100001'],
    ['the position in the line', 'ab\ncd', 'position in line', '12012'],
    ['the position in the word', "it's é 42.", 'position in word', '1234010120'],
    ['the position in the sentence', 'a. b?c', 'position in sentence', '101201'],
  ] as const)('read %s', (_, words, name, expected) => {
    expect(of(words, name)).toBe(expected);
  });

  it('count code points', () => {
    expect(prose('😀"b')['inside quotes']).toHaveLength(3);
  });

  it('refuse an empty text and a kind that is none', () => {
    expect(() => tracks('', { kind: 'prose' })).toThrow('got an empty text');
    expect(() => tracks('a', { kind: 'python' as 'prose' })).toThrow(
      "got kind 'python', expected 'prose' or 'typescript'",
    );
  });
});

describe('tracks of TypeScript', () => {
  const of = (code: string): CodeTracks => tracks(code, { kind: 'typescript' });

  it.each([
    ['a string', "f('ab')+1", 'inside a string', '001110000'],
    ['a string with its own quote in it', String.raw`'a\'b';`, 'inside a string', '1111100'],
    ['a backslash at the end of a string', String.raw`'\\'+'a'`, 'inside a string', '11100110'],
    ['a string that is not closed ends with its line', "'ab\n'c'", 'inside a string', '1110110'],
    ['a template around code', '`a${b}c`;', 'inside a string', '111001100'],
    ['a template in a template', '`${`x`}`', 'inside a string', '11011010'],
    ['an object in a template', '`${{a:1}.a}`', 'inside a string', '110000000010'],
    ['a quote in a comment', "// don't\n'a'", 'inside a string', '000000000110'],
    ['a quote in a regular expression', "/'/.test('a')", 'inside a string', '0000000001100'],
    ['a line comment', 'a // b\nc', 'inside a comment', '00011100'],
    ['a block comment', 'a/*b*/c', 'inside a comment', '0011100'],
    ['the shortest block comment', '/**/a', 'inside a comment', '01100'],
    ['a slash that only looks like an end', '/*/b*/a', 'inside a comment', '0111100'],
    ['slashes in a string', "'//'+a", 'inside a comment', '000000'],
    ['slashes in a regular expression', String.raw`x = /[/]\//; y`, 'inside a comment', '00000000000000'],
    ['two divisions', 'a / b // c', 'inside a comment', '0000000111'],
    ['a division after a bracket', "(a) / b + 'c' / d", 'inside a string', '00000000001100000'],
    ['a regular expression after a condition', "if (a) /'/.test(b)", 'inside a string', '000000000000000000'],
    ['a regular expression after return', "return /'/", 'inside a string', '0000000000'],
    ['a property called like a keyword', "a.in / b + '/'", 'inside a string', '00000000000110'],
    ['an if-condition', 'if (a(b)) c', 'in an if-condition', '00011111000'],
    ['a comment before the condition', 'if /* ( */ (a) b', 'in an if-condition', '0000000000011000'],
    ['another head than if', 'while (a) b', 'in an if-condition', '00000000000'],
    ['a method called if', 'a.if(b)', 'in an if-condition', '0000000'],
    ['brackets', 'f({a:[1]})', 'bracket depth', '0122233210'],
    ['braces alone', 'f({a:[1]})', 'code depth', '0011111100'],
    ['a bracket that closes nothing', ')a(', 'bracket depth', '001'],
    ['indentation', '  a\n b', 'indentation', '122011'],
    ['the position in the line', 'ab\ncd', 'position in line', '12012'],
  ])('read %s', (_, code, name, expected) => {
    expect(under((of(code) as Record<string, Float32Array>)[name] ?? new Float32Array())).toBe(expected);
  });

  const source = path.resolve(import.meta.dirname, '../../kernel-lib/src');
  const files = fs.readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

  it("find what TypeScript's own parser finds, in every file of this project", () => {
    expect(files.length).toBeGreaterThan(200);
    const wrong: string[] = [];
    for (const file of files) {
      const code = fs.readFileSync(path.join(source, file), 'utf8');
      const found = of(code) as Record<string, Float32Array>;
      for (const [name, expected] of Object.entries(compilerTracks(code))) {
        // the compiler counts UTF-16 units, tracks code points
        const starts = Array.from(
          code,
          (
            (at) => (symbol: string) =>
              (at += symbol.length) - symbol.length
          )(0),
        );
        const differs = starts.findIndex((start, t) => expected[start] !== found[name]?.[t]);
        if (differs !== -1)
          wrong.push(
            `${file}: ${name} at ${JSON.stringify(
              Array.from(code)
                .slice(differs - 30, differs + 10)
                .join(''),
            )}`,
          );
      }
    }
    expect(wrong).toEqual([]);
  });
});
