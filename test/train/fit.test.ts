import * as tf from '@tensorflow/tfjs-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { setSink } from 'kernel-lib/display/sink';
import { normalTensor } from 'kernel-lib/tensor/initializers';
import { rng } from 'kernel-lib/tensor/rng';
import { crossEntropy, fit } from 'kernel-lib/train';
import { recorder } from '../display/recorder';
import { lineData, lineOptions, meanSquare, values, type Batch } from './line';

beforeAll(() => {
  setSink(recorder('notebook').sink);
});

describe('fit', () => {
  it('finds a line, leaves the initial parameters alone and returns new ones', async () => {
    const options = lineOptions(lineData());
    const { params, history, stopped } = await fit(options);
    expect(stopped).toBe('finished');
    expect(values(params.W)[0]).toBeCloseTo(2, 4);
    expect(values(params.W)[1]).toBeCloseTo(-3, 4);
    expect(values(params.b)[0]).toBeCloseTo(1, 4);
    expect(values(options.params.W)).toEqual([0, 0]);
    expect(history.steps.loss.length).toBe(200);
    expect(history.steps.loss.at(-1)).toBeLessThan(1e-8);
    expect(history.steps.gradientNorm.length).toBe(200);
    expect(history.steps.milliseconds.every((ms) => ms > 0)).toBe(true);
    expect(history.epochs.loss).toEqual(history.steps.loss);
  });

  it('learns XOR with two layers, from nested parameters', async () => {
    const draws = rng(3);
    const params = {
      hidden: { W: normalTensor(draws, [2, 8]), b: tf.zeros<tf.Rank.R1>([8]) },
      out: { W: normalTensor(draws, [8, 2]), b: tf.zeros<tf.Rank.R1>([2]) },
    };
    const xs = tf.tensor2d([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    const { history, params: learnt } = await fit({
      params,
      loss: ({ hidden, out }, batch: { xs: tf.Tensor2D; ids: number[] }) =>
        crossEntropy(batch.xs.matMul(hidden.W).add(hidden.b).tanh().matMul(out.W).add(out.b), batch.ids),
      batches: () => [{ xs, ids: [0, 1, 1, 0] }],
      optimizer: tf.train.adam(0.1),
      epochs: 100,
      progress: false,
    });
    expect(history.epochs.loss[0]).toBeGreaterThan(0.5);
    expect(history.epochs.loss.at(-1)).toBeLessThan(0.01);
    expect(learnt.hidden.W.shape).toEqual([2, 8]);
    expect(history.epochs.steps).toEqual(new Array(100).fill(1));
  });

  it('takes gradients by hand and walks the same path as autodiff', async () => {
    const data = lineData();
    const auto = await fit({ ...lineOptions(data), steps: 20, clipNorm: 1 });
    const hand = await fit({
      ...lineOptions(data),
      loss: undefined,
      steps: 20,
      clipNorm: 1,
      gradients: ({ W, b }, { xs, ys }) => {
        const error = xs.matMul(W).add(b).sub(ys);
        const d = error.mul(2 / 64);
        return { loss: error.square().mean(), grads: { W: xs.matMul(d, true), b: d.sum(0) } };
      },
    });
    hand.history.steps.loss.forEach((loss, i) => {
      expect(loss).toBeCloseTo(auto.history.steps.loss[i] ?? NaN, 6);
    });
    expect(hand.history.steps.loss.at(-1)).toBeLessThan(hand.history.steps.loss[0] ?? 0);
  });

  it('clips: with clipNorm the step is at most learning rate · clipNorm long', async () => {
    const data = lineData();
    const { params, history } = await fit({ ...lineOptions(data), steps: 1, clipNorm: 0.5 });
    const moved = Math.hypot(...values(params.W), ...values(params.b));
    expect(history.steps.gradientNorm[0]).toBeGreaterThan(1);
    expect(moved).toBeCloseTo(0.3 * 0.5, 6);
  });

  it('keeps each parameter with its own moments when the loss leaves one out for a while', async () => {
    const data = lineData();
    let step = 0;
    const { params } = await fit({
      ...lineOptions(data),
      optimizer: tf.train.momentum(0.1, 0.5),
      params: { a: tf.scalar(0), b: tf.scalar(0) },
      // Slope 1 in b alone at the first step, in a alone at the second.
      loss: (p: Readonly<Record<'a' | 'b', tf.Tensor>>) => (++step === 1 ? p.b : p.a).mul(1),
      steps: 2,
    });
    expect(values(params.a)[0]).toBeCloseTo(-0.1, 6);
    expect(values(params.b)[0]).toBeCloseTo(-0.1 - 0.05, 6);
  });

  it('sets the learning rate of each step', async () => {
    for (const optimizer of [tf.train.sgd(1), tf.train.momentum(1, 0), tf.train.adam(1)]) {
      const { params } = await fit({ ...lineOptions(lineData()), optimizer, steps: 3, learningRate: () => 0 });
      expect(values(params.W)).toEqual([0, 0]);
    }
    const seen: number[] = [];
    await fit({ ...lineOptions(lineData()), steps: 3, learningRate: (step) => (seen.push(step), 0.1 / step) });
    expect(seen).toEqual([1, 2, 3]);
  });

  it('calls hooks in order and waits for them', async () => {
    const data = lineData();
    const calls: string[] = [];
    const later = async (call: string): Promise<void> => {
      calls.push(`${call} begins`);
      await new Promise((resolve) => setTimeout(resolve, 1));
      calls.push(`${call} ends`);
    };
    const { history } = await fit({
      ...lineOptions(data),
      steps: 3,
      batches: (epoch) => (calls.push(`batches ${epoch}`), [data, data]),
      onStep: ({ step, epoch, loss, gradientNorm, params, history: soFar }) => {
        expect([soFar.steps.loss.at(-1), soFar.steps.gradientNorm.at(-1)]).toEqual([loss, gradientNorm]);
        expect(params.W.isDisposed).toBe(false);
        return later(`step ${step} of epoch ${epoch}`);
      },
      onEpoch: ({ epoch, step }) => later(`epoch ${epoch} after step ${step}`),
      validate: async () => {
        await later('validate');
        return 7;
      },
    });
    expect(calls).toEqual(
      [
        'batches 1',
        ['step 1 of epoch 1', 'step 2 of epoch 1', 'validate', 'epoch 1 after step 2'],
        'batches 2',
        ['step 3 of epoch 2'],
      ].flatMap((entry) =>
        typeof entry === 'string' ? [entry] : entry.flatMap((call) => [`${call} begins`, `${call} ends`]),
      ),
    );
    // The second epoch did not run to its end: it leaves steps, but no epoch.
    expect([history.steps.loss.length, history.epochs.steps, history.epochs.validationLoss]).toEqual([3, [2], [7]]);
  });

  it('counts an epoch whose last batch is also the last step', async () => {
    const data = lineData();
    const { history } = await fit({ ...lineOptions(data), steps: 4, batches: () => [data, data] });
    expect(history.epochs.steps).toEqual([2, 2]);
  });

  it('takes batches from generators, async ones too, and closes them', async () => {
    const data = lineData();
    let closed = 0;
    async function* endless(): AsyncGenerator<Batch> {
      try {
        for (;;) yield await Promise.resolve(data);
      } finally {
        closed += 1;
      }
    }
    const { history } = await fit({ ...lineOptions(data), batches: endless, steps: 5 });
    expect([history.steps.loss.length, closed]).toEqual([5, 1]);
  });

  it('gives batches and loss streams of their own that depend on seed and number alone', async () => {
    const data = lineData();
    const drawn = async (seed: number): Promise<number[]> => {
      const numbers: number[] = [];
      await fit({
        ...lineOptions(data),
        rng: rng(seed),
        steps: 2,
        batches: (_epoch, draws) => (numbers.push(draws.uniform()), [data]),
        loss: (params, batch, draws) => (numbers.push(draws.uniform()), meanSquare(params, batch)),
      });
      return numbers;
    };
    const first = await drawn(1);
    expect(new Set(first).size).toBe(4);
    expect(await drawn(1)).toEqual(first);
    expect(await drawn(2)).not.toEqual(first);
  });
});

describe('memory', () => {
  it.each(['sgd', 'momentum', 'adam', 'rmsprop'] as const)('a step with %s leaves no tensor behind', async (name) => {
    const data = lineData();
    const counts: number[] = [];
    const optimizer = name === 'momentum' ? tf.train.momentum(0.1, 0.9) : tf.train[name](0.1);
    const options = lineOptions(data);
    const before = tf.memory().numTensors;
    const { params } = await fit({
      ...options,
      optimizer,
      steps: 6,
      clipNorm: 0.1,
      onStep: () => counts.push(tf.memory().numTensors),
    });
    expect(new Set(counts).size).toBe(1);
    tf.dispose(params);
    optimizer.dispose();
    // disposing SGD frees its constant, which was there before.
    expect(tf.memory().numTensors).toBeLessThanOrEqual(before);
  });

  it('fails without leaving tensors behind', async () => {
    const options = lineOptions(lineData());
    const before = tf.memory().numTensors;
    await expect(fit({ ...options, onStep: () => Promise.reject(new Error('mine')) })).rejects.toThrow('mine');
    await expect(fit({ ...options, batches: () => [] })).rejects.toThrow('batches: got none in epoch 1');
    expect(tf.memory().numTensors).toBe(before);
  });
});
