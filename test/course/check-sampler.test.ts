import * as tf from '@tensorflow/tfjs-node';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { checkSampler } from '../../kernel-lib/src/course';
import type { Rng } from '../../kernel-lib/src/tensor';

const P = [0.05, 0.6, 0, 0.35];
const log = vi.spyOn(console, 'log');
beforeEach(() => {
  log.mockReset().mockImplementation(() => undefined);
});

/** The first index at which the running total exceeds a uniform number. */
function inverse(p: readonly number[], random: Rng): number {
  const u = random.uniform();
  let total = 0;
  return p.findIndex((share) => (total += share) > u);
}

/** The index of the largest log p plus Gumbel noise: the same distribution by other draws. */
function gumbel(p: readonly number[], random: Rng): number {
  const keys = p.map((share) => Math.log(share) - Math.log(-Math.log(random.uniform())));
  return keys.indexOf(Math.max(...keys));
}

function check(answer: (random: Rng) => unknown): void {
  checkSampler('sample', { answer, probabilities: P });
}

describe('checkSampler', () => {
  it('passes any right sampler, with one line', () => {
    check((random) => inverse(P, random));
    check((random) => gumbel(P, random));
    expect(log.mock.calls[0]).toEqual(['✓ sample: 20,000 draws come as often as they should']);
    expect(log).toHaveBeenCalledTimes(2);
  });

  it.each<[string, number[], RegExp]>([
    [
      'a flatter distribution',
      [0.1, 0.5, 0, 0.4],
      /^✗ sample: index 0 comes too often in 20,000 draws \(\d+ times\)\.$/,
    ],
    ['a peaked one', [0, 0.7, 0, 0.3], /index 0 comes never/],
    ['the impossible', [0.05, 0.5997, 0.0003, 0.35], /index 2 comes too often/],
    ['a neighbour', [0.35, 0.05, 0.6, 0], /index 0 comes too often/],
  ])('refuses %s', (_, p, sentence) => {
    expect(() => {
      check((random) => inverse(p, random));
    }).toThrow(sentence);
  });

  it.each<[string, (random: Rng) => unknown, string]>([
    ['always the likeliest', () => 1, 'index 0 comes never'],
    ['no index', () => -1, 'a draw is -1, expected a whole number from 0 to 3.'],
    ['one too large', () => 4, 'a draw is 4, expected'],
    [
      'randomness of its own',
      () => inverse(P, { uniform: () => Math.random() } as unknown as Rng),
      '✗ sample: the same seed draws something else the second time: take all randomness from the generator',
    ],
    ['a fraction', (random) => random.uniform(), 'expected a whole number'],
    ['NaN', () => NaN, 'a draw is NaN'],
    ['nothing', () => undefined, 'a draw is undefined, expected a number, one index.'],
    ['a tensor', () => tf.scalar(1), 'a draw is an object of the class Tensor, expected a number'],
    ['a promise', () => Promise.reject(new Error('late')), 'a draw is a Promise'],
  ])('refuses %s', (_, answer, sentence) => {
    const before = tf.memory().numTensors;
    expect(() => {
      check(answer);
    }).toThrow(sentence);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('leaves no tensor of a sampler that makes some', () => {
    const before = tf.memory().numTensors;
    checkSampler('tensors', {
      answer: (random) => tf.scalar(inverse([0.5, 0.5], random)).arraySync(),
      probabilities: [0.5, 0.5],
      draws: 500,
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('asks for probabilities that sum to one', () => {
    expect(() => {
      checkSampler('sample', { answer: () => 0, probabilities: [0.5, 0.4] });
    }).toThrow('expected none below 0 and a sum of 1');
  });
});
