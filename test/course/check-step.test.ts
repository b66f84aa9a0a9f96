import * as tf from '@tensorflow/tfjs-node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rnn, type RnnParams, type RnnState } from '../../kernel-lib/src/cells';
import { checkStep } from '../../kernel-lib/src/course';

type Step = (params: RnnParams, x: tf.Tensor2D, state: RnnState) => unknown;

const check = (answer: Step): void => {
  checkStep('step', { answer, cell: rnn, sizes: { inputSize: 3, hiddenSize: 3 } });
};

function refusal(answer: Step): string {
  try {
    check(answer);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the answer passed');
}

const right: Step = ({ Wxh, Whh, bh }, x, { h }) => ({ h: tf.tanh(x.matMul(Wxh).add(h.matMul(Whh)).add(bh)) });

describe('checkStep', () => {
  let tensors = 0;
  const log = vi.spyOn(console, 'log');
  beforeEach(() => {
    log.mockReset().mockImplementation(() => undefined);
    tensors = tf.memory().numTensors;
  });
  afterEach(() => {
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('passes a right step with one line', () => {
    check(right);
    check((params, x, state) => rnn.step(params, x, state));
    expect(log.mock.calls[0]).toEqual(['✓ step: agrees with the reference at all 5 time steps of 3 inputs']);
    expect(log).toHaveBeenCalledTimes(2);
  });

  it.each<[string, number, Step]>([
    [
      'the wrong sign',
      1,
      ({ Wxh, Whh, bh }, x, { h }) => ({ h: tf.tanh(x.matMul(Wxh).add(h.matMul(Whh)).add(bh)).neg() }),
    ],
    ['no tanh', 1, ({ Wxh, Whh, bh }, x, { h }) => ({ h: x.matMul(Wxh).add(h.matMul(Whh)).add(bh) })],
    ['no bias', 1, ({ Wxh, Whh }, x, { h }) => ({ h: tf.tanh(x.matMul(Wxh).add(h.matMul(Whh))) })],
    [
      'Wxh transposed',
      1,
      ({ Wxh, Whh, bh }, x, { h }) => ({ h: tf.tanh(x.matMul(Wxh, false, true).add(h.matMul(Whh)).add(bh)) }),
    ],
    [
      'Whh transposed',
      2,
      ({ Wxh, Whh, bh }, x, { h }) => ({
        h: tf.tanh(
          x
            .matMul(Wxh)
            .add(h.matMul(Whh, false, true))
            .add(bh),
        ),
      }),
    ],
    ['no state', 2, ({ Wxh, bh }, x) => ({ h: tf.tanh(x.matMul(Wxh).add(bh)) })],
    ['the state before', 1, (_params, _x, { h }) => ({ h: h.clone() })],
  ])('refuses %s at time step %i', (_, t, answer) => {
    expect(refusal(answer)).toMatch(
      new RegExp(
        `^✗ step: for input 1 of 3, at time step t = ${t}, \`h\` in the answer differs from the reference first at element \\[\\d, \\d\\] of \\[batch, hidden\\], by about [\\d.]+\\.$`,
      ),
    );
  });

  it.each<[string, Step, string]>([
    [
      'a bare tensor',
      (p, x, s) => (right(p, x, s) as RnnState).h,
      'the answer is a tensor, expected one that holds `h`.',
    ],
    ['nothing', () => undefined, 'at time step t = 1, the answer is undefined'],
    ['a promise', (p, x, s) => Promise.resolve(right(p, x, s)), 'the answer is a Promise'],
    ['a state without h', () => ({ c: 1 }), 'the answer lacks `h`.'],
    [
      'a state disposed of',
      (p, x, s) => {
        const next = right(p, x, s);
        s.h.dispose();
        return next;
      },
      'the function disposes of its argument 3',
    ],
  ])('refuses %s', (_, answer, sentence) => {
    expect(refusal(answer)).toContain(sentence);
  });
});
