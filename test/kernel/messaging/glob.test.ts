import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { glob } from 'kernel-lib/kernel/messaging/glob';

describe('a glob', () => {
  it.each([
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['let*', 'let x', true],
    ['let*', 'a let', false],
    ['*let*', 'a let b', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['?', '\n', true],
    ['*b', 'a\nb', true],
    ['[a-c]x', 'bx', true],
    ['[a-c]x', 'dx', false],
    ['[^a-c]x', 'dx', true],
    ['[^a-c]x', 'bx', false],
    ['[]]', ']', true],
    ['[a', '[a', true],
    ['a.c', 'abc', false],
    ['A*', 'abc', false],
    ['*a*b*c*', '--a--b--c--', true],
    ['*a*b*c', '--a--b--c--', false],
  ])('%j on %j is %s', (pattern, text, matches) => {
    expect(glob(pattern)(text)).toBe(matches);
  });

  it('of plain text matches just that', () => {
    const plain = fc.string({ unit: fc.constantFrom('a', 'b', '.', '(', '\\', ' ') });
    fc.assert(fc.property(plain, plain, (a, b) => glob(a)(b) === (a === b)));
  });

  it('between two runs finds any part', () => {
    const plain = fc.string({ unit: fc.constantFrom('a', 'b') });
    fc.assert(fc.property(plain, plain, (a, b) => glob(`*${a}*`)(b) === b.includes(a)));
  });

  it('that would take a regular expression for ever is done', () => {
    expect(glob('*a'.repeat(50) + 'b')('a'.repeat(5000))).toBe(false);
  });
});
