import * as tf from '@tensorflow/tfjs-node';
import { type Rng, rng } from '../tensor';
import { compareAnswer } from './check-value';
import { type CompareOptions, firstDifference } from './compare';
import { ExerciseError } from './exercise-error';
import { type Leaf, describe, leavesOf } from './leaves';
import { pass } from './pass';

/** How a student's function is compared with the reference. */
export interface FunctionCheck<Args extends readonly unknown[] | []> extends CompareOptions {
  /** What the student wrote. */
  readonly answer: (...args: Args) => unknown;
  /** A function that is right. */
  readonly reference: (...args: Args) => unknown;
  /** Draws the arguments of case 0, 1, ...; the same generator must give the same arguments. */
  readonly inputs: (random: Rng, index: number) => Args;
  /** On how many fresh inputs: 5 unless told. */
  readonly cases?: number;
  readonly seed?: number;
}

/**
 * Checks a function against one that is right, on several seeded inputs, so that no constant passes: prints one line with a tick, or
 * throws.
 *
 *   course.checkFunction('02.1 step', {
 *     answer: step,
 *     reference: (params, x, h) => rnn.step(params, x, { h }).h,
 *     inputs: (random) => [rnn.init({ inputSize: 3, hiddenSize: 4, rng: random }), normalTensor(random, [2, 3]), ...],
 *     axes: ['batch', 'hidden'],
 *   });
 *
 * The function must leave its arguments as they are. Every tensor made during the check is disposed of.
 *
 * @throws ExerciseError with one sentence: the input, the first time step and element that differ, by how much, never what is right
 */
export function checkFunction<Args extends readonly unknown[] | []>(
  exercise: string,
  check: FunctionCheck<Args>,
): void {
  const cases = check.cases ?? 5;
  if (!Number.isInteger(cases) || cases < 1) {
    throw new Error(`cases: got ${cases}, expected a whole number of inputs, 1 or more.`);
  }
  requireFunction(exercise, check.answer);
  const inputs = rng(check.seed ?? 0);
  for (let index = 0; index < cases; index++) {
    const draw = (): Args => check.inputs(inputs.fork(index), index);
    tf.tidy(() => {
      judgeCall(exercise, check, draw, cases === 1 ? '' : `for input ${index + 1} of ${cases}, `);
    });
  }
  pass(exercise, `agrees with the reference on ${cases} ${cases === 1 ? 'input' : 'inputs'}`);
}

export function requireFunction(exercise: string, answer: unknown): void {
  if (typeof answer !== 'function') {
    throw new ExerciseError(exercise, `the answer is ${describe(answer)}, expected a function`);
  }
}

/** Calls the student's function; what it throws becomes one sentence of this check. */
export function callAnswer<T>(exercise: string, call: () => T, context = ''): T {
  try {
    return call();
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new ExerciseError(exercise, `${context}the function threw: ${said}`, { cause: error });
  }
}

/** One call of the student's function, judged by its result and by what it did to its arguments, which `draw` makes anew. */
export function judgeCall<Args extends readonly unknown[] | []>(
  exercise: string,
  check: Omit<FunctionCheck<Args>, 'inputs'>,
  draw: () => Args,
  context: string,
): void {
  // Drawn anew for each: an answer that changes its arguments must not change what it is measured by.
  const untouched = draw();
  const reference = check.reference(...draw());
  const args = draw();
  const answer = callAnswer(exercise, () => check.answer(...args), context);
  untouched.forEach((argument, i) => {
    const change = argumentChange(args[i], argument);
    if (change !== undefined) {
      throw new ExerciseError(
        exercise,
        `${context}the function ${change} its argument ${i + 1}, which belongs to the caller`,
      );
    }
  });
  compareAnswer(exercise, answer, reference, check, context);
}

function argumentChange(after: unknown, before: unknown): string | undefined {
  let expected: Leaf[];
  try {
    expected = leavesOf(before);
  } catch {
    return undefined; // a function, a generator: not ours to compare
  }
  if (holdsDisposed(after)) return 'disposes of';
  try {
    return firstDifference(leavesOf(after), expected, { tolerance: 0 }) === undefined ? undefined : 'changes';
  } catch {
    return 'changes';
  }
}

function holdsDisposed(value: unknown): boolean {
  if (value instanceof tf.Tensor) return value.isDisposed;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsDisposed);
}
