import { brackets } from 'kernel-lib/text/brackets';
import { expect, it } from 'vitest';

it.each([
  ['', { matched: 0, stray: 0, open: 0, balanced: true }],
  ['f(a[0], { b: (c) })', { matched: 4, stray: 0, open: 0, balanced: true }],
  ['if (a) {', { matched: 1, stray: 0, open: 1, balanced: false }],
  ['a) + b', { matched: 0, stray: 1, open: 0, balanced: false }],
  // a stray bracket closes nothing: what was open still is
  ['(]', { matched: 0, stray: 1, open: 1, balanced: false }],
  ['([)]', { matched: 1, stray: 1, open: 1, balanced: false }],
  ['([)])', { matched: 2, stray: 1, open: 0, balanced: false }],
  [')(', { matched: 0, stray: 1, open: 1, balanced: false }],
])('%j', (code, counts) => {
  expect(brackets(code)).toEqual(counts);
});
