import { describe, expect, it } from 'vitest';
import { stripSolutions } from '../../kernel-lib/src/course';

describe('stripSolutions', () => {
  it('puts a stub that throws where each solution stood', () => {
    const source = [
      'function a() {',
      '  // ### BEGIN SOLUTION',
      '  return 1;',
      '  // ### END SOLUTION',
      '}',
      'b();',
    ].join('\n');
    expect(stripSolutions(source)).toBe(
      [
        'function a() {',
        '  // YOUR CODE HERE',
        "  throw new Error('this exercise is not solved yet');",
        '}',
        'b();',
      ].join('\n'),
    );
  });

  it('leaves a cell without solutions as it is', () => {
    expect(stripSolutions('const a = 1;\n')).toBe('const a = 1;\n');
  });

  it.each<[string, string, string]>([
    ['never ends', '// ### BEGIN SOLUTION\nreturn 1;', 'line 1 that no END SOLUTION ends'],
    ['ends before it begins', '// ### END SOLUTION', 'line 1 without a BEGIN SOLUTION'],
    ['begins twice', '// ### BEGIN SOLUTION\n// ### BEGIN SOLUTION', 'second BEGIN SOLUTION on line 2'],
  ])('refuses a region that %s', (_, source, sentence) => {
    expect(() => stripSolutions(source)).toThrow(sentence);
  });
});
