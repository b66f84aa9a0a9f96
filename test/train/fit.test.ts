import * as tf from '@tensorflow/tfjs-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { setSink } from 'kernel-lib/display/sink';
import { normalTensor, uniformTensor } from 'kernel-lib/tensor/initializers';
import { rng, type Rng } from 'kernel-lib/tensor/rng';
import { crossEntropy, DivergedError, fit, type FitOptions, type Optimizer } from 'kernel-lib/train';
import { recorder } from '../display/recorder';

beforeAll(() => {
  setSink(recorder('notebook').sink);
});

interface Batch {
  xs: tf.Tensor2D;
  ys: tf.Tensor2D;
}
type Line = Readonly<{ W: tf.Tensor2D; b: tf.Tensor1D }>;

/** y = 2 x0 − 3 x1 + 1, without noise. */
function lineData(): Batch {
  const xs = uniformTensor(rng(1), [64, 2], -1, 1);
  return { xs, ys: tf.tidy(() => xs.matMul<tf.Tensor2D>(tf.tensor2d([[2], [-3]])).add(1)) };
}

const meanSquare = (params: Line, { xs, ys }: Batch): tf.Scalar =>
  xs.matMul(params.W).add(params.b).sub(ys).square().mean();

function lineOptions(data: Batch) {
  return {
    params: { W: tf.zeros([2, 1]), b: tf.zeros([1]) } as Line,
    loss: meanSquare as (params: Line, batch: Batch, draws: Rng) => tf.Tensor,
    batches: () => [data],
    optimizer: tf.train.sgd(0.3) as Optimizer,
    steps: 200,
    progress: false,
  };
}

const values = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());

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
