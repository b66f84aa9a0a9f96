import * as tf from '@tensorflow/tfjs-node';
import { train } from 'kernel-lib';
import { describe, expect, it } from 'vitest';
import { trainUntil, type Trained } from '../../scripts/lib/papers/train-until';

/** w → 3 by descent on (w − 3)²: an error of 3, 2.4, 1.92, ... */
function descend(rate: number, solved: (w: number, last: boolean) => boolean, mostSteps = 10): Promise<Trained> {
  return trainUntil({
    ...{ params: { w: tf.scalar(0) }, optimizer: train.sgd(rate), mostSteps, every: 2 },
    draw: () => tf.scalar(3),
    loss: ({ w }, target) => w.sub(target).square(),
    solved: ({ w }, _, last) => solved(w.dataSync()[0] ?? NaN, last),
  });
}

describe('trainUntil', () => {
  it('stops where the model has learnt, and leaves no tensor behind', async () => {
    await descend(0.1, () => true);
    const before = tf.memory().numTensors;
    const { steps, solved, meanLoss } = await descend(0.1, (w) => w > 1.5);
    expect([steps, solved]).toEqual([4, true]);
    expect(meanLoss).toBeCloseTo((1.92 ** 2 + 1.536 ** 2) / 2, 4);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('gives up after its steps, and says which question is the last', async () => {
    const asked: boolean[] = [];
    const { steps, solved } = await descend(0.1, (_, last) => asked.push(last) === 0, 6);
    expect([steps, solved, asked]).toEqual([6, false, [false, false, true]]);
  });

  it('has failed where the run diverged', async () => {
    const { solved, meanLoss } = await descend(1e30, () => false);
    expect([solved, meanLoss]).toEqual([false, NaN]);
  });
});
