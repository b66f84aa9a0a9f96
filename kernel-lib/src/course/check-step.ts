import * as tf from '@tensorflow/tfjs-node';
import type { Cell, Params, State } from '../cells';
import { normalTensor, type Rng, rng } from '../tensor';
import { judgeCall, requireFunction } from './check-function';
import type { CompareOptions } from './compare';
import { pass } from './pass';

/** How a student's step of a recurrence is compared with the reference, along time. */
export interface StepCheck<P extends Params, S extends State, Options> extends Pick<CompareOptions, 'tolerance'> {
  /** What the student wrote: x_t [batch, input] and the state before it, to the state after it. */
  readonly answer: (params: P, x: tf.Tensor2D, state: S) => unknown;
  /** The cell whose step is right. */
  readonly cell: Cell<P, S, Options>;
  /** The sizes to draw parameters for: what the cell's `init` takes, without a generator. */
  readonly sizes: Omit<Options, 'rng'> & { readonly inputSize: number };
  /** How many fresh sequences: 3 unless told. */
  readonly cases?: number;
  /** How many steps each: 5 unless told. */
  readonly time?: number;
  readonly seed?: number;
}

const BATCH = 2;
/** Spread of the drawn parameters: large enough for every term to be seen, small enough to keep tanh off its ends. */
const STD = 0.5;

/**
 * Checks one step of a recurrence against a cell, along seeded sequences: prints one line with a tick, or throws.
 *
 *   course.checkStep('02.1 step', { answer: step, cell: rnn, sizes: { inputSize: 4, hiddenSize: 3 } });
 *
 * Every parameter is drawn from N(0, 0.5²), biases too, which `init` leaves at zero. At each time step the answer gets the right state,
 * so the step named is the first that is wrong by itself: 2, not 1, for a mistake in what comes from the state, which begins at zero.
 *
 * @throws ExerciseError with one sentence: the time step, the part of the state and its element, by how much, never what is right
 */
export function checkStep<P extends Params, S extends State, Options>(
  exercise: string,
  check: StepCheck<P, S, Options>,
): void {
  requireFunction(exercise, check.answer);
  const { cell, cases = 3, time = 5 } = check;
  for (let index = 0; index < cases; index++) {
    const random = rng(check.seed ?? 0).fork(index);
    tf.tidy(() => {
      const params = drawParams(check, random.fork('params'));
      const xs = Array.from({ length: time }, (_, t) =>
        normalTensor(random.fork(t), [BATCH, check.sizes.inputSize] as const),
      );
      let state = cell.initialState(params, BATCH);
      for (const [t, x] of xs.entries()) {
        const before = state;
        const draw = (): [P, tf.Tensor2D, S] => [copy(params), x.clone(), copy(before)];
        const axes = Object.fromEntries(Object.keys(before).map((part) => [part, ['batch', 'hidden']]));
        const context = `for input ${index + 1} of ${cases}, at time step t = ${t + 1}, `;
        judgeCall(exercise, { ...check, reference: (...args) => cell.step(...args), axes }, draw, context);
        state = cell.step(params, x, before);
      }
    });
  }
  pass(exercise, `agrees with the reference at all ${time} time steps of ${cases} ${cases === 1 ? 'input' : 'inputs'}`);
}

function drawParams<P extends Params, S extends State, Options>(
  { cell, sizes }: StepCheck<P, S, Options>,
  random: Rng,
): P {
  const { inputSize, ...others } = sizes;
  const drawn = cell.init({ inputSize, ...others, rng: random } as unknown as Options);
  return Object.fromEntries(
    Object.entries(drawn).map(([name, tensor]) => [name, normalTensor(random, tensor.shape, STD)]),
  ) as unknown as P;
}

/** The same tensors under handles of their own: disposing of a copy leaves the original. */
function copy<T extends Readonly<Record<string, tf.Tensor>>>(tensors: T): T {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.clone()])) as unknown as T;
}
