import * as tf from '@tensorflow/tfjs-node';
import { gradientCheck } from 'kernel-lib/analysis';
import { rnn } from 'kernel-lib/bptt';
import { readout, rnn as cell } from 'kernel-lib/cells';
import { unroll } from 'kernel-lib/sequence';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { crossEntropy } from 'kernel-lib/train';
import { describe, expect, it } from 'vitest';
import { anyCells } from '../sequence/golden';

const xs = normalTensor(rng(2), [2, 6, 3]);
const net = cell.init({ inputSize: 3, hiddenSize: 4, rng: rng(1) });
const target = normalTensor(rng(3), [2, 6, 4]);
const loss = (p: typeof net): tf.Scalar => unroll(cell, p, xs).outputs.sub(target).square().sum();
const dOutputs = unroll(cell, net, xs).outputs.sub<tf.Tensor3D>(target).mul<tf.Tensor3D>(2);
const { dWxh: Wxh, dWhh: Whh, dbh: bh } = rnn(net, xs, dOutputs);
const byHand = { Wxh, Whh, bh };

describe('gradientCheck', () => {
  it('knows the gradient of a cube exactly but for ε²', () => {
    const params = { w: tf.tensor1d([2, -1]) };
    const { elements, worst, byParameter } = gradientCheck(({ w }) => w.mul(w).mul(w).sum(), params, { epsilon: 0.01 });
    // (w + ε)³ − (w − ε)³ = 2ε (3w² + ε²), and ε is 0.01 |w|
    expect(elements.map(({ name, index }) => [name, index])).toEqual([['w', [0]], ['w', [1]]]); // prettier-ignore
    expect(elements[0]).toMatchObject({ analytic: 12, numeric: expect.closeTo(12 + 0.02 ** 2, 3) as number });
    expect(elements[1]?.numeric).toBeCloseTo(3 + 0.01 ** 2, 3);
    expect(byParameter).toEqual({ w: worst.relativeError });
    expect(worst.relativeError).toBeLessThan(1e-3);
  });

  it('takes larger steps from larger numbers', () => {
    const { elements } = gradientCheck(({ w }) => w.mul(w).mul(w).sum(), { w: tf.tensor1d([8]) }, { epsilon: 0.1 });
    expect(elements[0]?.numeric).toBeCloseTo(3 * 8 ** 2 + 0.8 ** 2, 1);
  });

  it.each(anyCells)('passes autodiff through $name', (each) => {
    const params = {
      net: each.init({ inputSize: 3, hiddenSize: 4, rng: rng(4) }),
      readout: readout.init({ hiddenSize: 4, outputSize: 3, rng: rng(5) }),
    };
    const ids = Array.from({ length: 12 }, (_, i) => (i * i) % 3);
    const { elements, byParameter } = gradientCheck(
      (p) => crossEntropy(readout.apply(p.readout, unroll(each, p.net, xs).outputs), ids),
      params,
      { samples: 4, rng: rng(6) },
    );
    const errors = elements.map(({ relativeError }) => relativeError).sort((a, b) => a - b);
    // A difference may straddle a bend of what is made of straight lines.
    const bent = /irnn|^min/.test(each.name);
    expect(errors[bent ? Math.floor(errors.length / 2) : errors.length - 1]).toBeLessThan(2e-2);
    expect(Object.keys(byParameter)).toEqual([
      ...Object.keys(params.net).map((name) => `net.${name}`),
      'readout.Why',
      'readout.by',
    ]);
  });

  it('passes a backward pass by hand, and finds the element in which one is wrong', () => {
    const right = gradientCheck(loss, net, { gradients: byHand });
    expect(right.worst.relativeError).toBeLessThan(2e-2);
    expect(right.elements).toHaveLength(12 + 16 + 4);

    const off = tf.buffer([4, 4]);
    off.set(Whh.norm().dataSync()[0] ?? NaN, 2, 1);
    const wrong = gradientCheck(loss, net, { gradients: { ...byHand, Whh: Whh.add(off.toTensor()) } });
    expect(wrong.worst).toMatchObject({ name: 'Whh', index: [2, 1] });
    expect(wrong.worst.relativeError).toBeGreaterThan(0.3);
    expect(wrong.byParameter).toMatchObject({ Wxh: right.byParameter.Wxh, bh: right.byParameter.bh });
  });

  it('finds a transposed, a negated, a doubled and a missing gradient', () => {
    for (const wrong of [Whh.transpose(), Whh.neg(), Whh.mul(2), tf.zerosLike(Whh), Whh.mul(NaN)]) {
      const { byParameter, worst } = gradientCheck(loss, net, { gradients: { ...byHand, Whh: wrong } });
      expect(byParameter.Whh).not.toBeLessThan(0.3);
      expect(worst.name).toBe('Whh');
    }
  });

  it('looks at as many elements as asked, drawn from the generator', () => {
    const places = (seed: number): string =>
      gradientCheck(loss, net, { samples: 5, rng: rng(seed) })
        .elements.map(({ name, index }) => `${name}${index.join()}`)
        .join(' ');
    expect(places(1).split(' ')).toHaveLength(5 + 5 + 4);
    expect(new Set(places(1).split(' ')).size).toBe(14);
    expect(places(1)).toBe(places(1));
    expect(places(1)).not.toBe(places(2));
  });

  it('finds 0 for a parameter that the loss does not use', () => {
    const { byParameter } = gradientCheck(({ w }) => w.sum(), { w: tf.ones([2]), unused: tf.ones([2, 2]) });
    expect(byParameter.unused).toBe(0);
  });

  it('leaves the parameters as they are and no tensor behind', () => {
    const before = tf.memory().numTensors;
    const values = net.Whh.arraySync();
    gradientCheck(loss, net, { gradients: byHand });
    gradientCheck(loss, net);
    expect(tf.memory().numTensors).toBe(before);
    expect(net.Whh.arraySync()).toEqual(values);
  });

  const w = tf.ones([2]);
  it.each<[string, () => unknown]>([
    ['epsilon: got 0, expected a number between 0 and 1.', () => gradientCheck(loss, net, { epsilon: 0 })],
    [
      'samples: got 0, expected how many elements of each parameter to check, 1 or more.',
      () => gradientCheck(loss, net, { samples: 0, rng: rng(1) }),
    ],
    ['got one of samples and rng, expected both', () => gradientCheck(loss, net, { samples: 3 } as object)],
    ['loss: got shape [2], expected a scalar', () => gradientCheck((p) => p.w, { w })],
    ['loss: got 2, expected a scalar tensor', () => gradientCheck(() => 2 as unknown as tf.Scalar, { w })],
    ['loss: got NaN, expected a finite number', () => gradientCheck((p) => p.w.sum().mul(NaN), { w })],
    ['from the same parameters; let what it draws', () => gradientCheck((p) => p.w.sum().mul(Math.random()), { w })],
    [
      'gradients.Whh: got shape [4], expected [4, 4]',
      () => gradientCheck(loss, net, { gradients: { ...byHand, Whh: bh } as unknown as typeof byHand }),
    ],
    ['params: got no tensors', () => gradientCheck(() => tf.scalar(1), {})],
  ])('says: %s', (sentence, call) => {
    expect(call).toThrow(sentence);
  });
});
