import * as tf from '@tensorflow/tfjs-node';
import { readout, rnn, type ReadoutParams, type RnnCell, type RnnParams } from 'kernel-lib/cells';
import { rng } from 'kernel-lib/tensor/rng';
import { cellModel } from 'kernel-lib/text/cell-model';
import { generate, generateText, type SymbolModel } from 'kernel-lib/text/generate';
import { softmax } from 'kernel-lib/text/sample';
import { vocabulary } from 'kernel-lib/text/vocabulary';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const vocab = vocabulary(['h', 'e', 'l', 'o']);

/** Spells hello over and over: knows how many symbols it has read, and nothing else. */
function speller(): SymbolModel & { read: number[]; disposed: number } {
  const after = [1, 2, 2, 3, 0];
  return {
    read: [],
    disposed: 0,
    step(id) {
      const logits = [-99, -99, -99, -99];
      logits[after[this.read.length % 5] ?? 0] = 99;
      this.read.push(id);
      return logits;
    },
    dispose() {
      this.disposed++;
    },
  };
}

describe('generate', () => {
  it('reads the prime, then its own draws, one step a character', async () => {
    const model = speller();
    expect(await generateText({ model, vocabulary: vocab, prime: 'hel', length: 7, rng: rng(1) })).toBe('lohello');
    // 3 symbols of the prime and 6 draws: the last one needs no step after it.
    expect(vocab.decode(model.read)).toBe('hellohell');
    expect(model.disposed).toBe(1);
  });

  it('yields each character before it takes the next step', async () => {
    const model = speller();
    const steps: number[] = [];
    for await (const character of generate({ model, vocabulary: vocab, prime: 'h', length: 4, rng: rng(1) })) {
      expect(character).toHaveLength(1);
      steps.push(model.read.length);
    }
    expect(steps).toEqual([1, 2, 3, 4]);
  });

  it('waits for a model that answers later', async () => {
    const inner = speller();
    const model: SymbolModel = { step: (id) => Promise.resolve(inner.step(id)) };
    expect(await generateText({ model, vocabulary: vocab, prime: 'h', length: 4, rng: rng(1) })).toBe('ello');
  });

  it('follows temperature and generator', async () => {
    const flat: SymbolModel = { step: () => [0, 0.5, 1, 1.5] };
    const draw = (temperature: number, seed: number): Promise<string> =>
      generateText({ model: flat, vocabulary: vocab, prime: 'h', length: 200, temperature, rng: rng(seed) });
    expect(await draw(1, 4)).toBe(await draw(1, 4));
    expect(await draw(1, 4)).not.toBe(await draw(1, 5));
    expect(await draw(0.001, 4)).toBe('o'.repeat(200));
    const share = (text: string): number => text.split('o').length - 1;
    expect(share(await draw(0.3, 4))).toBeGreaterThan(share(await draw(3, 4)));
  });

  it('lets go of the model when the reader leaves early, and when the model fails', async () => {
    const left = speller();
    for await (const character of generate({ model: left, vocabulary: vocab, prime: 'h', length: 50, rng: rng(1) })) {
      if (character === 'l') break;
    }
    expect(vocab.decode(left.read)).toBe('he');
    expect(left.disposed).toBe(1);

    const failing = speller();
    failing.step = () => {
      throw new Error('out of tricks');
    };
    await expect(
      generateText({ model: failing, vocabulary: vocab, prime: 'h', length: 50, rng: rng(1) }),
    ).rejects.toThrow('out of tricks');
    expect(failing.disposed).toBe(1);
  });

  it('stops at the signal, and gives it a chance to arrive', async () => {
    const controller = new AbortController();
    const model = speller();
    setImmediate(() => {
      controller.abort(new Error('interrupted'));
    });
    const options = { model, vocabulary: vocab, prime: 'h', length: 1e6, rng: rng(1), signal: controller.signal };
    await expect(generateText(options)).rejects.toThrow('interrupted');
    expect(model.read.length).toBeLessThan(100);
    expect(model.disposed).toBe(1);
  });

  it('refuses, before the first step, what it cannot begin with', () => {
    const model = speller();
    const good = { model, vocabulary: vocab, prime: 'h', length: 3, rng: rng(1) };
    expect(() => generate({ ...good, prime: '' })).toThrow('generate: prime is empty; expected at least one character');
    expect(() => generate({ ...good, prime: 'hex' })).toThrow("the character 'x' (U+0078) at position 2");
    expect(() => generate({ ...good, length: 0 })).toThrow('generate: length is 0; expected an integer of at least 1');
    for (const temperature of [0, -1, NaN]) {
      expect(() => generate({ ...good, temperature })).toThrow(`temperature is ${temperature}; expected a finite`);
    }
    expect(model.read).toEqual([]);
  });

  it('notices a model of another vocabulary', async () => {
    const model: SymbolModel = { step: () => [0, 1] };
    await expect(generateText({ model, vocabulary: vocab, prime: 'h', length: 3, rng: rng(1) })).rejects.toThrow(
      'the model returned 2 logits; expected 4, one a symbol of the vocabulary',
    );
  });
});

describe('cellModel', () => {
  const stepped = vi.fn();
  const cell: RnnCell = {
    ...rnn,
    step(...given) {
      stepped();
      return rnn.step(...given);
    },
  };
  const Wxh = [
    [0.5, -1],
    [1, 0.25],
    [-0.5, 0.75],
    [0.1, 0.2],
  ];
  const Whh = [
    [0.3, -0.6],
    [0.9, 0.1],
  ];
  const Why = [
    [1, -1, 0.5, 2],
    [0.5, 1.5, -2, 1],
  ];
  const bh = [0.1, -0.3];
  const by = [0.2, 0, -0.1, 0.4];
  const column = (matrix: number[][], j: number): number[] => matrix.map((row) => row[j] ?? NaN);
  const dot = (a: number[], b: number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? NaN), 0);
  const reference = (text: string): number[] => {
    let h = [0, 0];
    for (const id of vocab.encode(text)) {
      h = [0, 1].map((j) => Math.tanh((Wxh[id]?.[j] ?? NaN) + dot(h, column(Whh, j)) + (bh[j] ?? NaN)));
    }
    return [0, 1, 2, 3].map((k) => dot(h, column(Why, k)) + (by[k] ?? NaN));
  };

  let params: RnnParams & ReadoutParams;
  let before = 0;
  beforeEach(() => {
    params = {
      Wxh: tf.tensor2d(Wxh),
      Whh: tf.tensor2d(Whh),
      bh: tf.tensor1d(bh),
      Why: tf.tensor2d(Why),
      by: tf.tensor1d(by),
    };
    before = tf.memory().numTensors;
    stepped.mockClear();
  });
  afterEach(() => {
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(params);
  });

  it('scores the next symbol from all that it has read', () => {
    const model = cellModel({ cell, readout, params, vocabulary: vocab });
    let logits: ArrayLike<number> = [];
    for (const id of vocab.encode('hello')) {
      const now = model.step(id);
      if (now instanceof Promise) throw new Error('a cell answers at once');
      logits = now;
    }
    reference('hello').forEach((z, k) => {
      expect(logits[k]).toBeCloseTo(z, 5);
    });
    expect(tf.memory().numTensors).toBe(before + 1);
    model.dispose?.();
  });

  it('begins again after dispose', async () => {
    const model = cellModel({ cell, readout, params, vocabulary: vocab });
    await model.step(2);
    model.dispose?.();
    const again = await model.step(0);
    reference('h').forEach((z, k) => {
      expect(again[k]).toBeCloseTo(z, 5);
    });
    model.dispose?.();
  });

  it('keeps its state when a step is taken inside tf.tidy', () => {
    const model = cellModel({ cell, readout, params, vocabulary: vocab });
    tf.tidy(() => void model.step(0));
    const logits = tf.tidy(() => {
      const values = model.step(1);
      return values instanceof Promise ? [] : Array.from(values);
    });
    reference('he').forEach((z, k) => {
      expect(logits[k]).toBeCloseTo(z, 5);
    });
    model.dispose?.();
  });

  it('carries a tensor that the cell hands on unchanged', async () => {
    const lazy: RnnCell = { ...rnn, step: (_, __, state) => state };
    const model = cellModel({ cell: lazy, readout, params, vocabulary: vocab });
    await model.step(0);
    await model.step(1);
    const logits = await model.step(2);
    by.forEach((y, k) => {
      expect(logits[k]).toBeCloseTo(y, 6);
    });
    model.dispose?.();
  });

  it('generates with one step a character and leaves no tensor', async () => {
    const model = cellModel({ cell, readout, params, vocabulary: vocab });
    const text = await generateText({ model, vocabulary: vocab, prime: 'he', length: 30, rng: rng(7) });
    expect(stepped).toHaveBeenCalledTimes(2 + 29);
    // The same draws, from the plain-number reference.
    const generator = rng(7);
    let expected = 'he';
    for (let i = 0; i < 30; i++) expected += vocab.symbols[generator.choice(softmax(reference(expected)))] ?? '';
    expect(`he${text}`).toBe(expected);
  });

  it('leaves no tensor when left early, interrupted or never begun', async () => {
    const model = cellModel({ cell, readout, params, vocabulary: vocab });
    const options = { model, vocabulary: vocab, prime: 'he', length: 30, rng: rng(7) };
    for await (const character of generate(options)) if (character !== '') break;
    generate(options);
    const controller = new AbortController();
    let seen = 0;
    const run = async (): Promise<void> => {
      for await (const character of generate({ ...options, signal: controller.signal })) {
        seen += character.length;
        if (seen === 3) controller.abort();
      }
    };
    await expect(run()).rejects.toThrow('abort');
    expect(seen).toBe(3);
  });

  it('refuses parameters that were drawn for another vocabulary', () => {
    expect(() => cellModel({ cell, readout, params, vocabulary: vocabulary('helo!') })).toThrow(
      'cellModel: the cell reads vectors of 4; expected 5, the size of the vocabulary: draw the parameters with inputSize 5',
    );
  });
});
