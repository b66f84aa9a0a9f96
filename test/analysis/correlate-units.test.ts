import * as tf from '@tensorflow/tfjs-node';
import { describe, expect, it } from 'vitest';
import { rng } from '../../kernel-lib/src';
import { correlateUnits, findUnits } from '../../kernel-lib/src/analysis';

const track = Float32Array.of(0, 1, 1, 0, 1, 0);

describe('correlateUnits', () => {
  it("finds Pearson's correlation, the strongest first, whatever its sign", () => {
    // unit 0 goes with the track by half, unit 1 is its opposite, unit 2 has nothing to do with it
    const states = [
      [1, 5, 1],
      [2, 3, 1],
      [3, 3, 2],
      [1, 5, 2],
      [1, 3, 1],
      [1, 5, 1],
    ];
    const found = correlateUnits(states, { track });
    expect(found.map(({ unit }) => unit)).toEqual([1, 0, 2]);
    expect(found[0]).toEqual({ track: 'track', unit: 1, r: expect.closeTo(-1, 12) as number });
    // by hand: Σ(u − ū)(v − v̄) = 1.5, Σ(u − ū)² = 3.5, Σ(v − v̄)² = 1.5
    expect(found[1]?.r).toBeCloseTo(1.5 / Math.sqrt(3.5 * 1.5), 12);
    expect(found[2]?.r).toBeCloseTo(0, 12);
  });

  it('does not depend on scale or offset, takes tensors, and leaves none behind', () => {
    const states = tf.tensor2d([...track].map((value) => [1e4 - 1e-2 * value]));
    const before = tf.memory().numTensors;
    expect(correlateUnits(states, { track })[0]?.r).toBeCloseTo(-1, 5);
    expect(tf.memory().numTensors).toBe(before);
    states.dispose();
  });

  it('has every unit with every track, but for units that never change', () => {
    const rows = [...track].map((value, t) => [0.1, value, t]);
    const found = correlateUnits(rows, { track, time: Float32Array.of(0, 1, 2, 3, 4, 5) });
    expect(found.map(({ track: name, unit }) => `${name} ${unit}`).sort()).toEqual(
      ['time 1', 'time 2', 'track 1', 'track 2'], // prettier-ignore
    );
  });

  it.each([
    ['another number of steps', [[1], [2]], { a: track }, "tracks['a']: got 6 values for 2 steps, expected one a step"],
    ['a single step', [[1]], { a: Float32Array.of(1) }, 'got 1 step, expected at least 2'],
    ['a track that never changes', [[1], [2]], { a: Float32Array.of(1, 1) }, "tracks['a']: got 1 at every step, expected a track that changes"], // prettier-ignore
    ['a track with NaN', [[1], [2]], { a: Float32Array.of(1, NaN) }, "tracks['a']: got NaN at step 2"],
    ['a state with NaN', [[1], [NaN]], { a: Float32Array.of(1, 0) }, 'states: got NaN for unit 0 at step 2'],
    ['ragged rows', [[1, 2], [2]], { a: Float32Array.of(1, 0) }, 'states: got 1 units at step 2, expected 2'],
    ['no rows', [], { a: track }, 'states: got nothing, expected a value for each unit'],
  ])('refuses %s', (_, states, tracks, sentence) => {
    expect(() => correlateUnits(states, tracks)).toThrow(sentence);
  });

  it('refuses a batch', () => {
    const batch = tf.zeros([1, 3, 2]) as unknown as tf.Tensor2D;
    expect(() => correlateUnits(batch, { track })).toThrow('states: got shape [1, 3, 2], expected [time, units]');
  });
});

describe('findUnits', () => {
  it('chooses on the first part and asks again on the rest', () => {
    const random = rng(1);
    const time = 400;
    const noise = (): number => 2 * random.uniform() - 1;
    const wave = Float32Array.from({ length: time }, (_, t) => Math.floor(t / 7) % 2);
    // unit 1 follows throughout; unit 2 follows better, but only in the first half
    const rows = [...wave].map((value, t) => [noise(), value + noise(), t < time / 2 ? value : noise()]);
    const [whole] = findUnits(rows, { wave });
    expect(whole).toMatchObject({ track: 'wave', unit: 2 });
    expect(whole?.r).toBeCloseTo(1, 6);
    expect(Math.abs(whole?.heldOut ?? 1)).toBeLessThan(0.2);
    const [later] = findUnits(rows.slice(200), { wave: wave.slice(200) });
    expect(later?.unit).toBe(1);
    expect(later?.heldOut).toBeGreaterThan(0.4);
  });

  it('takes the share that chooses', () => {
    const wave = Float32Array.from({ length: 40 }, (_, t) => t % 2);
    const rows = [...wave].map((value, t) => [t < 10 ? value : t % 3, t < 10 ? t % 3 : value]);
    expect(findUnits(rows, { wave }, { share: 0.25 })[0]).toMatchObject({ unit: 0 });
    expect(findUnits(rows, { wave }, { share: 0.75 })[0]).toMatchObject({ unit: 1 });
    expect(() => findUnits(rows, { wave }, { share: 1 })).toThrow('got share 1, expected a number between 0 and 1');
    expect(() => findUnits(rows, { wave: wave.slice(1) })).toThrow('got 39 values for 40 steps');
  });
});
