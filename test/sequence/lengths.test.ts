import * as tf from '@tensorflow/tfjs-node';
import fc from 'fast-check';
import { lengthsMask, rnn } from 'kernel-lib/cells';
import { unroll } from 'kernel-lib/sequence';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';
import { anyCells, errorsAgainstTorch, goldenCases, paramsOf, stateAt } from './golden';
import { expectClose, forAll } from './properties';

describe('lengths, against pack_padded_sequence and pad_packed_sequence of PyTorch', () => {
  const packed = goldenCases.filter(({ layers, bothDirections }) => layers === 1 && !bothDirections);

  test.each(packed)('$cell.name: $name', (golden) => {
    const errors = errorsAgainstTorch(golden, (torch, xs, start) => {
      const { outputs, final } = unroll(golden.cell, paramsOf(golden, torch, 0), xs, {
        lengths: golden.lengths ?? [],
        initialState: stateAt(start, 0),
      });
      return { outputs, final: [final] };
    });
    for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThan(1e-5);
  });
});

describe.each(anyCells)('lengths, $name', (cell) => {
  test.each([false, true])('give each sequence what it gives alone, then zeros (reverse: %s)', (reverse) => {
    forAll(cell, ({ params, xs, lengths, initialState, batch, time }) => {
      const whole = unroll(cell, params, xs, { lengths, initialState, reverse });
      for (let n = 0; n < batch; n++) {
        const length = lengths[n] ?? NaN;
        const own = Object.fromEntries(
          Object.entries(initialState).map(([part, value]) => [part, value.slice([n], [1])]),
        ) as unknown as typeof initialState;
        const alone = unroll(cell, params, xs.slice([n], [1]).slice([0, 0], [-1, length]), {
          initialState: own,
          reverse,
        });
        expectClose({ h: whole.outputs.slice([n, 0], [1, length]) }, { h: alone.outputs });
        for (const [part, value] of Object.entries(alone.final)) {
          expectClose({ part: whole.final[part]?.slice([n], [1]) ?? tf.scalar(NaN) }, { part: value });
        }
        if (length < time) {
          expect(whole.outputs.slice([n, length], [1]).abs().max().dataSync()[0]).toBe(0);
        }
      }
    });
  });

  test('as numbers, as a tensor and as a mask are the same', () => {
    forAll(cell, ({ params, xs, lengths, time }) => {
      const walked = unroll(cell, params, xs, { lengths, padding: 'carried' });
      expectClose(
        { h: unroll(cell, params, xs, { lengths: tf.tensor1d(lengths, 'int32'), padding: 'carried' }).outputs },
        { h: walked.outputs },
      );
      const byMask = unroll(cell, params, xs, { mask: lengthsMask(lengths, time) });
      expectClose({ h: byMask.outputs }, { h: walked.outputs });
      expectClose(byMask.final, walked.final);
    });
  });

  test('with zeros for padding, a mask gives what lengths give', () => {
    forAll(cell, ({ params, xs, lengths, time }) => {
      const { outputs } = unroll(cell, params, xs, { mask: lengthsMask(lengths, time), padding: 'zeros' });
      expectClose({ outputs }, { outputs: unroll(cell, params, xs, { lengths }).outputs });
    });
  });

  test('let not even NaN through from the padding, forward or back', () => {
    tf.tidy(() => {
      const params = cell.init({ inputSize: 2, hiddenSize: 3, rng: rng(1) });
      const good = normalTensor(rng(2), [2, 4, 2]);
      const mask = lengthsMask([2, 4], 4);
      const xs = tf.where<tf.Tensor3D>(mask.expandDims(2), good, NaN);
      const names = Object.keys(params);
      const gradients = (along: tf.Tensor3D): tf.Tensor[] =>
        tf.grads((...values) => {
          const named = Object.fromEntries(names.map((name, i) => [name, values[i + 1] ?? tf.scalar(NaN)]));
          return unroll(cell, named, values[0] as tf.Tensor3D, { lengths: [2, 4] }).outputs.sum();
        })([along, ...Object.values(params)]);
      const [got, expected] = [gradients(xs), gradients(good)];
      got.forEach((gradient, i) => {
        expectClose({ gradient }, { gradient: expected[i] ?? tf.scalar(NaN) });
      });
    });
  });

  test('leave the results and nothing else behind', () => {
    const params = cell.init({ inputSize: 2, hiddenSize: 3, rng: rng(1) });
    const xs = tf.ones<tf.Rank.R3>([2, 4, 2]);
    const given = tf.tensor1d([1, 3], 'int32');
    const before = tf.memory().numTensors;
    for (const lengths of [[1, 3], given]) tf.dispose({ ...unroll(cell, params, xs, { lengths }) });
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([params, xs, given]);
  });
});

describe('lengthsMask', () => {
  test('is true for as many steps as there are', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }), (lengths) => {
        tf.tidy(() => {
          const mask = lengthsMask(lengths, 9);
          expect(mask.dtype).toBe('bool');
          expect(mask.arraySync()).toEqual(lengths.map((length) => Array.from({ length: 9 }, (_, t) => +(t < length))));
        });
      }),
      { seed: 1 },
    );
  });

  const int32 = (values: number[]): tf.Tensor1D => tf.tensor1d(values, 'int32');
  const bad: [string, () => unknown, string][] = [
    ['zero', () => lengthsMask([2, 0], 4), 'lengths[1]: got 0, expected an integer from 1 to time = 4.'],
    ['beyond the end', () => lengthsMask([5], 4), 'lengths[0]: got 5, expected an integer from 1 to time = 4.'],
    ['a fraction', () => lengthsMask([1.5], 4), 'lengths[0]: got 1.5, expected an integer from 1 to time = 4.'],
    ['NaN', () => lengthsMask([NaN], 4), 'lengths[0]: got NaN, expected an integer from 1 to time = 4.'],
    ['too long, as a tensor', () => lengthsMask(int32([9]), 4), 'lengths[0]: got 9, expected an integer from 1 to time = 4.'],
    ['none', () => lengthsMask([], 4), 'lengths: got 0 numbers, expected one or more integers from 1 to time = 4; give one for each sequence of xs.'],
    ['no time', () => lengthsMask([1], 0), 'time: got 0, expected a positive integer.'],
    ['floats', () => lengthsMask(tf.tensor1d([1, 2]), 4), "lengths: got dtype float32, expected int32; convert it with lengths.cast('int32')."],
    ['another rank', () => lengthsMask(tf.ones([2, 2], 'int32') as never, 4), 'lengths: got shape [2, 2], expected [batch]; it has 2 axes where 1 is needed.'],
    ['a word', () => lengthsMask('four' as never, 4), 'lengths: got string, expected an array of integers or an int32 tensor.'],
  ]; // prettier-ignore
  test.each(bad)('refuses %s', (_, call, message) => {
    expect(call).toThrow(new Error(message));
  });
});

describe('unroll with lengths says what does not fit', () => {
  const params = rnn.init({ inputSize: 2, hiddenSize: 3, rng: rng(1) });
  const xs = tf.ones<tf.Rank.R3>([3, 4, 2]);
  const bad: [string, Parameters<typeof unroll>[3], string][] = [
    ['too few', { lengths: [1, 2] }, 'lengths: got 2 numbers, expected 3 integers from 1 to time = 4; give one for each sequence of xs.'],
    ['too few, as a tensor', { lengths: tf.tensor1d([1, 2], 'int32') }, 'lengths: got shape [2], expected [batch = 3]; give one for each sequence of xs.'],
    ['a mask as well', { lengths: [1, 2, 3], mask: tf.ones([3, 4]) }, 'lengths: got lengths and a mask, expected one of them.'],
    ['an unknown padding', { lengths: [1, 2, 3], padding: 'ones' as never }, "padding: got 'ones', expected 'zeros' or 'carried'."],
  ]; // prettier-ignore
  test.each(bad)('%s', (_, options, message) => {
    const before = tf.memory().numTensors;
    expect(() => unroll(rnn, params, xs, options as never)).toThrow(new Error(message));
    expect(tf.memory().numTensors).toBe(before);
  });
});
