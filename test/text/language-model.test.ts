import * as tf from '@tensorflow/tfjs-node';
import { gru, lstm, readout, rnn, type Cell, type Params, type State } from 'kernel-lib/cells';
import { unroll } from 'kernel-lib/sequence';
import { rng } from 'kernel-lib/tensor/rng';
import * as text from 'kernel-lib/text';
import * as train from 'kernel-lib/train';
import { describe, expect, it } from 'vitest';

const size = 6;
const ids = Int32Array.from({ length: 1300 }, (_, i) => (i * i + (i >> 2)) % size);
const cells = { rnn, gru, lstm } as unknown as Record<text.LanguageModelCell, Cell<Params, State, never>>;
const rows = (batch: number, time: number): text.IdRows => ({ batch, time, inputs: ids.slice(0, batch * time) });
const distance = (a: tf.Tensor, b: tf.Tensor): number => tf.tidy(() => a.sub(b).abs().max().dataSync()[0] ?? NaN);

describe.each(['rnn', 'gru', 'lstm'] as const)('a language model on %s', (kind) => {
  const model = text.languageModel({ cell: kind, size });
  const params = model.init({ hiddenSize: 5, rng: rng(1) });
  // zero biases would hide a wrong order of gates
  const biased = {
    cell: Object.fromEntries(
      Object.entries(params.cell).map(([name, w], k) => [name, w.add(tf.randomNormal(w.shape, 0, 0.3, 'float32', k))]),
    ),
    readout: params.readout,
  };

  it('computes the equations of the cell on one-hot vectors', () => {
    const { logits, outputs, final } = model.apply(biased, rows(3, 7));
    const xs = text.oneHot([...rows(3, 7).inputs], size).reshape<tf.Tensor3D>([3, 7, size]);
    const expected = unroll(cells[kind], biased.cell, xs);
    expect(distance(outputs, expected.outputs)).toBeLessThan(1e-6);
    expect(distance(final.h, expected.final.h)).toBeLessThan(1e-6);
    expect(distance(logits, readout.apply(biased.readout, expected.outputs))).toBeLessThan(1e-6);
  });

  it('has the loss of every next symbol, or of the last', () => {
    const each = text.batches(text.windows(ids, { length: 9 }), { size: 4 });
    const [batch] = [...each] as [text.IdBatch];
    const { logits } = model.apply(biased, batch);
    const { loss } = model.loss(biased, batch);
    expect(distance(loss, train.crossEntropy(logits.reshape([-1, size]), batch.targets))).toBeLessThan(1e-6);
    const [ends] = [...text.batches(text.windows(ids, { length: 9 }), { size: 4, targets: 'last' })] as [text.IdBatch];
    const last = logits.slice([0, 8, 0], [4, 1, size]).squeeze<tf.Tensor2D>([1]);
    expect(distance(model.loss(biased, ends).loss, train.crossEntropy(last, ends.targets))).toBeLessThan(1e-6);
  });

  it('reads a text in pieces as in one', () => {
    const whole = { batch: 1, time: 1299, inputs: ids.subarray(0, 1299), targets: ids.subarray(1) };
    const before = tf.memory().numTensors;
    const nats = model.nats(biased, ids);
    expect(tf.memory().numTensors).toBe(before);
    expect(nats).toBeCloseTo(model.loss(biased, whole).loss.dataSync()[0] ?? NaN, 5);
    expect(nats).not.toBeCloseTo(model.nats(params, ids), 2);
  });

  it('carries the state from window to window, and begins an epoch with zeros', () => {
    const windows = [...text.streams(ids, { size: 2, length: 20 })];
    const [first, second] = windows as [text.StreamBatch, text.StreamBatch];
    const before = tf.memory().numTensors;
    const reading = model.carrying();
    const values = [first, second, first].map((batch) =>
      tf.tidy(() => reading.loss(biased, batch).dataSync()[0] ?? NaN),
    );
    reading.dispose();
    expect(tf.memory().numTensors).toBe(before);
    const alone = (batch: text.IdBatch): number => model.loss(biased, batch).loss.dataSync()[0] ?? NaN;
    expect(values[0]).toBeCloseTo(alone(first), 6);
    expect(values[2]).toBeCloseTo(alone(first), 6);
    expect(values[1]).not.toBeCloseTo(alone(second), 4);
    const { final } = model.loss(biased, first);
    expect(values[1]).toBeCloseTo(model.loss(biased, second, final).loss.dataSync()[0] ?? NaN, 6);
  });

  it('writes one step a symbol, with the scores that reading gives, and leaves nothing behind', async () => {
    const before = tf.memory().numTensors;
    const writer = model.writer(biased);
    const spoken: number[][] = [];
    for (const id of ids.subarray(0, 12)) spoken.push([...((await writer.step(id)) as Float32Array)]);
    writer.dispose?.();
    const again = [...((await writer.step(ids[0] ?? 0)) as Float32Array)];
    writer.dispose?.();
    expect(tf.memory().numTensors).toBe(before);
    const { logits } = model.apply(biased, rows(1, 12));
    expect(distance(tf.tensor(spoken), logits.squeeze([0]))).toBeLessThan(1e-5);
    expect(again).toEqual(spoken[0]);
  });
});

it('lets a writer live in a scope of the caller', () => {
  const model = text.languageModel({ cell: 'gru', size });
  const params = model.init({ hiddenSize: 5, rng: rng(1) });
  const writer = model.writer(params);
  tf.tidy(() => void writer.step(1));
  const second = writer.step(2) as Float32Array;
  expect(second).toHaveLength(size);
  writer.dispose?.();
});

it('refuses what it cannot read, in a sentence', () => {
  const model = text.languageModel({ cell: 'rnn', size });
  const params = model.init({ hiddenSize: 5, rng: rng(1) });
  expect(() => text.languageModel({ cell: 'lstn' as 'lstm', size })).toThrow(
    /cell is 'lstn'; expected 'rnn', 'gru' or 'lstm'/,
  );
  expect(() => text.languageModel({ cell: 'rnn', size: 0 })).toThrow(/size is 0; expected an integer/);
  const one = { batch: 1, time: 2, inputs: Int32Array.of(0, 6) };
  expect(() => model.apply(params, one)).toThrow(/ids\[0\]\[1\] is 6; expected an integer from 0 to 5/);
  expect(() => model.apply(params, { ...one, time: 3 })).toThrow(/got 2 ids for batch 1 and time 3; expected 3/);
  expect(() => model.writer(params).step(6)).toThrow(/\[0\] is 6; expected an integer from 0 to 5/);
  expect(() => model.nats(params, Int32Array.of(1))).toThrow(/got 1 ids; expected at least 2/);
});
