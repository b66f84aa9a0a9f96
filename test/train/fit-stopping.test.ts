import * as tf from '@tensorflow/tfjs-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { setSink } from 'kernel-lib/display/sink';
import { DivergedError, fit, type FitOptions } from 'kernel-lib/train';
import { recorder } from '../display/recorder';
import { lineData, lineOptions, meanSquare, values, type Batch, type Line } from './line';

beforeAll(() => {
  setSink(recorder('notebook').sink);
});

describe('abort', () => {
  it('stops before the next step and keeps what was learnt', async () => {
    const control = new AbortController();
    const options = lineOptions(lineData());
    const { params, history, stopped } = await fit({
      ...options,
      signal: control.signal,
      onStep: ({ step }) => {
        if (step === 7) control.abort();
      },
    });
    expect([stopped, history.steps.loss.length]).toEqual(['aborted', 7]);
    expect(values(params.W)).not.toEqual([0, 0]);
  });

  it('is heard from a timer while the loop runs', async () => {
    const control = new AbortController();
    setTimeout(() => {
      control.abort();
    }, 20);
    const { stopped } = await fit({ ...lineOptions(lineData()), steps: 1e9, signal: control.signal });
    expect(stopped).toBe('aborted');
  });

  it('takes no step when it came before the start', async () => {
    const { stopped, history } = await fit({ ...lineOptions(lineData()), signal: AbortSignal.abort() });
    expect([stopped, history.steps.loss.length]).toEqual(['aborted', 0]);
  });
});

describe('early stop', () => {
  /** Validation losses as written; the parameter b counts the epochs. */
  async function run(
    losses: number[],
    earlyStop: FitOptions<Line, Batch>['earlyStop'],
  ): Promise<[string, number, number, number | undefined]> {
    let epoch = 0;
    const { stopped, params, history, bestEpoch } = await fit<Line, Batch>({
      params: { W: tf.zeros([2, 1]), b: tf.zeros([1]) },
      batches: () => [lineData()],
      loss: undefined,
      gradients: ({ W }) => ({ loss: 1, grads: { W: tf.zerosLike(W), b: tf.tensor1d([-1]) } }),
      optimizer: tf.train.sgd(1),
      epochs: losses.length,
      validate: () => losses[epoch++] ?? NaN,
      ...(earlyStop && { earlyStop }),
      progress: false,
    });
    return [stopped, history.epochs.loss.length, values(params.b)[0] ?? NaN, bestEpoch];
  }

  it('stops after patience epochs in a row without improvement and restores the best', async () => {
    expect(await run([5, 4, 3, 3.5, 3, 1], { patience: 2 })).toEqual(['early stop', 5, 3, 3]);
  });
  it('counts anew after an improvement', async () => {
    expect(await run([5, 6, 4, 6, 3, 6], { patience: 2 })).toEqual(['finished', 6, 5, 5]);
  });
  it('takes a fall of minDelta or less for none', async () => {
    expect(await run([5, 4.5, 4, 3.5, 1], { patience: 3, minDelta: 2 })).toEqual(['early stop', 4, 1, 1]);
    expect(await run([5, 4.5, 4, 2.5, 1], { patience: 3, minDelta: 2 })).toEqual(['finished', 5, 4, 4]);
  });
  it('keeps the last parameters when asked to', async () => {
    expect(await run([1, 2, 3], { patience: 2, restoreBest: false })).toEqual(['early stop', 3, 3, undefined]);
  });
  it('never takes NaN for an improvement', async () => {
    expect(await run([NaN, 3, NaN, NaN, 1], { patience: 2 })).toEqual(['early stop', 4, 2, 2]);
  });
  it('restores the best also when the epochs run out', async () => {
    expect(await run([1, 2, 3], { patience: 5 })).toEqual(['finished', 3, 1, 1]);
  });
  it('watches the training loss where nothing is validated', async () => {
    const data = lineData();
    const { stopped, history } = await fit({
      ...lineOptions(data),
      steps: 50,
      learningRate: () => 0,
      earlyStop: { patience: 3 },
    });
    expect([stopped, history.epochs.loss.length]).toEqual(['early stop', 4]);
  });
});

describe('divergence', () => {
  it('stops with a sentence, the parameters before the step and the history', async () => {
    const options = lineOptions(lineData());
    const before = tf.memory().numTensors;
    const error = await fit({ ...options, optimizer: tf.train.sgd(1e30) }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DivergedError);
    const { message, step, params, history } = error as DivergedError;
    expect(message).toBe(
      'fit: the loss is Infinity at step 2 (epoch 2): try a smaller learning rate or clipNorm: 1, and look for NaN in the batch.',
    );
    expect([step, history.steps.loss.length]).toEqual([2, 1]);
    expect(values(params.W as tf.Tensor).every(Number.isFinite)).toBe(true);
    tf.dispose(Object.values(params));
    expect(tf.memory().numTensors).toBe(before + 1); // The constant of the second optimizer.
  });

  it('looks at the gradient, too', async () => {
    const run = fit({
      ...lineOptions(lineData()),
      // √x at 0: the loss is 0, its slope infinite.
      loss: ({ W }) => W.square().sum().sqrt(),
    });
    await expect(run).rejects.toThrow(
      "fit: the loss is 0, but the gradient's norm is NaN, at step 1 (epoch 1): look for NaN in the batch and the params, " +
        'and for a log or a division of 0 in the loss.',
    );
  });

  it('suggests a smaller clipNorm where one was given', async () => {
    let step = 0;
    const run = fit({
      ...lineOptions(lineData()),
      clipNorm: 5,
      loss: (params, batch) => meanSquare(params, batch).mul(++step === 3 ? NaN : 1),
    });
    await expect(run).rejects.toThrow(
      'at step 3 (epoch 3): try a smaller learning rate or a smaller clipNorm than 5, and',
    );
  });
});
