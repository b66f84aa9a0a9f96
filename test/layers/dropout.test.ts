import * as tf from '@tensorflow/tfjs-node';
import { dropout, rng } from 'kernel-lib';
import * as layers from 'kernel-lib/layers';
import { describe, expect, it } from 'vitest';
import { expectSame, fit, numbers, outputsOf, pairs, setNumbers } from './pairs';

const training = { training: true } as const;
const valuesOf = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

/** h_t = x_t Wx + h_{t-1} Wh, one of the two the identity and the other zeros: what is dropped is what is seen. */
function transparent(args: Partial<layers.RecurrentArgs>, kernel: boolean): layers.SimpleRnn {
  return layers.simpleRNN({
    units: 100,
    activation: 'linear',
    useBias: false,
    returnSequences: true,
    kernelInitializer: kernel ? 'identity' : 'zeros',
    recurrentInitializer: kernel ? 'zeros' : 'identity',
    ...args,
  });
}

/** A count of 10,000 draws with probability p is within four standard deviations of its mean. */
function expectShare(kept: readonly number[], p: number): void {
  expect(kept).toHaveLength(10_000);
  const deviation = Math.sqrt(10_000 * p * (1 - p));
  expect(Math.abs(kept.filter((value) => value !== 0).length - 10_000 * p)).toBeLessThan(4 * deviation);
}

describe('dropout', () => {
  it('drops as many features of the input as it says, the same ones at every step, and scales up the others', () => {
    const layer = transparent({ dropout: 0.25, seed: 1 }, true);
    const outputs = layer.apply(tf.ones([100, 3, 100]), training) as tf.Tensor3D;
    const [first, second, third] = tf.unstack(outputs, 1).map(valuesOf) as [number[], number[], number[]];
    expect(second).toEqual(first);
    expect(third).toEqual(first);
    expect([...new Set(first)].sort()).toEqual([0, Math.fround(4 / 3)]);
    expectShare(first, 0.75);
  });

  it('drops as much of the state as it says, the same units at every step, and scales up the others', () => {
    const layer = transparent({ recurrentDropout: 0.5, seed: 1 }, false);
    const xs = tf.zeros([100, 3, 100]);
    const outputs = layer.apply(xs, { ...training, initialState: [tf.ones([100, 100])] }) as tf.Tensor3D;
    const [first, second, third] = tf.unstack(outputs, 1).map(valuesOf) as [number[], number[], number[]];
    expect([...new Set(first)].sort()).toEqual([0, 2]);
    expect(second).toEqual(first.map((value) => value ** 2));
    expect(third).toEqual(first.map((value) => value ** 3));
    expectShare(first, 0.5);
  });

  it.each([
    [{ dropout: 0.5 }, true],
    [{ recurrentDropout: 0.5 }, false],
  ])('with %j draws anew for every batch, and the same again from the same seed', (rates, kernel) => {
    const initialState = [tf.ones([2, 100])];
    const drawn = (seed: number): number[][] => {
      const layer = transparent({ ...rates, seed }, kernel);
      return [1, 2].map(() => valuesOf(layer.apply(tf.ones([2, 2, 100]), { ...training, initialState }) as tf.Tensor));
    };
    const [first, second] = drawn(3);
    expect(first).not.toEqual(second);
    expect(drawn(3)).toEqual([first, second]);
    expect(drawn(4)).not.toEqual([first, second]);
  });

  it.each(pairs)('happens in training alone: $name', async ({ ours }) => {
    const args = { units: 3, inputShape: [5, 2], seed: 2 };
    const dropping = ours({ ...args, dropout: 0.5, recurrentDropout: 0.5 });
    const [model, plain] = [dropping, ours(args)].map((layer) => tf.sequential({ layers: [layer] }));
    const xs = numbers([4, 5, 2]);
    const expected = plain?.predict(xs) as tf.Tensor;
    expectSame([model?.predict(xs) as tf.Tensor], [expected]);
    expectSame(outputsOf(dropping, xs, { training: false }), [expected]);
    expect(() => {
      expectSame(outputsOf(dropping, xs, training), [expected]);
    }).toThrow();
    await expect(fitted(ours)).resolves.toEqual(await fitted(ours));
  });

  it.each(pairs)('computes what tf.layers does with the same draws: $name', ({ ours, theirs }) => {
    const rates = { units: 4, dropout: 0.5, recurrentDropout: 0.25, returnSequences: true };
    // The layer draws the state's mask first, then the input's.
    const generator = rng(7).fork('forward').fork('dropout');
    const ofState = dropout(tf.ones([2, 4]), { rate: 0.25, rng: generator });
    const ofInput = dropout(tf.ones([2, 1, 3]), { rate: 0.5, rng: generator }).reshape([2, 3]);
    const dropoutFunc = (ones: tf.Tensor): tf.Tensor => (ones.shape[1] === 3 ? ofInput : ofState).clone();
    const [mine, loop] = [ours({ ...rates, seed: 7 }), theirs({ ...rates, dropoutFunc } as never)];
    for (const layer of [mine, loop]) {
      layer.apply(tf.input({ shape: [null, 3] }));
      setNumbers(layer);
    }
    const xs = numbers<tf.Rank.R3>([2, 5, 3]);
    expectSame(outputsOf(mine, xs, training), outputsOf(loop, xs, training));
  });
});

/** Weights after training with dropout from one seed. */
async function fitted(make: (typeof pairs)[number]['ours']): Promise<number[][]> {
  const layer = make({ units: 3, inputShape: [5, 2], seed: 2, dropout: 0.5, recurrentDropout: 0.5 });
  const model = tf.sequential({ layers: [layer] });
  model.compile({ loss: 'meanSquaredError', optimizer: tf.train.sgd(0.1) });
  await fit(model, numbers([4, 5, 2]), numbers([4, 3]), 3);
  return model.getWeights().map(valuesOf);
}
