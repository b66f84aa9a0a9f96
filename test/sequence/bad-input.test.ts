import * as tf from '@tensorflow/tfjs-node';
import { rnn, type Params, type State } from 'kernel-lib/cells';
import {
  bidirectional,
  deepBidirectional,
  firstNonFinite,
  record,
  recordGradients,
  stacked,
  stream,
  truncatedBptt,
  unroll,
  unrollTruncated,
} from 'kernel-lib/sequence';
import { rng } from 'kernel-lib/tensor';
import { afterAll, describe, expect, test } from 'vitest';
import { subjects } from '../cells/derivations';
import type { AnyCell } from './golden';

// A wrong shape inside of TensorFlow can end the process: whatever is wrong is said before.

interface Call {
  readonly cell: AnyCell;
  readonly params: Params;
  readonly xs: tf.Tensor3D;
  readonly mask?: tf.Tensor2D;
  readonly state?: State;
}
const [batch, time, input, hidden] = [2, 5, 3, 4];
const kept: tf.Tensor[] = [];
const made = <T extends tf.Tensor>(tensor: T): T => {
  kept.push(tensor);
  return tensor;
};
const zeros = (shape: number[], dtype?: tf.DataType): never => made(tf.zeros(shape, dtype)) as never;
const disposed = (shape: number[]): never => {
  const tensor = tf.zeros(shape);
  tensor.dispose();
  return tensor as never;
};
afterAll(() => {
  tf.dispose(kept);
});

/** Everything that takes a cell and a sequence. */
const entries: Readonly<Record<string, (call: Call) => unknown>> = {
  unroll: ({ cell, params, xs, mask, state }) => unroll(cell, params, xs, given(mask, state)),
  record: ({ cell, params, xs, mask, state }) => record(cell as never, params as never, xs, given(mask, state)),
  recordGradients: ({ cell, params, xs, mask, state }) =>
    recordGradients(cell, params, xs, ({ outputs }) => outputs.sum(), given(mask, state)),
  firstNonFinite: ({ cell, params, xs, mask, state }) => firstNonFinite(cell, params, xs, given(mask, state)),
  unrollTruncated: ({ cell, params, xs, mask, state }) =>
    unrollTruncated(cell, params, xs, { ...given(mask, state), window: 2 }),
  truncatedBptt: ({ cell, params, xs, mask, state }) =>
    truncatedBptt(cell, params, xs, { ...given(mask, state), window: 2 }, ({ outputs }) => outputs()),
  bidirectional: ({ cell, params, xs, mask, state }) => {
    const initialState = state && { forward: state, backward: state };
    return bidirectional(cell, { forward: params, backward: params }, xs, given(mask, initialState));
  },
  stacked: ({ cell, params, xs, mask, state }) => stacked(cell, [params], xs, given(mask, state && [state])),
  deepBidirectional: ({ cell, params, xs, mask, state }) => {
    const initialState = state && [{ forward: state, backward: state }];
    return deepBidirectional(cell, [{ forward: params, backward: params }], xs, given(mask, initialState));
  },
  stream: ({ cell, params, xs, mask, state }) => {
    const ear = stream(cell, params, { batch, ...(state && { initialState: state }) });
    try {
      return ear.steps(xs, given(mask));
    } finally {
      ear.dispose();
    }
  },
};

const given = (mask?: tf.Tensor2D, initialState?: unknown): object => ({
  ...(mask && { mask }),
  ...(initialState !== undefined && { initialState }),
});

/** What is wrong, and how the sentence begins, after the place that some name: `backward: `, `layers[0]: `. */
const wrong: Readonly<Record<string, (right: Call) => readonly [Partial<Call>, string]>> = {
  'no tensor': () => [{ xs: [[[1, 2, 3]]] as never }, 'xs: got an array'],
  'another rank': () => [{ xs: zeros([time, input]) }, 'xs: got shape [5, 3]'],
  'another input size': () => [{ xs: zeros([batch, time, input + 1]) }, 'xs: got shape [2, 5, 4]'],
  'an empty batch': () => [{ xs: zeros([0, time, input]) }, 'xs: got shape [0, 5, 3]'],
  'no time steps': () => [{ xs: zeros([batch, 0, input]) }, 'xs: got shape [2, 0, 3]'],
  'another dtype': () => [{ xs: zeros([batch, time, input], 'int32') }, 'xs: got dtype int32'],
  'a disposed sequence': () => [{ xs: disposed([batch, time, input]) }, 'xs: got a disposed tensor'],
  'a mask longer than the sequence': () => [{ mask: zeros([batch, time + 1]) }, 'mask: got shape [2, 6]'],
  'a mask of another batch': () => [{ mask: zeros([batch + 1, time]) }, 'mask: got shape [3, 5]'],
  'a mask of text': () => [{ mask: made(tf.fill([batch, time], 'yes')) as never }, 'mask: got dtype string'],
  'a disposed mask': () => [{ mask: disposed([batch, time]) }, 'mask: got a disposed tensor'],
  'a state of another batch': ({ cell, params }) => {
    const state = cell.initialState(params, batch + 1);
    Object.values(state).forEach(made);
    return [{ state }, `initialState.h: got shape [3, ${state.h.shape[1]}]`];
  },
  'a state without its parts': () => [{ state: { q: zeros([batch, hidden]) } as never }, 'initialState: got { q }'],
  'a disposed state': ({ cell, params }) => {
    const state = cell.initialState(params, batch);
    tf.dispose(state);
    return [{ state }, 'initialState.h: got a disposed tensor'];
  },
  'a state of integers': ({ cell, params }) => {
    const state = cell.initialState(params, batch);
    const parts = Object.entries(state).map(([part, value]) => [part, made(value.cast('int32'))]);
    tf.dispose(state);
    return [{ state: Object.fromEntries(parts) as State }, 'initialState.h: got dtype int32'];
  },
};

/** One weight after the other, each wrong in the same way. */
const wrongWeight: Readonly<Record<string, (weight: tf.Tensor) => readonly [tf.Tensor | undefined, string]>> = {
  missing: () => [undefined, 'got '],
  disposed: ({ shape }) => [disposed(shape), 'got a disposed tensor'],
  'of another rank': ({ shape }) => [zeros([...shape, 1]), 'got shape ['],
  'of integers': ({ shape }) => [zeros(shape, 'int32'), 'got dtype int32'],
};

describe.each(subjects)('$cell.name', ({ cell, paramShapes }) => {
  const shapes = paramShapes({ batch, time, input, hidden });
  const params = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, made(tf.ones([...shape]))]),
  ) as Params;
  const right: Call = { cell, params, xs: zeros([batch, time, input]) };

  test.each(Object.entries(entries))('%s takes what is right', (_, call) => {
    expect(() => {
      tf.tidy(() => {
        call(right);
      });
    }).not.toThrow();
  });

  test.each(Object.entries(entries))('%s refuses what is wrong', (_, call) => {
    for (const [what, spoil] of Object.entries(wrong)) {
      const [change, beginning] = spoil(right);
      expectRefusal(what, () => call({ ...right, ...change }), beginning);
    }
  });

  test.each(Object.entries(entries))('%s refuses every weight that is wrong', (_, call) => {
    for (const [what, spoil] of Object.entries(wrongWeight)) {
      for (const [name, weight] of Object.entries(params)) {
        const [value, beginning] = spoil(weight);
        const others = Object.entries(params).filter(([other]) => other !== name);
        const spoilt = Object.fromEntries(value === undefined ? others : [...others, [name, value]]) as Params;
        expectRefusal(`${name} ${what}`, () => call({ ...right, params: spoilt }), `${name}: ${beginning}`);
      }
    }
  });
});

test('a stream refuses weights before its first step', () => {
  const whole = rnn.init({ inputSize: input, hiddenSize: hidden, rng: rng(1) });
  Object.values(whole).forEach(made);
  const params = { ...whole, Whh: zeros([hidden, hidden], 'int32') };
  expectRefusal('of integers', () => stream(rnn, params), 'Whh: got dtype int32');
});

test('every cell draws parameters that fit, and says which size does not', () => {
  for (const { cell } of subjects) {
    for (const size of ['inputSize', 'hiddenSize'] as const) {
      const options = { inputSize: 3, hiddenSize: 4, rng: rng(1) as never, [size]: 0 };
      expectRefusal(size, () => cell.init(options), `${size}: got 0, expected a positive integer.`);
    }
  }
});

function expectRefusal(what: string, call: () => unknown, beginning: string): void {
  const before = tf.memory().numTensors;
  let said = '';
  try {
    call();
  } catch (error) {
    said = (error as Error).message;
  }
  const afterPlaces = said.replace(/^((forward|backward|layers\[\d+\]): )*/, '');
  expect(afterPlaces.slice(0, beginning.length), what).toBe(beginning);
  expect(said, what).toMatch(/got .*expected .*\.$/);
  expect(said.split('. ').length, said).toBe(1);
  expect(tf.memory().numTensors, what).toBe(before);
}
