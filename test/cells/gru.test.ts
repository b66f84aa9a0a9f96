import * as tf from '@tensorflow/tfjs-node';
import { cells, flipUpdateGate, gru, gruForms, gruWith, type GruForm, type GruParams } from 'kernel-lib/cells';
import { unroll } from 'kernel-lib/sequence';
import { identity, normalTensor, rng, type Initializer } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';

const σ = (a: number): number => 1 / (1 + Math.exp(-a));
const one = (value: number): tf.Tensor2D => tf.tensor2d([[value]]);

describe('one step of numbers', () => {
  const weights = {
    Wxr: 0.7,
    Whr: -0.4,
    br: 0.1,
    Wxz: -0.3,
    Whz: 0.6,
    bz: 0.2,
    Wxh: 0.9,
    Whh: 0.5,
    bh: -0.1,
    bhh: 0.3,
  };
  const [x, h] = [0.8, -0.6];
  const r = σ(0.7 * x - 0.4 * h + 0.1);
  const z = σ(-0.3 * x + 0.6 * h + 0.2);
  const after = Math.tanh(0.9 * x - 0.1 + r * (0.5 * h + 0.3));
  const before = Math.tanh(0.9 * x - 0.1 + 0.5 * (r * h));
  const forms: [GruForm, number][] = [
    [{}, z * h + (1 - z) * after],
    [{ reset: 'after', update: 'replace' }, (1 - z) * h + z * after],
    [{ reset: 'before' }, z * h + (1 - z) * before],
    [{ reset: 'before', update: 'replace' }, (1 - z) * h + z * before],
  ];

  test.each(forms)('%o', (form, expected) => {
    const got = tf.tidy(() => {
      const { bhh, ...shared } = Object.fromEntries(
        Object.entries(weights).map(([name, value]) => [
          name,
          name.startsWith('b') ? tf.tensor1d([value]) : one(value),
        ]),
      );
      const params = form.reset === 'before' ? shared : { ...shared, bhh };
      return gruWith(form as { reset: 'after' })
        .step(params as unknown as GruParams, one(x), { h: one(h) })
        .h.dataSync()[0];
    });
    expect(got).toBeCloseTo(expected, 6);
  });
});

describe('gru', () => {
  test('is the form with nothing chosen', () => {
    expect(gruWith().name).toBe('gru');
    expect(
      gruWith({ reset: 'after', update: 'keep', gateActivation: 'sigmoid', candidateActivation: 'tanh' }).name,
    ).toBe('gru');
    expect(gru.name).toBe('gru');
  });

  test('has every form in the registry, under the name that it gives itself', () => {
    expect(Object.keys(cells)).toEqual(expect.arrayContaining(Object.keys(gruForms)));
    expect(Object.entries(gruForms).map(([, { name }]) => name)).toEqual(Object.keys(gruForms));
  });

  test('tells an unusual form by its name', () => {
    expect(gruWith({ gateActivation: 'hard_sigmoid', update: 'replace', candidateActivation: 'relu' }).name).toBe(
      'gru (z replaces, gate hard_sigmoid, candidate relu)',
    );
  });

  test('init draws the same parameters for the same seed, every matrix another', () => {
    tf.tidy(() => {
      const draw = (seed: number): number[][] =>
        Object.values(gru.init({ inputSize: 4, hiddenSize: 4, rng: rng(seed) })).map((tensor) => [
          ...tensor.dataSync(),
        ]);
      expect(draw(1)).toEqual(draw(1));
      expect(new Set([...draw(1), ...draw(2)].map((values) => values.join())).size).toBe(12 + 1);
    });
  });

  test('init draws orthogonal recurrent weights and zero biases unless told otherwise', () => {
    tf.tidy(() => {
      const params = gru.init({ inputSize: 3, hiddenSize: 4, rng: rng(1) });
      for (const Wh of [params.Whr, params.Whz, params.Whh]) {
        expect(Wh.matMul(Wh, true).sub(tf.eye(4)).abs().max().dataSync()[0]).toBeLessThan(1e-6);
      }
      for (const Wx of [params.Wxr, params.Wxz, params.Wxh]) {
        expect(Math.max(...Wx.abs().dataSync())).toBeLessThanOrEqual(Math.sqrt(6 / 7));
      }
      for (const b of [params.br, params.bz, params.bh, params.bhh]) expect([...b.dataSync()]).toEqual([0, 0, 0, 0]);

      const tiny: Initializer = (g, shape) => normalTensor(g, shape, 0.001);
      const initializers = { Wx: tiny, Wh: identity };
      const { Whz, Wxz } = gruWith({ reset: 'before' }).init({
        inputSize: 3,
        hiddenSize: 4,
        rng: rng(1),
        initializers,
      });
      expect(Whz.arraySync()).toEqual(tf.eye(4).arraySync());
      expect(Math.max(...Wxz.abs().dataSync())).toBeLessThan(0.01);
    });
  });

  test('init says which size is none, and leaves nothing behind', () => {
    const before = tf.memory().numTensors;
    expect(() => gru.init({ inputSize: 1.5, hiddenSize: 4, rng: rng(1) })).toThrow(
      'inputSize: got 1.5, expected a positive integer.',
    );
    expect(() => gru.init({ inputSize: 1, hiddenSize: 0, rng: rng(1) })).toThrow(
      'hiddenSize: got 0, expected a positive integer.',
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  test('sizes tells the sizes of parameters that fit, and what does not fit of others', () => {
    tf.tidy(() => {
      const params = gru.init({ inputSize: 3, hiddenSize: 4, rng: rng(1) });
      expect(gru.sizes(params)).toEqual({ inputSize: 3, hiddenSize: 4 });
      expect(() => gru.sizes({ ...params, Whh: tf.zeros([4, 5]) })).toThrow(
        'Whh: got shape [4, 5], expected [hidden, hidden]; axis 1 has size 5 where 4 is needed.',
      );
      expect(() => gru.sizes({ ...params, Wxh: tf.zeros([3, 5]) })).toThrow(
        'Wxh: got shape [3, 5], expected [input, hidden = 4]; the last axis must match Whh.',
      );
      expect(() => gru.sizes({ ...params, Wxz: tf.zeros([2, 4]) })).toThrow(
        'Wxz: got shape [2, 4], expected [input = 3, hidden = 4]; it must match Wxh.',
      );
      expect(() => gru.sizes({ ...params, Whr: tf.zeros([5, 5]) })).toThrow(
        'Whr: got shape [5, 5], expected [hidden = 4, hidden = 4]; it must match Whh.',
      );
      for (const name of ['br', 'bz', 'bh', 'bhh']) {
        expect(() => gru.sizes({ ...params, [name]: tf.zeros([5]) })).toThrow(
          `${name}: got shape [5], expected [hidden = 4]; it must match Whh.`,
        );
      }
    });
  });

  test('sizes says which form the parameters are of', () => {
    tf.tidy(() => {
      const { bhh, ...shared } = gru.init({ inputSize: 3, hiddenSize: 4, rng: rng(1) });
      expect(() => gru.sizes(shared as GruParams)).toThrow(
        "bhh: got none, expected [hidden = 4]; without it these are the parameters of reset 'before'.",
      );
      const withBoth = { ...shared, bhh };
      expect(() => gruWith({ reset: 'before' }).sizes(withBoth)).toThrow(
        "bhh: got a parameter, expected none; with it these are the parameters of reset 'after'.",
      );
    });
  });

  test('says which choice there is none of', () => {
    expect(() => gruWith({ reset: 'never' as 'after' })).toThrow("reset: got 'never', expected 'before' or 'after'.");
    expect(() => gruWith({ update: 'z' as 'keep' })).toThrow("update: got 'z', expected 'keep' or 'replace'.");
    expect(() => gruWith({ gateActivation: 'gelu' as 'tanh' })).toThrow(
      "gateActivation: got 'gelu', expected 'tanh', ",
    );
    expect(() => gruWith({ candidateActivation: 'gelu' as 'tanh' })).toThrow(
      "candidateActivation: got 'gelu', expected 'tanh', ",
    );
  });
});

describe('flipUpdateGate', () => {
  const gateActivations = ['sigmoid', 'hard_sigmoid', 'hard_sigmoid_keras2'] as const;
  const resets = ['before', 'after'] as const;

  test.each(resets.flatMap((reset) => gateActivations.map((gateActivation) => ({ reset, gateActivation }))))(
    'makes both conventions compute the same: $reset, $gateActivation',
    (form) => {
      tf.tidy(() => {
        const g = rng(1);
        const keep = gruWith(form as { reset: 'after' });
        const replace = gruWith({ ...form, update: 'replace' } as { reset: 'after' });
        const drawn = keep.init({ inputSize: 3, hiddenSize: 4, rng: g });
        const params = { ...drawn, bz: normalTensor(g, [4]) };
        const xs = normalTensor(g, [2, 6, 3], 2);
        const kept = unroll(keep, params, xs).outputs;
        const distance = (other: tf.Tensor): number => kept.sub(other).abs().max().dataSync()[0] ?? NaN;
        expect(distance(unroll(replace, flipUpdateGate(params), xs).outputs)).toBeLessThan(1e-6);
        expect(distance(unroll(replace, params, xs).outputs)).toBeGreaterThan(0.05);
      });
    },
  );

  test('is its own inverse, and gives back tensors of its own', () => {
    const params = gru.init({ inputSize: 3, hiddenSize: 4, rng: rng(1) });
    const before = tf.memory().numTensors;
    const once = flipUpdateGate(params);
    const twice = flipUpdateGate(once);
    tf.dispose(once);
    for (const name of Object.keys(params) as (keyof GruParams)[]) {
      expect([...twice[name].dataSync()].map((value) => value + 0)).toEqual([...params[name].dataSync()]);
    }
    tf.dispose(twice);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(params);
  });
});
