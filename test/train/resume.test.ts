import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { normalTensor } from 'kernel-lib/tensor/initializers';
import { rng, type Rng } from 'kernel-lib/tensor/rng';
import {
  adam,
  adamw,
  fit,
  loadCheckpoint,
  momentum,
  rmsprop,
  saveCheckpoint,
  sgd,
  type FitOptions,
  type FitResult,
  type Optimizer,
} from 'kernel-lib/train';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'resume-'));
  file = path.join(folder, 'run.safetensors');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

type Net = Readonly<{ hidden: { W: tf.Tensor2D; b: tf.Tensor1D }; out: { V: tf.Tensor2D } }>;
interface Batch {
  xs: tf.Tensor2D;
  ys: tf.Tensor2D;
}

const data: Batch[] = Array.from({ length: 5 }, (_, i) => ({
  xs: normalTensor(rng(10 + i), [8, 3]),
  ys: normalTensor(rng(20 + i), [8, 2]),
}));

const optimizers: Record<string, () => Optimizer> = {
  sgd: () => tf.train.sgd(0.05),
  momentum: () => tf.train.momentum(0.05, 0.9),
  nesterov: () => tf.train.momentum(0.05, 0.9, true),
  adagrad: () => tf.train.adagrad(0.05),
  adadelta: () => tf.train.adadelta(0.5),
  rmsprop: () => tf.train.rmsprop(0.01, 0.9, 0.5),
  'centred rmsprop': () => tf.train.rmsprop(0.01, 0.9, 0.5, undefined, true),
  adam: () => tf.train.adam(0.01),
  'fused sgd': () => sgd(0.05),
  'fused momentum': () => momentum(0.05, { nesterov: true }),
  'fused rmsprop': () => rmsprop(0.01, { momentum: 0.5 }),
  'fused centred rmsprop': () => rmsprop(0.01, { momentum: 0.5, centered: true }),
  'fused rmsprop in its form of Keras': () => rmsprop(0.01, { centered: true, form: 'keras' }),
  'fused adam': () => adam(0.01),
  'fused adamw': () => adamw(0.01),
};

/** Shuffled batches and noise in the loss: both must go on where they were. */
function options(optimizer: Optimizer, draws = rng(5)): FitOptions<Net, Batch> {
  const start = rng(1);
  return {
    params: {
      hidden: { W: normalTensor(start, [3, 4]), b: tf.zeros<tf.Rank.R1>([4]) },
      out: { V: normalTensor(start, [4, 2]) },
    },
    loss: ({ hidden, out }: Net, { xs, ys }: Batch, noise: Rng) => {
      const h = xs.matMul(hidden.W).add(hidden.b).tanh();
      return h
        .mul(normalTensor(noise, [4], 0.3).add(1))
        .matMul(out.V)
        .sub(ys)
        .square()
        .mean();
    },
    batches: (_epoch, shuffle) => shuffle.shuffle(data),
    validate: ({ out }) => tf.tidy(() => out.V.square().sum().dataSync()[0] ?? NaN),
    optimizer,
    rng: draws,
    epochs: 4,
    clipNorm: 0.5,
    learningRate: (step) => 0.05 / (1 + step / 10),
    progress: false,
  };
}

/** Every bit of the parameters, and the history without its times. */
function bits({ params, history, stopped, bestEpoch }: FitResult<Net>): unknown {
  const words = [params.hidden.W, params.hidden.b, params.out.V].map((tensor) =>
    Array.from(new Uint32Array(Float32Array.from(tensor.dataSync()).buffer)),
  );
  const { loss, gradientNorm } = history.steps;
  const epochs = { ...history.epochs, seconds: [] };
  return { words, loss, gradientNorm, epochs, stopped, bestEpoch };
}

async function abortedAt(step: number, run: FitOptions<Net, Batch>): Promise<FitResult<Net>> {
  const control = new AbortController();
  const onStep = (report: { step: number }): void => {
    if (report.step === step) control.abort();
  };
  return fit({ ...run, signal: control.signal, onStep });
}

describe('a resumed run is the uninterrupted one, bit for bit', () => {
  it.each(Object.keys(optimizers))('%s, stopped within an epoch', async (name) => {
    const make = optimizers[name] as () => Optimizer;
    const whole = await fit(options(make()));
    const checkpoint = { path: file, resume: true };
    const first = await abortedAt(7, { ...options(make()), checkpoint });
    expect([first.stopped, first.history.steps.loss.length]).toEqual(['aborted', 7]);
    // Another seed and other initial values: what counts is what was saved.
    const again = await fit({ ...options(make(), rng(99)), checkpoint });
    expect(bits(again)).toEqual(bits(whole));
  });

  it.each([1, 5, 10, 19, 20])('stopped after step %i', async (step) => {
    const whole = await fit(options(tf.train.adam(0.01)));
    const checkpoint = { path: file, resume: true };
    await abortedAt(step, { ...options(tf.train.adam(0.01)), checkpoint });
    const again = await fit({ ...options(tf.train.adam(0.01)), checkpoint });
    expect(bits(again)).toEqual(bits(whole));
  });

  it('stopped again and again', async () => {
    const whole = await fit(options(tf.train.adam(0.01)));
    const checkpoint = { path: file, resume: true };
    let result: FitResult<Net> | undefined;
    for (let step = 3; step < 23; step += 3) {
      result = await abortedAt(step, { ...options(tf.train.adam(0.01)), checkpoint });
    }
    expect(result && bits(result)).toEqual(bits(whole));
  });

  it('thrown out of the middle, from the last checkpoint', async () => {
    const whole = await fit(options(tf.train.adam(0.01)));
    const checkpoint = { path: file, everySteps: 4, resume: true };
    const crash = ({ step }: { step: number }): void => {
      if (step === 11) throw new Error('power cut');
    };
    await expect(fit({ ...options(tf.train.adam(0.01)), checkpoint, onStep: crash })).rejects.toThrow('power cut');
    const seen: number[] = [];
    const again = await fit({ ...options(tf.train.adam(0.01)), checkpoint, onStep: ({ step }) => seen.push(step) });
    expect(seen[0]).toBe(9);
    expect(bits(again)).toEqual(bits(whole));
  });

  it('with an early stop, its count and its best parameters', async () => {
    // The validation loss falls for two epochs, then rises.
    const falling = (epoch: number): number => [3, 2, 2.5, 2.6, 2.7][epoch - 1] ?? NaN;
    const early = (): FitOptions<Net, Batch> => {
      let epoch = 0;
      return {
        ...options(tf.train.adam(0.01)),
        epochs: 10,
        earlyStop: { patience: 2 },
        batches: (number, shuffle) => {
          epoch = number;
          return shuffle.shuffle(data);
        },
        validate: () => falling(epoch),
      };
    };
    const whole = await fit(early());
    expect([whole.stopped, whole.bestEpoch]).toEqual(['early stop', 2]);
    const checkpoint = { path: file, resume: true };
    await abortedAt(13, { ...early(), checkpoint });
    const again = await fit({ ...early(), checkpoint });
    expect(bits(again)).toEqual(bits(whole));
    // And once more: the run has ended, there is nothing left to do.
    expect(bits(await fit({ ...early(), checkpoint }))).toEqual(bits(whole));
  });
});

describe('resuming', () => {
  const checkpointed = (resume: boolean): { path: string; resume: boolean } => ({ path: file, resume });

  it('starts anew when there is no file yet, or without resume', async () => {
    await fit({ ...options(tf.train.adam(0.01)), steps: 3, checkpoint: checkpointed(true) });
    const { history } = await fit({ ...options(tf.train.adam(0.01)), steps: 2, checkpoint: checkpointed(false) });
    expect(history.steps.loss.length).toBe(2);
    expect(await readdir(folder)).toEqual(['run.safetensors']);
  });

  it('goes on past the end of a finished run', async () => {
    await fit({ ...options(tf.train.adam(0.01)), steps: 3, checkpoint: checkpointed(true) });
    const { history } = await fit({ ...options(tf.train.adam(0.01)), steps: 5, checkpoint: checkpointed(true) });
    expect(history.steps.loss.length).toBe(5);
  });

  it('leaves no tensors behind', async () => {
    const run = options(tf.train.sgd(0.1));
    const before = tf.memory().numTensors;
    for (let steps = 2; steps < 6; steps++) {
      const { params } = await fit({ ...run, steps, checkpoint: checkpointed(true) });
      tf.dispose([params.hidden, params.out]);
    }
    const wrong = { ...run, params: { ...run.params, extra: tf.zeros([1]) } };
    await expect(fit({ ...wrong, checkpoint: checkpointed(true) })).rejects.toThrow('extra');
    expect(tf.memory().numTensors).toBe(before + 1); // extra
  });

  it('says what does not fit', async () => {
    await fit({ ...options(tf.train.adam(0.01)), steps: 8, checkpoint: checkpointed(true) });
    const run = options(tf.train.adam(0.01));
    const out = { V: tf.zeros<tf.Rank.R2>([4, 3]) };
    await expect(fit({ ...run, params: { ...run.params, out }, checkpoint: checkpointed(true) })).rejects.toThrow(
      `${file}: params.out.V: got shape [4, 2], expected [4, 3]; resume with the model that was saved.`,
    );
    await expect(fit({ ...options(tf.train.sgd(0.1)), checkpoint: checkpointed(true) })).rejects.toThrow(
      `${file}: got the state of AdamOptimizer, expected SGDOptimizer; resume with the optimizer that was saved.`,
    );
    await expect(
      fit({ ...options(tf.train.adam(0.01)), batches: () => data.slice(0, 2), checkpoint: checkpointed(true) }),
    ).rejects.toThrow('batches: got 2 in epoch 2, where the checkpoint had taken 3; resume with the same data.');
    await saveCheckpoint(file, { params: { b: tf.zeros([1]) }, state: { mine: true } });
    await expect(fit({ ...options(tf.train.adam(0.01)), checkpoint: checkpointed(true) })).rejects.toThrow(
      `${file}: this checkpoint was not written by fit; load it with loadCheckpoint.`,
    );
    expect((await loadCheckpoint(file)).state).toEqual({ mine: true });
  });

  it('refuses an optimizer that cannot tell its state before the first step', async () => {
    const run = fit({ ...options(tf.train.adamax(0.01)), checkpoint: checkpointed(true) });
    await expect(run).rejects.toThrow(
      'optimizer: AdamaxOptimizer cannot tell its state, which a checkpoint needs; use another, such as tf.train.adam.',
    );
    const { history } = await fit({ ...options(tf.train.adamax(0.01)), steps: 2 });
    expect(history.steps.loss.length).toBe(2);
  });
});
