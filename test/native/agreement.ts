import { describe, expect, test } from 'vitest';
import { casesOf, expectAgreement, goldenOf } from '../cells/agreement';
import { derivationsOf, subjects } from '../cells/derivations';
import { solvePlainly } from '../cells/reference/sequence';

// What test/cells/derivations.test.ts says of the native path on the ops in use, for a test that chooses other ones.
const native = subjects.filter((subject) => subject.native);

describe.each(native)('the native path of $cell.name', (subject) => {
  const derive = derivationsOf(subject)['native path'];
  if (!derive) throw new Error('The registry has a native path that is none.');

  test.each(casesOf(subject))('agrees with the float64 reference: $name', (problem) => {
    expectAgreement(derive(problem), solvePlainly(subject.plain, problem));
  });

  test('agrees with PyTorch', () => {
    const golden = goldenOf(subject);
    expect(golden.length).toBeGreaterThan(0);
    for (const each of golden) expectAgreement(derive(each), each);
  });
});
