import * as tf from '@tensorflow/tfjs-node';
import { rng } from 'kernel-lib/tensor/rng';
import { batchModel, type BatchModel } from 'kernel-lib/text/batch-model';
import { beamSearch } from 'kernel-lib/text/beam-search';
import { generateText } from 'kernel-lib/text/generate';
import { generateBatch } from 'kernel-lib/text/generate-batch';
import { languageModel, type LanguageModelCell } from 'kernel-lib/text/language-model';
import { vocabulary } from 'kernel-lib/text/vocabulary';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const abc = vocabulary('abc');

/** A Markov chain of second order as a model of several texts; what each row has read is its text. */
function chain(chances: (read: string) => number[]): BatchModel & { rows: number[]; disposed: number } {
  let texts: string[] = [];
  return {
    rows: [],
    disposed: 0,
    step(ids, from) {
      this.rows.push(ids.length);
      texts = Array.from(ids, (id, row) => (texts[from[row] ?? 0] ?? '') + (abc.symbols[id] ?? ''));
      return Float32Array.from(texts.flatMap((text) => chances(text).map(Math.log)));
    },
    dispose() {
      this.disposed++;
      texts = [];
    },
  };
}
/** After "a" a beam of one takes b, the most likely, and finds nothing good behind it; the best text begins with c. */
const trap = (read: string): number[] => {
  if (read === 'a') return [0.1, 0.5, 0.4];
  return read.endsWith('c') ? [0.9, 0.05, 0.05] : [0.34, 0.33, 0.33];
};
const allTexts = (length: number): string[] =>
  length === 0 ? [''] : allTexts(length - 1).flatMap((text) => ['a', 'b', 'c'].map((next) => text + next));
const logChance = (model: (read: string) => number[], text: string): number =>
  Array.from(text).reduce(
    (sum, symbol, t) => sum + Math.log(model('a' + text.slice(0, t))[abc.symbols.indexOf(symbol)] ?? NaN),
    0,
  );

describe('beamSearch', () => {
  it('finds what a greedy choice passes by', async () => {
    const search = (width: number): Promise<{ text: string; logProbability: number }[]> =>
      beamSearch({ model: chain(trap), vocabulary: abc, prime: 'a', length: 2, width });
    expect((await search(1)).map(({ text }) => text)).toEqual(['ba']);
    const [first] = await search(2);
    expect(first?.text).toBe('ca');
    expect(first?.logProbability).toBeCloseTo(Math.log(0.4 * 0.9), 6);
  });

  it('is a search of all texts when it is as wide', async () => {
    const found = await beamSearch({ model: chain(trap), vocabulary: abc, prime: 'a', length: 4, width: 81 });
    const all = allTexts(4).map((text) => ({ text, logProbability: logChance(trap, text) }));
    expect(found).toHaveLength(81);
    expect(new Set(found.map(({ text }) => text)).size).toBe(81);
    for (const { text, logProbability } of found) expect(logProbability).toBeCloseTo(logChance(trap, text), 5);
    const best = Math.max(...all.map(({ logProbability }) => logProbability));
    expect(found[0]?.logProbability).toBeCloseTo(best, 5);
    const logs = found.map(({ logProbability }) => logProbability);
    expect(logs).toEqual([...logs].sort((a, b) => b - a));
  });

  it('leaves out what the model rules out, and is never wider than there are texts', async () => {
    const model = chain(() => [0.5, 0, 0.5]);
    const found = await beamSearch({ model, vocabulary: abc, prime: 'a', length: 2, width: 50 });
    expect(found.map(({ text }) => text)).toEqual(['aa', 'ac', 'ca', 'cc']);
    expect(model.rows).toEqual([1, 2]);
    expect(model.disposed).toBe(1);
  });

  it('stops at the signal, and refuses what it cannot search', async () => {
    const model = chain(trap);
    const good = { model, vocabulary: abc, prime: 'a', length: 5, width: 2 };
    const signal = AbortSignal.abort(new Error('interrupted'));
    await expect(beamSearch({ ...good, signal })).rejects.toThrow('interrupted');
    expect(model.disposed).toBe(1);
    await expect(beamSearch({ ...good, prime: '' })).rejects.toThrow('beamSearch: prime is empty');
    await expect(beamSearch({ ...good, prime: 'x' })).rejects.toThrow("the character 'x' (U+0078)");
    await expect(beamSearch({ ...good, width: 0 })).rejects.toThrow('width is 0; expected an integer of at least 1');
    await expect(beamSearch({ ...good, length: 1.5 })).rejects.toThrow('length is 1.5');
    const short: BatchModel = { step: () => new Float32Array(2) };
    await expect(beamSearch({ ...good, model: short })).rejects.toThrow('the model returned 2 logits; expected 3');
    const lost: BatchModel = { step: () => Float32Array.of(0, NaN, 0) };
    await expect(beamSearch({ ...good, model: lost })).rejects.toThrow('logits[1] is NaN');
  });
});

describe('generateBatch', () => {
  it('draws each text from its own fork, whatever the others are', async () => {
    const write = (count: number, seed = 1): Promise<string[]> =>
      generateBatch({ model: chain(trap), vocabulary: abc, prime: 'a', count, length: 12, rng: rng(seed) });
    const [four, two] = [await write(4), await write(2)];
    expect(four.slice(0, 2)).toEqual(two);
    expect(new Set(four).size).toBe(4);
    expect(await write(4, 2)).not.toEqual(four);
    for (const text of four) expect(text).toMatch(/^[abc]{12}$/);
  });

  it('draws as often as the model says', async () => {
    const write = { model: chain(trap), vocabulary: abc, prime: 'a', count: 4000, length: 2, rng: rng(5) };
    const texts = await generateBatch(write);
    const share = (text: string): number => texts.filter((each) => each === text).length / 4000;
    expect(Math.abs(share('ca') - 0.36)).toBeLessThan(0.03);
    expect(Math.abs(share('ba') - 0.17)).toBeLessThan(0.03);
    const careful = await generateBatch({ ...write, topK: 1 });
    expect(new Set(careful)).toEqual(new Set(['ba']));
  });

  it('refuses, before the first step, what it cannot write', async () => {
    const model = chain(trap);
    const good = { model, vocabulary: abc, prime: 'a', count: 2, length: 3, rng: rng(1) };
    await expect(generateBatch({ ...good, count: 0 })).rejects.toThrow('generateBatch: count is 0');
    await expect(generateBatch({ ...good, length: -1 })).rejects.toThrow('generateBatch: length is -1');
    await expect(generateBatch({ ...good, prime: '' })).rejects.toThrow('generateBatch: prime is empty');
    await expect(generateBatch({ ...good, temperature: 0 })).rejects.toThrow('temperature is 0; expected');
    expect(model.rows).toEqual([]);
    const signal = AbortSignal.abort(new Error('interrupted'));
    await expect(generateBatch({ ...good, signal })).rejects.toThrow('interrupted');
    expect(model.disposed).toBe(1);
    const short: BatchModel = { step: (ids) => new Float32Array(ids.length === 1 ? 3 : 3) };
    await expect(generateBatch({ ...good, model: short })).rejects.toThrow('expected 2 rows of 3');
  });
});

describe.each<LanguageModelCell>(['rnn', 'gru', 'lstm'])('batchModel of a language model, %s', (cell) => {
  const model = languageModel({ cell, size: 3 });
  const params = model.init({ hiddenSize: 5, rng: rng(2) });
  let before = 0;
  beforeAll(() => {
    before = tf.memory().numTensors;
  });
  afterAll(() => {
    expect(tf.memory().numTensors).toBe(before);
  });

  it('writes what the model writes alone', async () => {
    const options = { vocabulary: abc, prime: 'abca', length: 25, temperature: 0.7 };
    const many = await generateBatch({ model: batchModel(model, params), ...options, count: 3, rng: rng(9) });
    for (const [row, text] of many.entries()) {
      expect(await generateText({ model: model.writer(params), ...options, rng: rng(9).fork(row) })).toBe(text);
    }
  });

  it('scores what it finds as reading it would', async () => {
    const found = await beamSearch({
      model: batchModel(model, params),
      vocabulary: abc,
      prime: 'ab',
      length: 6,
      width: 4,
    });
    for (const { text, logProbability } of found) {
      const ids = abc.encode(`ab${text}`);
      const all = -model.nats(params, ids) * (ids.length - 1);
      const prime = -model.nats(params, ids.subarray(0, 2));
      expect(logProbability).toBeCloseTo(all - prime, 4);
    }
  });

  it('goes on from the rows it is told', async () => {
    const rows = batchModel(model, params);
    const read = async (...steps: [number[], number[]][]): Promise<Float32Array> => {
      let logits = new Float32Array();
      for (const [ids, from] of steps)
        logits = Float32Array.from(await rows.step(Int32Array.from(ids), Int32Array.from(from)));
      rows.dispose?.();
      return logits;
    };
    const crossed = await read(
      [
        [0, 1],
        [0, 0],
      ],
      [
        [2, 2],
        [1, 0],
      ],
    );
    const straight = await read(
      [
        [0, 1],
        [0, 0],
      ],
      [
        [2, 2],
        [0, 1],
      ],
    );
    expect([...crossed.subarray(0, 3)]).toEqual([...straight.subarray(3)]);
    expect([...crossed.subarray(3)]).toEqual([...straight.subarray(0, 3)]);
    expect([...crossed]).not.toEqual([...straight]);
  });
});
