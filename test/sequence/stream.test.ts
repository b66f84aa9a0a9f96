import * as tf from '@tensorflow/tfjs-node';
import { rnn } from 'kernel-lib/cells';
import { stream, unroll } from 'kernel-lib/sequence';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';
import { anyCells } from './golden';
import { expectClose, forAll } from './properties';

const stepAt = (xs: tf.Tensor3D, t: number): tf.Tensor2D => xs.slice([0, t], [-1, 1]).squeeze([1]);

describe.each(anyCells)('stream $name', (cell) => {
  test('one step at a time, gives what the whole sequence gives', () => {
    forAll(cell, ({ params, xs, initialState, time }) => {
      const whole = unroll(cell, params, xs, { initialState });
      const reader = stream(cell, params, { initialState });
      const outputs = Array.from({ length: time }, (_, t) => tf.tidy(() => reader.step(stepAt(xs, t))));
      expectClose({ outputs: tf.stack(outputs, 1) }, { outputs: whole.outputs });
      expectClose(reader.state, whole.final);
      reader.dispose();
    });
  });

  test('in pieces and steps of any size, gives what the whole sequence gives, and again after a reset', () => {
    forAll(cell, ({ params, xs, batch, time, drawState, g }) => {
      const reader = stream(cell, params, { batch });
      for (const start of [cell.initialState(params, batch), drawState()]) {
        reader.reset(start);
        const outputs: tf.Tensor3D[] = [];
        for (let t = 0; t < time;) {
          const size = Math.min(1 + g.integer(3), time - t);
          outputs.push(
            g.uniform() < 0.3
              ? tf.stack(Array.from({ length: size }, (_, i) => reader.step(stepAt(xs, t + i))), 1) as tf.Tensor3D
              : reader.steps(xs.slice([0, t], [-1, size])),
          ); // prettier-ignore
          t += size;
        }
        const whole = unroll(cell, params, xs, { initialState: start });
        expectClose({ outputs: tf.concat3d(outputs, 1) }, { outputs: whole.outputs });
        expectClose(reader.state, whole.final);
      }
      reader.reset();
      expectClose({ outputs: reader.steps(xs) }, { outputs: unroll(cell, params, xs).outputs });
      reader.dispose();
    });
  });

  test('holds two states, however long it lasts, and leaves nothing behind', () => {
    const params = cell.init({ inputSize: 3, hiddenSize: 4, rng: rng(1) });
    const x = tf.ones<tf.Rank.R2>([2, 3]);
    const start = cell.initialState(params, 2);
    const parts = Object.keys(start).length;
    const before = tf.memory().numTensors;
    const reader = stream(cell, params, { batch: 2 });
    for (let t = 0; t < 50; t++) {
      reader.step(x).dispose();
      expect(tf.memory().numTensors).toBe(before + 2 * parts);
    }
    reader.reset(start);
    reader.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(Object.values(start).some((tensor) => tensor.isDisposed)).toBe(false);
    tf.dispose([params, x, start]);
  });
});

describe('stream', () => {
  const params = rnn.init({ inputSize: 3, hiddenSize: 4, rng: rng(1) });
  const xs = normalTensor(rng(2), [2, 5, 3]);

  test('reads the parts of sequences that are there', () => {
    tf.tidy(() => {
      const reader = stream(rnn, params, { batch: 2 });
      const lengths = [2, 5];
      expectClose({ h: reader.steps(xs, { lengths }) }, { h: unroll(rnn, params, xs, { lengths }).outputs });
      expectClose(reader.state, unroll(rnn, params, xs, { lengths }).final);
      reader.dispose();
    });
  });

  test('keeps each piece’s gradient to itself, and sees parameters change', () => {
    tf.tidy(() => {
      const Whh = tf.variable(params.Whh);
      const reader = stream(rnn, { ...params, Whh }, { batch: 2 });
      const first = tf.variableGrads(() => reader.steps(xs).sum()).grads;
      const start = reader.state.h.clone();
      const { grads } = tf.variableGrads(() => reader.steps(xs).sum());
      const alone = tf.grad((W) => unroll(rnn, { ...params, Whh: W as tf.Tensor2D }, xs, { initialState: { h: start } }).outputs.sum());
      expectClose({ dWhh: grads[Whh.name] ?? tf.scalar(NaN) }, { dWhh: alone(params.Whh) });
      expect(Object.keys(first)).toEqual([Whh.name]);
      Whh.assign(tf.zerosLike(Whh));
      const unrecurrent = unroll(rnn, { ...params, Whh: tf.zeros<tf.Rank.R2>([4, 4]) }, xs).outputs;
      expectClose({ h: reader.steps(xs) }, { h: unrecurrent });
      reader.dispose();
      Whh.dispose();
    });
  }); // prettier-ignore

  test('says what does not fit', () => {
    const reader = stream(rnn, params, { batch: 2 });
    const reason = 'it must match the stream and the input weights';
    const other = rnn.initialState(params, 1);
    const bad: [() => unknown, string][] = [
      [() => stream(rnn, params, { batch: 0 }), 'batch: got 0, expected a positive integer.'],
      [() => stream(rnn, params, { batch: 2, initialState: other }), 'initialState.h: got shape [1, 4], expected [batch = 2, hidden = 4]; it must match xs and the recurrent weights.'],
      [() => reader.step(tf.ones([1, 3])), `x: got shape [1, 3], expected [batch = 2, input = 3]; ${reason}.`],
      [() => reader.step(tf.ones([2, 3], 'int32')), "x: got dtype int32, expected float32; convert it with x.cast('float32')."],
      [() => reader.steps(tf.ones([1, 5, 3])), `xs: got shape [1, 5, 3], expected [batch = 2, time, input = 3]; ${reason}.`],
      [() => { reader.reset(other); }, 'state.h: got shape [1, 4], expected [batch = 2, hidden = 4]; it must match xs and the recurrent weights.'],
    ]; // prettier-ignore
    for (const [call, message] of bad) expect(call).toThrow(new Error(message));
    reader.dispose();
    expect(() => reader.step(tf.ones([2, 3]))).toThrow(
      'the stream: got a step after dispose(), expected none; make another stream.',
    );
  });
});
