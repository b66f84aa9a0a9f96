import * as tf from '@tensorflow/tfjs-node';
import * as bptt from 'kernel-lib/bptt';
import { lstm, rnn, type Params } from 'kernel-lib/cells';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';
import { subjects, type Subject } from '../cells/derivations';

// That the gradients are right is shown in test/cells/derivations.test.ts, for every cell and against every other way.
const [batch, time, input, hidden] = [2, 5, 3, 4];
const xs = normalTensor(rng(1), [batch, time, input]);
const dOutputs = normalTensor(rng(2), [batch, time, hidden]);
const mask = tf.tensor2d([
  [1, 1, 1, 0, 0],
  [1, 1, 1, 1, 1],
]);

const byHand = subjects.flatMap((subject) => (subject.backward ? [{ ...subject, backward: subject.backward }] : []));
const draw = ({ paramShapes }: Subject): Params => {
  const g = rng(3);
  const shapes = Object.entries(paramShapes({ batch, time, input, hidden }));
  return Object.fromEntries(shapes.map(([name, shape]) => [name, normalTensor(g, [...shape], 0.3)]));
};

describe.each(byHand)('the backward pass of $cell.name', (subject) => {
  const params = draw(subject);
  const start = subject.cell.initialState(params, batch);
  const walk = (d: tf.Tensor3D, options: object, given: tf.Tensor3D = xs): Record<string, tf.Tensor> =>
    subject.backward(params as never, given, d, options as never);

  test.each([{}, { reverse: true }, { mask }, { mask, reverse: true }, { initialState: start }])(
    'leaves a gradient for each argument, of its shape, and nothing else behind',
    (options) => {
      const before = tf.memory().numTensors;
      const gradients = walk(dOutputs, options);
      const shapes = Object.entries({ ...params, xs }).map(([name, { shape }]) => [`d${name}`, shape]);
      const starts = Object.entries(start).map(([part, { shape }]) => [`d${part}0`, shape]);
      const got = Object.fromEntries(Object.entries(gradients).map(([name, { shape }]) => [name, shape]));
      expect(got).toEqual(Object.fromEntries([...shapes, ...starts]));
      expect(tf.memory().numTensors).toBe(before + Object.keys(got).length);
      tf.dispose(gradients);
    },
  );

  test('passes the gradient through masked steps to the initial state', () => {
    const { dh0, ...others } = walk(dOutputs, { mask: tf.zeros([batch, time]) });
    expect(dh0?.sub(dOutputs.sum(1)).abs().max().dataSync()[0]).toBeLessThan(1e-5);
    for (const gradient of Object.values(others)) expect(gradient.abs().max().dataSync()[0]).toBe(0);
  });

  test('says what does not fit', () => {
    expect(() => walk(tf.zeros([batch, time, hidden - 1]), {})).toThrow(
      /^dOutputs: got shape \[2, 5, 3\], expected \[batch = 2, time = 5, (hidden|output) = 4\]; it must match the outputs\.$/,
    );
    expect(() => walk(dOutputs, {}, tf.zeros([batch, time, input - 1]))).toThrow(
      'xs: got shape [2, 5, 2], expected [batch, time, input = 3]; the last axis must match the first of the input weights.',
    );
    expect(() => walk(dOutputs, { mask: tf.ones([batch, time + 1]) })).toThrow('mask: got shape [2, 6], expected ');
  });
});

test('every other cell has a backward pass by hand', () => {
  const without = subjects.filter(({ backward }) => !backward).map(({ cell }) => cell.name);
  const stacks = ['stack rnn (depth 4)', 'stack rnn (depth 4, seen 3)'];
  expect(without).toEqual(['jordan (decay 0.75)', 'slstm', 'slstm (forget exp)', ...stacks]);
});

test('says which activation it does not know', () => {
  const rnnParams = rnn.init({ inputSize: input, hiddenSize: hidden, rng: rng(1) });
  const lstmParams = lstm.init({ inputSize: input, hiddenSize: hidden, rng: rng(1) });
  expect(() => bptt.rnn(rnnParams, xs, dOutputs, { activation: 'gelu' as 'tanh' })).toThrow(
    "activation: got 'gelu', expected 'tanh', 'sigmoid', ",
  );
  for (const name of ['gateActivation', 'candidateActivation', 'outputActivation']) {
    expect(() => bptt.lstm(lstmParams, xs, dOutputs, { [name]: 'gelu' as 'tanh' })).toThrow(`${name}: got 'gelu', `);
  }
});
