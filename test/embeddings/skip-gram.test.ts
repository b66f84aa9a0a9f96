import * as tf from '@tensorflow/tfjs-node';
import { smallWorld } from 'kernel-lib/data/small-world';
import { drawTable, keepChances, wordCounts } from 'kernel-lib/embeddings/counts';
import { pairTrainer } from 'kernel-lib/embeddings/pair-trainer';
import { skipGram } from 'kernel-lib/embeddings/skip-gram';
import { checkSkipGram } from 'kernel-lib/embeddings/skip-gram-options';
import { scoreAnalogies } from 'kernel-lib/embeddings/analogies';
import { wordSpace } from 'kernel-lib/embeddings/word-space';
import { rng } from 'kernel-lib/tensor';
import { describe, expect, it } from 'vitest';

const quiet = { progress: false } as const;
const some = [Int32Array.of(0, 1, 2, 1, 0, 3), Int32Array.of(3, 2)];

describe('pairTrainer', () => {
  it.each([1, 3, 4, 9])('steps down the gradient that tfjs finds, in %d dimensions', (n) => {
    const options = { size: 6, dimensions: n, negatives: 3, rng: rng(1) };
    const table = Int32Array.of(2, 5, 4, 4); // two of the three are the same: their gradients add
    const trainer = pairTrainer(options, table);
    const draw = rng(2);
    for (const of of [trainer.u, trainer.v]) of.forEach((_, i) => (of[i] = draw.normal()));
    const v = tf.tensor2d(trainer.v.slice(), [6, n]);
    const u = tf.tensor2d(trainer.u.slice(), [6, n]);
    const loss = (v: tf.Tensor, u: tf.Tensor): tf.Scalar => {
      const z = tf
        .gather(u, [1, 2, 5, 4])
        .matMul(v.slice([3, 0], [1, n]).transpose())
        .flatten();
      return tf.softplus(z.mul(tf.tensor1d([-1, 1, 1, 1]))).sum();
    };
    const { value, grads } = tf.valueAndGrads(loss)([v, u]);
    const after = grads.map((grad, i) => (i === 0 ? v : u).sub(grad.mul(0.1)).dataSync());
    trainer.pair(3, 1, 0.1);
    expect(trainer.loss).toBeCloseTo(value.arraySync(), 2);
    // σ comes from a table of steps of 1/512.
    trainer.v.forEach((value, i) => {
      expect(Math.abs(value - (after[0]?.[i] ?? NaN))).toBeLessThan(1e-3);
    });
    trainer.u.forEach((value, i) => {
      expect(Math.abs(value - (after[1]?.[i] ?? NaN))).toBeLessThan(1e-3);
    });
  });

  it('passes over a negative that is the context, and reads its table on and on', () => {
    const trainer = pairTrainer({ size: 4, dimensions: 2, negatives: 2, rng: rng(1) }, Int32Array.of(1, 2, 3));
    trainer.pair(0, 1, 0.1); // against 1 and 2
    expect([...trainer.u.subarray(2, 4)].every((value, i) => Math.sign(value) === Math.sign(trainer.v[i] ?? 0))).toBe(
      true,
    );
    expect(trainer.loss).toBeCloseTo(2 * Math.LN2, 3);
    expect([...trainer.u.subarray(6, 8)]).toEqual([0, 0]);
    trainer.pair(0, 1, 0.1); // against 3 and 1
    expect(trainer.u[6]).not.toBe(0);
  });

  it('stays finite where a score is far beyond what the table holds', () => {
    const trainer = pairTrainer({ size: 3, dimensions: 1, negatives: 1, rng: rng(1) }, Int32Array.of(2));
    trainer.v[0] = 100;
    trainer.u.set([0, -100, 100]);
    trainer.pair(0, 1, 0.1);
    expect(trainer.loss).toBeCloseTo(16, 2);
    expect(Number.isFinite(trainer.v[0])).toBe(true);
  });
});

describe('counts', () => {
  it('are how often each word comes', () => {
    expect([...wordCounts(some, 5)]).toEqual([2, 2, 2, 2, 0]);
    expect(() => wordCounts(some, 3)).toThrow(
      "skipGram: sequences[0][5] is 3; expected an integer from 0 to 2: give the vocabulary's size",
    );
    expect(() => wordCounts([Int32Array.of(-1)], 3)).toThrow('skipGram: sequences[0][0] is -1; ');
  });

  it('keep a rare word always and a frequent one by √(t/f) + t/f', () => {
    const keep = keepChances(Int32Array.of(1, 99, 900), 0.01);
    expect(keep[0]).toBe(1);
    expect(keep[2]).toBeCloseTo(Math.sqrt(0.01 / 0.9) + 0.01 / 0.9, 12);
    expect([...keepChances(Int32Array.of(5, 5), Infinity)]).toEqual([1, 1]);
  });

  it('give negatives in proportion to count^0.75, in any order', () => {
    const table = drawTable(Int32Array.of(16, 0, 256, 1), rng(1));
    const shares = [0, 1, 2, 3].map((id) => table.filter((other) => other === id).length / table.length);
    const weights = [8, 0, 64, 1];
    shares.forEach((share, id) => {
      expect(share).toBeCloseTo((weights[id] ?? NaN) / 73, 4);
    });
    const first = table.subarray(0, 5000).filter((id) => id === 2).length / 5000;
    expect(Math.abs(first - 64 / 73)).toBeLessThan(0.02);
    expect(drawTable(Int32Array.of(0, 1, 1), rng(1)).includes(0)).toBe(false);
  });
});

describe('skipGram', () => {
  const options = { size: 4, rng: rng(1), dimensions: 8, subsample: Infinity, ...quiet };

  it('depends on its seed alone', async () => {
    const [a, b, c] = await Promise.all([1, 1, 2].map((seed) => skipGram(some, { ...options, rng: rng(seed) })));
    expect(a?.vectors).toEqual(b?.vectors);
    expect(a?.vectors).not.toEqual(c?.vectors);
  });

  it('takes every pair within a window of 1, and none from one sequence into the next', async () => {
    const { pairs, losses, contexts } = await skipGram([...some, Int32Array.of(2)], {
      ...options,
      window: 1,
      epochs: 3,
    });
    expect(pairs).toBe(3 * (2 * 5 + 2 * 1));
    expect(losses).toHaveLength(3);
    expect(contexts.some((value) => value !== 0)).toBe(true);
    expect(losses[0]).toBeLessThan(6 * Math.LN2 + 1e-3);
  });

  it('draws each size of window as often', async () => {
    const one = [Int32Array.from({ length: 20_000 }, (_, i) => i % 4)];
    const { pairs } = await skipGram(one, { ...options, window: 4, negatives: 1 });
    expect(pairs / 20_000).toBeCloseTo(2 * 2.5, 1); // the mean of 1, 2, 3, 4 to each side
  });

  it('thins out frequent words', async () => {
    const one = [Int32Array.from({ length: 20_000 }, (_, i) => i % 4)];
    const { pairs, counts } = await skipGram(one, { ...options, window: 1, subsample: 0.01 });
    const kept = Math.sqrt(0.04) + 0.04;
    expect(Math.abs(pairs / (2 * 20_000 * kept) - 1)).toBeLessThan(0.05);
    expect([...counts]).toEqual([5000, 5000, 5000, 5000]);
  });

  it('finds the relations of the small world: the step from he to she, and from capital to country', async () => {
    const { sentences, relations } = smallWorld();
    const words = [...new Set(sentences.flat())];
    const ids = new Map(words.map((word, id) => [word, id]));
    const texts = sentences.map((sentence) => Int32Array.from(sentence, (word) => ids.get(word) ?? -1));
    const learnt = await skipGram(texts, { ...options, size: words.length, dimensions: 16, epochs: 3, rate: 0.05 });
    const scores = scoreAnalogies(wordSpace(learnt, words), relations);
    for (const { first, questions } of scores) {
      expect(questions).toBe(56);
      expect(first).toBeGreaterThan(0.9);
    }
    expect(learnt.losses[2]).toBeLessThan(1.9);
  });

  it('has the settings of the paper unless told otherwise', () => {
    const told = { size: 4, rng: rng(1) };
    expect(checkSkipGram(some, told)).toEqual({
      ...{ ...told, dimensions: 100, window: 5, negatives: 5, subsample: 1e-3, rate: 0.025, epochs: 1 },
      progress: 'learning word vectors',
    });
    expect(checkSkipGram(some, { ...told, window: 2 }).window).toBe(2);
  });

  it.each<[object, string]>([
    [{ size: 0 }, 'size is 0; expected an integer of at least 1'],
    [{ dimensions: 2.5 }, 'dimensions is 2.5; expected an integer of at least 1'],
    [{ window: 0 }, 'window is 0'],
    [{ negatives: -1 }, 'negatives is -1'],
    [{ epochs: NaN }, 'epochs is NaN'],
    [{ rate: 0 }, 'rate is 0; expected a number above 0'],
    [{ subsample: NaN }, 'subsample is NaN; expected a number above 0'],
  ])('refuses %o', async (wrong, sentence) => {
    await expect(skipGram(some, { ...options, ...wrong })).rejects.toThrow(`skipGram: ${sentence}`);
  });

  it('refuses texts of one word, and stops when told', async () => {
    await expect(skipGram([Int32Array.of(1)], options)).rejects.toThrow('got 1 sequences, none of two words');
    const signal = AbortSignal.abort(new Error('interrupted'));
    const long = [Int32Array.from({ length: 3000 }, (_, i) => i % 4)];
    await expect(skipGram(long, { ...options, signal })).rejects.toThrow();
  });
});
