import * as tf from '@tensorflow/tfjs-node';
import { describe, expect, it } from 'vitest';
import {
  gru,
  lstm,
  record,
  rng,
  rnn,
  text,
  type GatedCell,
  type Gates,
  type Params,
  type State,
} from '../../kernel-lib/src';

const cells = { rnn, gru, lstm } as unknown as Record<text.LanguageModelCell, GatedCell<Params, State, never, Gates>>;
const ids = Int32Array.from({ length: 23 }, (_, t) => (t * t + 3 * t) % 5);

describe.each(['rnn', 'gru', 'lstm'] as const)('readInside, %s', (kind) => {
  const model = text.languageModel({ cell: kind, size: 5 });
  const params = model.init({ hiddenSize: 7, rng: rng(3) });
  const cell = cells[kind];

  it('finds what record finds step by step', () => {
    const inside = text.readInside(model, params, ids);
    const { states, gates } = record(cell, params.cell, text.oneHot([ids], 5));
    const found = Object.entries<tf.Tensor2D>({ ...inside.states, ...inside.gates });
    const expected = { ...states, ...gates };
    expect(found.map(([name]) => name)).toEqual(Object.keys(expected));
    for (const [name, value] of found) {
      const gap = tf.max(tf.abs(tf.sub(value, expected[name]?.squeeze([0]) ?? NaN))).dataSync()[0];
      expect(gap, name).toBeLessThan(1e-6);
    }
    const { logits } = model.apply(params, { batch: 1, time: ids.length, inputs: ids });
    expect(inside.logits.shape).toEqual([23, 5]);
    expect(tf.max(tf.abs(tf.sub(logits.squeeze([0]), inside.logits))).dataSync()[0]).toBe(0);
  });

  it('scores vectors as it scores ids, and lets the gradient through to them', () => {
    const { logits } = model.apply(params, { batch: 1, time: ids.length, inputs: ids });
    const scores = text.scoresOf(model, params);
    const xs = text.oneHot([ids], 5);
    expect(tf.max(tf.abs(tf.sub(scores(xs), logits))).dataSync()[0]).toBeLessThan(1e-6);
    const dxs = tf.grad((now: tf.Tensor) => scores(now as tf.Tensor3D).sum())(xs);
    expect(tf.min(tf.abs(dxs).sum(2)).dataSync()[0]).toBeGreaterThan(0);
  });

  it('reads a single symbol', () => {
    expect(text.readInside(model, params, Int32Array.of(2)).states.h.shape).toEqual([1, 7]);
  });

  it('refuses ids outside of the vocabulary and keeps no tensor but its own', () => {
    expect(() => text.readInside(model, params, Int32Array.of(5))).toThrow(
      'ids[0][0] is 5; expected an integer from 0 to 4',
    );
    const before = tf.memory().numTensors;
    tf.dispose(text.readInside(model, params, ids) as never);
    expect(tf.memory().numTensors).toBe(before);
  });
});
