import * as tf from '@tensorflow/tfjs-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { setSink } from 'kernel-lib/display/sink';
import { fit, type FitOptions } from 'kernel-lib/train';
import { recorder } from '../display/recorder';
import { lineData, lineOptions, type Batch, type Line } from './line';

beforeAll(() => {
  setSink(recorder('notebook').sink);
});

describe('what cannot be used', () => {
  const data = lineData();
  const cases: [string, Partial<Record<string, unknown>>, string][] = [
    ['no loss', { loss: undefined }, 'fit: got neither loss nor gradients, expected one of them.'],
    ['both', { gradients: () => undefined }, 'fit: got both loss and gradients, expected one of them.'],
    ['no end', { steps: undefined }, 'fit: got neither epochs nor steps, expected at least one.'],
    ['half a step', { steps: 0.5 }, 'fit: steps is 0.5, expected an integer of at least 1.'],
    ['no epochs', { epochs: 0 }, 'fit: epochs is 0, expected an integer of at least 1.'],
    [
      'a negative norm',
      { clipNorm: -1 },
      'fit: clipNorm is -1, expected a number above 0; leave it out for no clipping.',
    ],
    [
      'no patience',
      { earlyStop: { patience: 0 } },
      'earlyStop.patience: got 0, expected an integer of at least 1, a number of epochs.',
    ],
    [
      'a negative delta',
      { earlyStop: { patience: 1, minDelta: -1 } },
      'earlyStop.minDelta: got -1, expected a number of at least 0.',
    ],
    ['no parameters', { params: {} }, 'params: got no tensors, expected at least one, as in { Wxh, bh }.'],
    ['a number for a tensor', { params: { W: 3 } }, 'params.W: got 3, expected a tensor or a record of tensors.'],
    [
      'a dot in a name',
      { params: { 'a.b': tf.zeros([1]) } },
      "params: got a parameter named 'a.b'; use a name without a dot, which separates the parts of a path.",
    ],
    [
      'integers',
      { params: { W: tf.zeros([1], 'int32') } },
      "params.W: got dtype int32, expected float32; convert it with params.W.cast('float32').",
    ],
    [
      'a vector of losses',
      { loss: () => tf.zeros([3]) },
      'loss: got shape [3], expected a scalar; take its mean or sum.',
    ],
    [
      'a number for a loss',
      { loss: () => 3 },
      'loss: got 3, expected a scalar tensor; return the loss itself, not a number read from it.',
    ],
    [
      'a loss apart from the parameters',
      { loss: () => tf.scalar(3) },
      'loss: got a loss that depends on none of the params, expected one computed from those it is given.',
    ],
    [
      'a negative rate',
      { learningRate: () => -1 },
      'learningRate: got -1 for step 1, expected a number of at least 0.',
    ],
    [
      'no batches',
      { batches: () => [] },
      'batches: got none in epoch 1, expected at least one; give each epoch an iterable of its own.',
    ],
  ];
  it.each(cases)('%s', async (_, change, message) => {
    const options = { ...lineOptions(data), ...change } as FitOptions<Line, Batch>;
    await expect(fit(options)).rejects.toThrow(message);
  });

  it.each([
    [
      { W: tf.zeros([2, 1]) },
      'gradients.grads: got W, without b; every parameter needs its gradient, of its own shape.',
    ],
    [
      { W: tf.zeros([1, 2]), b: tf.zeros([1]) },
      'gradients.grads.W: got shape [1, 2], expected [2, 1]; every parameter needs its gradient, of its own shape.',
    ],
    [
      { W: tf.zeros([2, 1]), b: tf.zeros([1]), c: tf.zeros([1]) },
      'gradients.grads: got c, which is not one of W, b; every parameter needs its gradient, of its own shape.',
    ],
  ])('gradients %#', async (grads, message) => {
    const options = { ...lineOptions(data), loss: undefined, gradients: () => ({ loss: 1, grads }) };
    await expect(fit(options as unknown as FitOptions<Line, Batch>)).rejects.toThrow(message);
  });

  it('an optimizer with the moments of another model', async () => {
    const optimizer = tf.train.adam(0.1);
    await fit({ ...lineOptions(data), optimizer, steps: 1 });
    await fit({ ...lineOptions(data), optimizer, steps: 1 });
    const other = { W: tf.zeros<tf.Rank.R2>([2, 2]) };
    await expect(
      fit({
        ...lineOptions(data),
        params: other,
        loss: ({ W }: typeof other) => W.sum<tf.Scalar>(),
        optimizer,
      } as never),
    ).rejects.toThrow(
      'optimizer: it keeps the moments of other parameters, which it has trained before; make a new optimizer for this model.',
    );
  });
});

describe('progress', () => {
  it('shows epoch and loss, and the validation loss at the end', async () => {
    const { sink, shown } = recorder('log');
    setSink(sink);
    const data = lineData();
    await fit({
      ...lineOptions(data),
      steps: 100,
      epochs: 2,
      batches: () => [data, data, data],
      validate: () => 0.25,
      progress: 'a line',
    });
    const lines = shown.map(({ bundle }) => bundle['text/plain'] ?? '');
    expect(lines.at(-1)).toMatch(/^a line 6\/6, .*epoch 2\/2, loss [\d.]+, validation loss 0.25$/);
    expect(lines.some((line) => line.startsWith('a line 4/6, 66%'))).toBe(true);
  });

  it('says where a run was stopped', async () => {
    const { sink, shown } = recorder('log');
    setSink(sink);
    const control = new AbortController();
    await fit({
      ...lineOptions(lineData()),
      signal: control.signal,
      onStep: ({ step }) => {
        if (step === 3) control.abort();
      },
      progress: true,
    });
    expect(shown.at(-1)?.bundle['text/plain']).toMatch(/^training stopped at 3 of 200, /);
  });
});
