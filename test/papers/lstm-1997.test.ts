import { rng } from 'kernel-lib';
import { describe, expect, it } from 'vitest';
import { createLstm1997, type Lstm1997 } from '../../scripts/lib/papers/lstm-1997';
import { start1997 } from '../../scripts/lib/papers/train-1997';

const sizes = { inputs: 2, blocks: 2, cellsPerBlock: 2, outputs: 1 };
const width = 2 + 8 + 1;
const time = 6;

function sequence(seed: number): Float64Array {
  const stream = rng(seed);
  return Float64Array.from({ length: 2 * time }, () => stream.normal());
}

/** A net with weights that matter. */
function net(outputs = 1, linearOutput = false): Lstm1997 {
  const made = createLstm1997({ ...sizes, outputs, linearOutput }, rng(1));
  const stream = rng(2);
  for (const weights of [made.hiddenWeights, made.outputWeights]) {
    for (let i = 0; i < weights.length; i++) weights[i] = 0.8 * stream.normal();
  }
  return made;
}

/** Nothing flows from the hidden units back into themselves: what the truncation cuts off is then 0. */
function forget(made: Lstm1997): void {
  for (let unit = 0; unit < 8; unit++) made.hiddenWeights.fill(0, unit * width + 2, (unit + 1) * width - 1);
}

const errorOf = (made: Lstm1997, xs: Float64Array, targets: readonly number[]): number =>
  made.read(xs, time).reduce((sum, y, k) => sum + 0.5 * ((targets[k] ?? NaN) - y) ** 2, 0);

/** −∂E/∂w by central differences, and what the net learns with rate 1. */
function gradients(made: Lstm1997, xs: Float64Array, targets: readonly number[]): { numeric: number[]; own: number[] } {
  const all = [made.hiddenWeights, made.outputWeights];
  const numeric = all.flatMap((weights) =>
    Array.from(weights, (weight, i) => {
      const errors = [1e-5, -1e-5].map((step) => {
        weights[i] = weight + step;
        return errorOf(made, xs, targets);
      }) as [number, number];
      weights[i] = weight;
      return -(errors[0] - errors[1]) / 2e-5;
    }),
  );
  const before = all.flatMap((weights) => [...weights]);
  made.read(xs, time);
  made.learn(targets, 1);
  const own = all.flatMap((weights) => [...weights]).map((weight, i) => weight - (before[i] ?? NaN));
  return { numeric, own };
}

const furthest = (p: readonly number[], q: readonly number[]): number =>
  Math.max(...p.map((value, i) => Math.abs(value - (q[i] ?? NaN))));

describe('the LSTM of 1997', () => {
  it('has as many weights as tables 7 and 9 say', () => {
    expect(createLstm1997(sizes, rng(1)).weightCount).toBe(93);
    expect(createLstm1997({ ...sizes, inputs: 8, outputs: 4 }, rng(1)).weightCount).toBe(156);
  });

  it('computes its equations', () => {
    const made = net();
    const xs = sequence(3);
    const σ = (x: number): number => 1 / (1 + Math.exp(-x));
    const s = [0, 0, 0, 0];
    let hidden = Array.from({ length: 8 }, () => 0);
    for (let t = 0; t < time; t++) {
      const u = [...xs.subarray(2 * t, 2 * t + 2), ...hidden, 1];
      const nets = Array.from({ length: 8 }, (_, unit) =>
        u.reduce((sum, value, m) => sum + value * (made.hiddenWeights[unit * width + m] ?? NaN), 0),
      );
      const [in0 = 0, in1 = 0, out0 = 0, out1 = 0] = nets.map(σ);
      const y = nets.slice(4).map((a, c) => {
        s[c] = (s[c] ?? 0) + (c < 2 ? in0 : in1) * 2 * Math.tanh(a / 2);
        return (c < 2 ? out0 : out1) * Math.tanh((s[c] ?? 0) / 2);
      });
      hidden = [in0, in1, out0, out1, ...y];
    }
    const sum = [...hidden.slice(4), 1].reduce((all, value, c) => all + value * (made.outputWeights[c] ?? NaN), 0);
    expect(made.read(xs, time)[0]).toBeCloseTo(σ(sum), 12);
  });

  it('begins each sequence afresh', () => {
    const made = net();
    const first = [...made.read(sequence(4), time)];
    made.read(sequence(5), time);
    expect([...made.read(sequence(4), time)]).toEqual(first);
  });

  it('says the sum as it is with a linear output, and σ of it without', () => {
    const [sum = NaN] = net(1, true).read(sequence(3), time);
    expect(net().read(sequence(3), time)[0]).toBeCloseTo(1 / (1 + Math.exp(-sum)), 12);
  });

  it.each([false, true])(
    'learns by the exact gradient where no hidden unit is seen by another (linear: %s)',
    (linear) => {
      const made = net(3, linear);
      forget(made);
      const { numeric, own } = gradients(made, sequence(6), [0.1, 0.9, 0.4]);
      // a weight from a hidden unit reaches others only through weights that are 0
      expect(furthest(numeric, own)).toBeLessThan(1e-8);
      expect(Math.max(...own.map(Math.abs))).toBeGreaterThan(0.01);
    },
  );

  it('cuts the gradient off where they are', () => {
    const { numeric, own } = gradients(net(), sequence(7), [0.2]);
    expect(furthest(numeric, own)).toBeGreaterThan(1e-3);
  });

  it('starts with its blocks shut, and all other weights within 0.1 of 0', () => {
    const made = start1997({ inputs: 2, outputs: 1, inputGateBiases: [-3, -6] }, rng(8));
    const large = [...made.hiddenWeights, ...made.outputWeights].flatMap((w, i) => (Math.abs(w) > 0.1 ? [[i, w]] : []));
    expect(large).toEqual([
      [width - 1, -3],
      [2 * width - 1, -6],
    ]);
  });
});
