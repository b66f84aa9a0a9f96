import * as tf from '@tensorflow/tfjs-node';
import { gruWith, lstmWith, rnn, rnnWith, type Params } from 'kernel-lib/cells';
import {
  bidirectional,
  deepBidirectional,
  firstNonFinite,
  stacked,
  unroll,
  type NonFinite,
  type NonFiniteOptions,
} from 'kernel-lib/sequence';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';
import { anyCells } from './golden';

const sizes = { inputSize: 3, hiddenSize: 4 };
const xs = normalTensor(rng(2), [3, 8, 3]);

/** The same tensor with one number changed. */
function put<T extends tf.Tensor>(tensor: T, index: readonly number[], value: number): T {
  return tf.tidy(() => {
    const changed = tensor.bufferSync().values.slice();
    const flat = index.reduce((sum, i, axis) => sum * (tensor.shape[axis] ?? 1) + i, 0);
    changed[flat] = value;
    return tf.tensor(changed, tensor.shape) as T;
  });
}

describe.each(anyCells)('firstNonFinite $name', (cell) => {
  const params = cell.init({ ...sizes, rng: rng(1) });
  const look = (changed: { params?: Params; xs?: tf.Tensor3D }, options: NonFiniteOptions<never> = {}) =>
    firstNonFinite(cell, changed.params ?? params, changed.xs ?? xs, options as never);

  test('finds nothing where all is finite, and leaves nothing behind', () => {
    const before = tf.memory().numTensors;
    expect(look({})).toBeUndefined();
    expect(look({}, { loss: ({ outputs }) => outputs.square().mean() })).toBeUndefined();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('finds the input', () => {
    const found = look({ xs: put(put(xs, [1, 5, 2], Infinity), [2, 3, 0], NaN) });
    expect(found).toMatchObject({ kind: 'input', name: 'x', step: 3, sequence: 2, value: NaN });
    expect(found?.message).toBe('step 3, sequence 2: the input x is NaN; everything before it was finite.');
    const inReverse = look({ xs: put(put(xs, [1, 5, 2], Infinity), [2, 3, 0], NaN) }, { reverse: true });
    expect(inReverse).toMatchObject({ kind: 'input', step: 5, sequence: 1, value: Infinity });
  });

  test('does not look at padding', () => {
    expect(look({ xs: put(xs, [1, 5, 2], NaN) }, { lengths: [8, 5, 8] })).toBeUndefined();
    expect(look({ xs: put(xs, [1, 4, 2], NaN) }, { lengths: [8, 5, 8] })).toMatchObject({ step: 4, sequence: 1 });
  });

  test('finds every weight', () => {
    for (const [name, weight] of Object.entries(params)) {
      const broken = { ...params, [name]: put(weight, weight.shape.map((size) => size - 1), NaN) }; // prettier-ignore
      const found = look({ params: broken });
      expect(found).toMatchObject({ kind: 'weight', name, value: NaN });
      expect(found?.message).toContain(`the weight ${name}: got 1 of ${weight.size} numbers that are not finite, `);
    }
  });

  test('finds the initial state', () => {
    const state = cell.initialState(params, 3);
    for (const [part, value] of Object.entries(state)) {
      const found = look({}, { initialState: { ...state, [part]: put(value, [1, 2], -Infinity) } as never });
      expect(found).toMatchObject({ kind: 'initial state', name: part, value: -Infinity });
    }
  });

  test('finds where numbers grow too large for float32', () => {
    // No single number is infinite, but a product with the input is.
    const huge = put(xs, [2, 4, 1], 3e38);
    const weights = Object.entries(params).map(([name, value]) => [
      name,
      /^W(x|$)/.test(name) ? value.mul(1e4) : value,
    ]);
    const found = look({ params: Object.fromEntries(weights) as Params, xs: huge });
    if (found) {
      expect(found).toMatchObject({ step: 4, sequence: 2 });
      expect(['gate', 'state']).toContain(found.kind);
      expect(found.message).toMatch(
        /^step 4, sequence 2: .* is (NaN|-?Infinity); finite were x at step 4 \(at most 3\.00e\+38\)/,
      );
    } else {
      // Every gate of such a cell is a σ or a tanh, which make a number of an infinity again.
      expect(cell.name).toMatch(/^(lstm|gru|cifg|jordan)/);
    }
  });
});

describe('firstNonFinite', () => {
  const params = rnn.init({ ...sizes, rng: rng(1) });

  test('tells a gate by its name, and what was finite before it', () => {
    const cell = gruWith({ candidateActivation: 'relu' });
    const weights = { ...cell.init({ ...sizes, rng: rng(1) }), Wxh: tf.fill<tf.Rank.R2>([3, 4], 1e37) };
    const large = put(tf.clipByValue<tf.Tensor3D>(xs, -0.5, 0.5), [1, 6, 0], 100);
    const found = firstNonFinite(cell, weights, large) as NonFinite;
    expect(found).toMatchObject({ kind: 'gate', name: 'hTilde', step: 6, sequence: 1, value: Infinity });
    expect(found.message).toMatch(
      /^step 6, sequence 1: gate hTilde is Infinity; finite were x at step 6 \(at most 100\), r at step 6 \(at most \S+\), z at step 6 \(at most \S+\) and h at step 5 \(at most \S+\)\.$/,
    );
  });

  test('tells c before h, which is made of it', () => {
    const cell = lstmWith({ candidateActivation: 'linear', outputActivation: 'linear' });
    const zero = cell.init({ ...sizes, rng: rng(1), unitForgetBias: false });
    const still = Object.entries(zero).map(([name, value]) => [name, tf.zerosLike(value)]);
    const open = tf.fill<tf.Rank.R1>([4], 100);
    const weights = {
      ...Object.fromEntries(still),
      bi: open,
      bf: open,
      bo: open,
      bg: tf.fill([4], 3e38),
    } as typeof zero;
    expect(firstNonFinite(cell, weights, xs)).toMatchObject({ kind: 'state', name: 'c', step: 1, value: Infinity });
  });

  test('finds the loss', () => {
    const found = firstNonFinite(rnn, params, xs, { loss: ({ outputs }) => tf.log(outputs.mul(0).sum<tf.Scalar>()) });
    expect(found).toEqual({
      kind: 'loss',
      name: 'loss',
      value: -Infinity,
      message: 'the loss is -Infinity; every input, weight, gate and state was finite.',
    });
  });

  test('finds the step from which a gradient explodes on its way back', () => {
    const linear = rnnWith('linear');
    const exploding = { ...params, Whh: tf.eye(4).mul<tf.Tensor2D>(1e12), Wxh: params.Wxh.mul<tf.Tensor2D>(0) };
    const loss: NonFiniteOptions<never>['loss'] = ({ final }) => (final as { h: tf.Tensor }).h.sum();
    const found = firstNonFinite(linear, exploding, xs, { loss } as never) as NonFinite;
    // dh_7 = 1, dh_6 = 1e12, dh_5 = 1e24, dh_4 = 1e36, dh_3 = 1e48.
    expect(found).toMatchObject({ kind: 'gradient', name: 'dh', step: 3, sequence: 0, value: Infinity });
    expect(found.message).toBe(
      'step 3, sequence 0: the gradient dh is Infinity; finite were dh at step 4 (at most 1.00e+36).',
    );
    const inReverse = firstNonFinite(linear, exploding, xs, { loss, reverse: true } as never) as NonFinite;
    expect(inReverse).toMatchObject({ kind: 'gradient', name: 'dh', step: 4 });
  });

  test('finds the gradient that the loss itself hands out', () => {
    const loss: NonFiniteOptions<never>['loss'] = ({ outputs }) => outputs.mul(0).sqrt().sum();
    const found = firstNonFinite(rnn, params, xs, { loss } as never) as NonFinite;
    expect(found).toMatchObject({ kind: 'gradient', name: 'dh', step: 7 });
    expect(found.message).toMatch(/^step 7, sequence 0: the gradient dh is \S+; the loss was finite\.$/);
  });

  test('finds the gradient of an input and of a weight', () => {
    const linear = rnnWith('linear');
    const loss: NonFiniteOptions<never>['loss'] = ({ final }) => (final as { h: tf.Tensor }).h.sum().mul(1e20);
    const still = { ...params, Whh: params.Whh.mul<tf.Tensor2D>(0) };
    const steep = { ...still, Wxh: tf.fill<tf.Rank.R2>([3, 4], 1e25) };
    expect(firstNonFinite(linear, steep, xs.mul(1e-20), { loss } as never)).toMatchObject({ name: 'dx', step: 7 });
    const found = firstNonFinite(linear, { ...still, Wxh: tf.zeros([3, 4]) }, tf.fill([3, 8, 3], 1e25), {
      loss,
    } as never);
    expect(found).toMatchObject({ kind: 'gradient', name: 'dWxh', value: Infinity });
  });
});

describe('checkFinite', () => {
  const params = rnn.init({ ...sizes, rng: rng(1) });
  const bad = put(xs, [2, 3, 0], NaN);
  const message = 'step 3, sequence 2: the input x is NaN; everything before it was finite.';

  test('throws where a number is not finite, and only then', () => {
    const before = tf.memory().numTensors;
    expect(() => unroll(rnn, params, bad, { checkFinite: true })).toThrow(message);
    expect(() => unroll(rnn, { ...params, bh: tf.fill([4], Infinity) }, xs, { checkFinite: true })).toThrow(
      'the weight bh: got 4 of 4 numbers that are not finite, the first Infinity at [0], expected finite numbers only.',
    );
    expect(tf.memory().numTensors).toBe(before + 1);
    tf.dispose([unroll(rnn, params, xs, { checkFinite: true }), unroll(rnn, params, bad)]);
    tf.dispose(unroll(rnn, params, bad, { checkFinite: true, lengths: [8, 8, 3] }));
    expect(tf.memory().numTensors).toBe(before + 1);
  });

  test('works inside of a gradient, and changes nothing of it', () => {
    tf.tidy(() => {
      const dxs = (checkFinite: boolean): tf.Tensor =>
        tf.grad((now: tf.Tensor) => unroll(rnn, params, now as tf.Tensor3D, { checkFinite }).outputs.sum())(xs);
      expect(dxs(true).arraySync()).toEqual(dxs(false).arraySync());
      expect(() => tf.grad((now: tf.Tensor) => unroll(rnn, params, now as tf.Tensor3D, { checkFinite: true }).outputs.sum())(bad)).toThrow(message); // prettier-ignore
    });
  });

  test('reaches into both directions and into layers, and says which', () => {
    const second = rnn.init({ inputSize: 4, hiddenSize: 4, rng: rng(3) });
    const broken = { ...second, Whh: put(second.Whh, [0, 1], NaN) };
    const weight = 'the weight Whh: got 1 of 16 numbers that are not finite, the first NaN at [0, 1], ';
    const options = { checkFinite: true };
    expect(() => stacked(rnn, [params, broken], xs, options)).toThrow(`layers[1]: ${weight}`);
    const wrong = { ...params, Whh: put(params.Whh, [0, 1], NaN) };
    expect(() => bidirectional(rnn, { forward: params, backward: wrong }, xs, options)).toThrow(`backward: ${weight}`);
    expect(() => deepBidirectional(rnn, [{ forward: params, backward: wrong }], xs, options)).toThrow(
      `layers[0]: backward: ${weight}`,
    );
  });
});
