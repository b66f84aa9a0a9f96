import * as tf from '@tensorflow/tfjs-node';
import { rng, tasks } from 'kernel-lib';
import { describe, expect, it } from 'vitest';
import { pairsOf, variance } from './read';

describe('addingProblem', () => {
  it('marks two steps and asks for the sum of their values', () => {
    const { xs, targets } = tasks.addingProblem({ rng: rng(1), batch: 200, length: 7 });
    expect([xs.shape, targets.shape]).toEqual([
      [200, 7, 2],
      [200, 1],
    ]);
    pairsOf(xs).forEach((pairs, b) => {
      const marked = pairs.filter(([, marker]) => marker === 1);
      expect(marked).toHaveLength(2);
      expect(pairs.filter(([, marker]) => marker === 0)).toHaveLength(5);
      expect(pairs.every(([value]) => value >= 0 && value < 1)).toBe(true);
      expect(targets.arraySync()[b]?.[0]).toBeCloseTo(
        marked.reduce((sum, [value]) => sum + value, 0),
        5,
      );
    });
    tf.dispose({ xs, targets });
  });

  it('marks every pair of steps alike', () => {
    const { xs, targets } = tasks.addingProblem({ rng: rng(2), batch: 6000, length: 4 });
    const counts = new Map<string, number>();
    for (const pairs of pairsOf(xs)) {
      const key = pairs.map(([, marker]) => marker).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(['0011', '0101', '0110', '1001', '1010', '1100']);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(130);
    tf.dispose({ xs, targets });
  });

  it('has targets of mean 1, and for a constant the floor', () => {
    const { xs, targets } = tasks.addingProblem({ rng: rng(3), batch: 20_000, length: 3 });
    const values = [...targets.dataSync()];
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(1, 1);
    expect(variance(values)).toBeCloseTo(tasks.addingProblemFloor, 2);
    tf.dispose({ xs, targets });
  });
});

describe('addingProblem1997', () => {
  const drawn = (): tasks.AddingProblem1997 => tasks.addingProblem1997({ rng: rng(4), batch: 3000, length: 100 });

  it('has lengths from T to T + T/10, and zeros after them', () => {
    const { xs, targets, lengths } = drawn();
    expect(xs.shape).toEqual([3000, 110, 2]);
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([100, 110]);
    pairsOf(xs).forEach((pairs, b) => {
      expect(pairs.slice(lengths[b]).flat().every((value) => value === 0)).toBe(true); // prettier-ignore
      expect(pairs[(lengths[b] ?? 0) - 1]?.[1]).toBe(-1);
    });
    tf.dispose({ xs, targets });
  });

  it('marks as the paper does, and asks for 0.5 + (X1 + X2) / 4', () => {
    const { xs, targets, lengths } = drawn();
    const wanted = targets.dataSync();
    let began = 0;
    pairsOf(xs).forEach((pairs, b) => {
      const at = pairs.flatMap(([, marker], t) => (marker === 1 ? [t] : []));
      expect(pairs[0]?.[1]).toBe(-1);
      expect(pairs.filter(([, marker]) => marker === -1)).toHaveLength(2);
      // a first step that was chosen bears −1 and counts as 0
      if (at.length === 1) {
        expect(pairs[0]?.[0]).toBe(0);
        began += 1;
      } else expect(at).toHaveLength(2);
      expect(at.every((t) => t > 0 && t < 50 && t < (lengths[b] ?? 0) - 1)).toBe(true);
      expect(at.length === 1 || at.some((t) => t < 10)).toBe(true);
      const sum = at.reduce((total, t) => total + (pairs[t]?.[0] ?? 0), 0);
      expect(wanted[b]).toBeCloseTo(0.5 + sum / 4, 5);
    });
    // 1/10 by the first mark, 9/10 · 1/49 by the second
    expect(began / 3000).toBeCloseTo(0.1 + 0.9 / 49, 1);
    expect(variance([...wanted])).toBeLessThan(1 / 24);
    expect(variance([...wanted])).toBeGreaterThan(0.9 / 24);
    tf.dispose({ xs, targets });
  });
});
