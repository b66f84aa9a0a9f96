import * as tf from '@tensorflow/tfjs-node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RnnParams } from '../../kernel-lib/src/cells';
import { checkFunction } from '../../kernel-lib/src/course';
import { normalTensor, type Rng } from '../../kernel-lib/src/tensor';

const TIME = 6;
const HIDDEN = 3;

type Params = RnnParams;
type Step = (params: Params, x: tf.Tensor2D, h: tf.Tensor2D) => tf.Tensor;

function inputs(random: Rng): [Params, tf.Tensor3D] {
  const draw = (shape: number[]): tf.Tensor => normalTensor(random, shape, 0.7);
  return [
    {
      Wxh: draw([2, HIDDEN]) as tf.Tensor2D,
      Whh: draw([HIDDEN, HIDDEN]) as tf.Tensor2D,
      bh: draw([HIDDEN]) as tf.Tensor1D,
    },
    draw([2, TIME, 2]) as tf.Tensor3D,
  ];
}

const rightStep: Step = (p, x, h) => tf.tanh(x.matMul(p.Wxh).add(h.matMul(p.Whh)).add(p.bh));

/** h_1 ... h_T [batch, time, hidden] of a step, from zeros. */
function run(step: Step, carry = true): (params: Params, xs: tf.Tensor3D) => tf.Tensor3D {
  return (params, xs) => {
    let h: tf.Tensor2D = tf.zeros([2, HIDDEN]);
    const zeros = h;
    const outputs = tf.unstack(xs, 1).map((x) => {
      const next = step(params, x as tf.Tensor2D, h);
      h = carry ? (next as tf.Tensor2D) : zeros;
      return next;
    });
    return tf.stack(outputs, 1) as tf.Tensor3D;
  };
}

function check(answer: unknown): void {
  checkFunction('unroll', {
    answer: answer as () => unknown,
    reference: run(rightStep),
    inputs,
    axes: ['batch', 'time', 'hidden'],
  });
}

/** The one sentence with which an answer is refused. */
function refusal(answer: unknown): string {
  try {
    check(answer);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the answer passed');
}

const right = run(rightStep);

describe('checkFunction', () => {
  let tensors = 0;
  const log = vi.spyOn(console, 'log');
  const stderr = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')];
  beforeEach(() => {
    log.mockReset().mockImplementation(() => undefined);
    stderr.forEach((spy) => spy.mockReset());
    tensors = tf.memory().numTensors;
  });
  afterEach(() => {
    expect(tf.memory().numTensors).toBe(tensors);
    stderr.forEach((spy) => {
      expect(spy).not.toHaveBeenCalled();
    });
  });

  it('passes a right answer with one line', () => {
    check(right);
    expect(log.mock.calls).toEqual([['✓ unroll: agrees with the reference on 5 inputs']]);
  });

  it('passes a right answer that sums in another order', () => {
    check(run((p, x, h) => tf.tanh(tf.add(p.bh, tf.concat([h, x], 1).matMul(tf.concat([p.Whh, p.Wxh], 0))))));
    expect(log).toHaveBeenCalledTimes(1);
  });

  const wrongSteps: Record<string, Step> = {
    'the wrong sign': (p, x, h) => rightStep(p, x, h).neg(),
    'no tanh': (p, x, h) => x.matMul(p.Wxh).add(h.matMul(p.Whh)).add(p.bh),
    'no bias': (p, x, h) => tf.tanh(x.matMul(p.Wxh).add(h.matMul(p.Whh))),
  };
  it.each(Object.entries(wrongSteps))('refuses %s at the first time step', (_, step) => {
    expect(refusal(run(step))).toMatch(
      /^✗ unroll: for input 1 of 5, the answer differs from the reference first at time step t = 1, at element \[0, 0, \d\] of \[batch, time, hidden\], by about [\d.]+\.$/,
    );
  });

  it('names the second time step where Whh or the carried state is wrong: the first state is zero', () => {
    const transposed: Step = (p, x, h) => rightStep({ ...p, Whh: p.Whh.transpose() }, x, h);
    const forgotten: Step = (p, x) => tf.tanh(x.matMul(p.Wxh).add(p.bh));
    for (const answer of [run(transposed), run(forgotten), run(rightStep, false)]) {
      expect(refusal(answer)).toContain('first at time step t = 2, at element [0, 1, ');
    }
  });

  it('names the first time step over the whole batch', () => {
    const answer = (params: Params, xs: tf.Tensor3D): tf.Tensor => {
      const error = tf.buffer([2, TIME, HIDDEN]);
      error.set(0.25, 0, 4, 0);
      error.set(0.5, 1, 2, 1);
      return right(params, xs).add(error.toTensor());
    };
    expect(refusal(answer)).toContain(
      'at time step t = 3, at element [1, 2, 1] of [batch, time, hidden], by about 0.5.',
    );
  });

  it('refuses an answer that is one step late', () => {
    const late = (params: Params, xs: tf.Tensor3D): tf.Tensor => {
      const outputs = right(params, xs);
      return tf.concat([tf.zeros([2, 1, HIDDEN]), outputs.slice([0, 0, 0], [-1, TIME - 1, -1])], 1);
    };
    expect(refusal(late)).toContain('time step t = 1,');
  });

  it('never tells the expected number', () => {
    const message = refusal((params: Params, xs: tf.Tensor3D) => right(params, xs).mul(0));
    expect(message).not.toMatch(/\d\.\d{2,}/);
  });

  it('refuses the numbers of another input', () => {
    let seen: number[][][] | undefined;
    const remembered = (params: Params, xs: tf.Tensor3D): tf.Tensor =>
      tf.tensor3d((seen ??= right(params, xs).arraySync()));
    expect(refusal(remembered)).toContain('for input 2 of 5, ');
  });

  it.each<[string, unknown, string]>([
    ['no function', undefined, '✗ unroll: the answer is undefined, expected a function.'],
    ['nothing returned', () => undefined, 'the answer is undefined: is a `return` or an assignment missing?'],
    ['null', () => null, 'the answer is null.'],
    ['an async function', (p: Params, xs: tf.Tensor3D) => Promise.resolve(right(p, xs)), 'the answer is a Promise'],
    ['a promise that fails', () => Promise.reject(new Error('late')), 'the answer is a Promise'],
    [
      'a plain array',
      (p: Params, xs: tf.Tensor3D) => right(p, xs).arraySync(),
      'the answer is an array, expected a tensor.',
    ],
    ['a function', () => right, 'the answer is a function.'],
    [
      'an object',
      (p: Params, xs: tf.Tensor3D) => ({ outputs: right(p, xs) }),
      'the answer is an object or a list, expected a tensor.',
    ],
    [
      'a wrong shape',
      (p: Params, xs: tf.Tensor3D) => right(p, xs).transpose([1, 0, 2]),
      'the answer has shape [6, 2, 3], expected [2, 6, 3] for [batch, time, hidden].',
    ],
    [
      'a NaN',
      (p: Params, xs: tf.Tensor3D) => {
        const nan = tf.buffer([2, TIME, HIDDEN]);
        nan.set(NaN, 1, 3, 2);
        return right(p, xs).add(nan.toTensor());
      },
      'the answer is NaN, first at time step t = 4, at element [1, 3, 2] of [batch, time, hidden].',
    ],
    [
      'a disposed tensor',
      (p: Params, xs: tf.Tensor3D) => {
        const outputs = right(p, xs);
        outputs.dispose();
        return outputs;
      },
      'the answer is a tensor that was disposed',
    ],
    [
      'a function that throws',
      () => {
        throw new Error('no such tensor');
      },
      '✗ unroll: for input 1 of 5, the function threw: no such tensor.',
    ],
    [
      'arguments disposed of',
      (p: Params, xs: tf.Tensor3D) => {
        const outputs = right(p, xs);
        p.Whh.dispose();
        return outputs;
      },
      'the function disposes of its argument 1, which belongs to the caller.',
    ],
  ])('refuses %s', (_, answer, sentence) => {
    expect(refusal(answer)).toContain(sentence);
    expect(refusal(answer).split('\n')).toHaveLength(1);
  });

  it('refuses a function that changes its arguments', () => {
    const inPlace = (xs: number[]): number[] => {
      xs.forEach((x, i) => (xs[i] = 2 * x));
      return xs;
    };
    expect(() => {
      checkFunction('double', {
        answer: inPlace,
        reference: (xs) => xs.map((x) => 2 * x),
        inputs: (random) => [[random.normal(), random.normal()]],
      });
    }).toThrow('the function changes its argument 1, which belongs to the caller.');
  });

  it('gives a function that draws the same generator as the reference', () => {
    checkFunction('draw', {
      answer: (random: Rng) => random.uniform() * 2,
      reference: (random: Rng) => 2 * random.uniform(),
      inputs: (random) => [random],
    });
    expect(log).toHaveBeenCalledTimes(1);
  });

  it('refuses to check on no input', () => {
    expect(() => {
      checkFunction('none', { answer: () => 1, reference: () => 2, inputs: () => [], cases: 0 });
    }).toThrow('cases: got 0, expected a whole number of inputs, 1 or more.');
  });
});
