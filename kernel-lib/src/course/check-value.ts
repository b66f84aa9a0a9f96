import { type CompareOptions, firstDifference } from './compare';
import { ExerciseError } from './exercise-error';
import { type Leaf, NotComparable, isPromise, leavesOf } from './leaves';
import { pass } from './pass';

/** How a student's value is compared with the reference. */
export interface ValueCheck extends CompareOptions {
  /** What the student wrote: a number, text, array, tensor, or an object of them. */
  readonly answer: unknown;
  /** What it must agree with, of the same kind and shape. */
  readonly reference: unknown;
}

/**
 * Checks a value against its reference: prints one line with a tick, or throws.
 *
 *   course.checkValue('02.1 count', { answer: parameters, reference: 4 * 8 + 8 * 8 + 8 });
 *
 * Leaves both values alone: no tensor is made or disposed of.
 *
 * @throws ExerciseError with one sentence: what is wrong and where first, by how much, never what would be right
 */
export function checkValue(exercise: string, check: ValueCheck): void {
  compareAnswer(exercise, check.answer, check.reference, check);
  pass(exercise, 'agrees with the reference');
}

/** The comparison behind every check; `context` opens the sentence, such as `for input 2 of 5, `. */
export function compareAnswer(
  exercise: string,
  answer: unknown,
  reference: unknown,
  options: CompareOptions,
  context = '',
): void {
  const expected = referenceLeaves(exercise, reference);
  // A promise that nobody awaits must not fail again later, in some other cell.
  if (isPromise(answer)) answer.then(ignore, ignore);
  const difference = firstDifference(answerLeaves(exercise, answer, context), expected, options);
  if (difference !== undefined) throw new ExerciseError(exercise, context + difference);
}

function answerLeaves(exercise: string, answer: unknown, context: string): Leaf[] {
  try {
    return leavesOf(answer);
  } catch (error) {
    if (error instanceof NotComparable) throw new ExerciseError(exercise, context + error.message);
    throw error;
  }
}

/** A reference that holds nothing, or a NaN, would let every answer pass, or none: that is a mistake in the check. */
function referenceLeaves(exercise: string, reference: unknown): Leaf[] {
  const leaves = leavesOf(reference);
  const empty = leaves.every((leaf) => leaf.kind !== 'text' && leaf.data.length === 0);
  if (empty) throw new Error(`reference of ${exercise}: got no numbers and no text, expected at least one.`);
  for (const leaf of leaves) {
    if (leaf.kind !== 'text' && Array.from(leaf.data).some((x) => !Number.isFinite(x))) {
      throw new Error(`reference of ${exercise}: got a NaN or an infinity at '${leaf.path}', expected finite numbers.`);
    }
  }
  return leaves;
}

function ignore(): void {
  // The check already says that a promise is no answer.
}
