import * as tf from '@tensorflow/tfjs-node';
import { rng, tasks } from 'kernel-lib';
import { describe, expect, it } from 'vitest';
import { symbolsOf } from './read';

describe('temporalOrder', () => {
  it('puts A or B where the code of 2013 does, and labels their order', () => {
    const { xs, labels } = tasks.temporalOrder({ rng: rng(1), batch: 2000, length: 40 });
    expect(xs.shape).toEqual([2000, 40, 6]);
    expect(labels.dtype).toBe('int32');
    const places = new Set<number>();
    const wanted = labels.dataSync();
    symbolsOf(xs).forEach((symbols, b) => {
      const at = symbols.flatMap((symbol, t) => (symbol < 2 ? [t] : []));
      at.forEach((t) => places.add(t));
      expect(at).toHaveLength(2);
      expect(2 * (symbols[at[0] ?? 0] ?? 0) + (symbols[at[1] ?? 0] ?? 0)).toBe(wanted[b]);
    });
    expect([...places].sort((p, q) => p - q)).toEqual([4, 5, 6, 7, 20, 21, 22, 23]);
    for (const label of [0, 1, 2, 3]) expect(wanted.filter((l) => l === label).length / 2000).toBeCloseTo(0.25, 1);
    tf.dispose({ xs, labels });
  });
});

describe('temporalOrder1997', () => {
  it('is E, then X or Y twice among a, b, c and d, then B and zeros', () => {
    const { xs, labels, lengths } = tasks.temporalOrder1997({ rng: rng(2), batch: 2000 });
    expect(xs.shape).toEqual([2000, 110, 8]);
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([100, 110]);
    const wanted = labels.dataSync();
    const places: [Set<number>, Set<number>] = [new Set(), new Set()];
    symbolsOf(xs).forEach((all, b) => {
      const symbols = all.slice(0, lengths[b]);
      expect(all.slice(lengths[b]).every((symbol) => symbol === -1)).toBe(true);
      expect([symbols[0], symbols.at(-1)]).toEqual([0, 1]);
      const at = symbols.flatMap((symbol, t) => (symbol >= 6 ? [t] : []));
      expect(at).toHaveLength(2);
      at.forEach((t, k) => places[k as 0 | 1].add(t + 1));
      expect(symbols.slice(1, -1).every((symbol) => symbol >= 2)).toBe(true);
      expect(2 * ((symbols[at[0] ?? 0] ?? 0) - 6) + ((symbols[at[1] ?? 0] ?? 0) - 6)).toBe(wanted[b]);
    });
    expect(places.map((set) => [Math.min(...set), Math.max(...set), set.size])).toEqual([
      [10, 20, 11],
      [50, 60, 11],
    ]);
    tf.dispose({ xs, labels });
  });

  it('can be shorter', () => {
    const { xs, labels } = tasks.temporalOrder1997({ rng: rng(3), batch: 2, length: 20 });
    expect(xs.shape).toEqual([2, 22, 8]);
    tf.dispose({ xs, labels });
  });
});

describe('copyMemory', () => {
  it('shows ten digits and asks for them at the end', () => {
    const { xs, labels } = tasks.copyMemory({ rng: rng(4), batch: 300, length: 5 });
    expect([xs.shape, labels.shape]).toEqual([
      [300, 25, 10],
      [300, 25],
    ]);
    const wanted = labels.arraySync();
    const seen = new Set<number>();
    symbolsOf(xs).forEach((symbols, b) => {
      const digits = symbols.slice(0, 10);
      digits.forEach((digit) => seen.add(digit));
      expect(symbols.slice(10)).toEqual([8, 8, 8, 8, 9, ...Array.from({ length: 10 }, () => 8)]);
      expect(wanted[b]).toEqual([...Array.from({ length: 15 }, () => 8), ...digits]);
    });
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    tf.dispose({ xs, labels });
  });

  it('has the floors that the paper draws', () => {
    expect(tasks.copyMemoryFloor(100)).toBeCloseTo(0.1733, 4);
    expect(tasks.copyMemoryFloor(200)).toBeCloseTo(0.0945, 4);
  });
});

describe('recallFirst', () => {
  it('begins with the label and goes on with others', () => {
    const { xs, labels } = tasks.recallFirst({ rng: rng(5), batch: 300, length: 6, symbols: 3, distractors: 2 });
    const wanted = labels.dataSync();
    const [firsts, rest] = [new Set<number>(), new Set<number>()];
    symbolsOf(xs).forEach(([first = -1, ...others], b) => {
      expect(first).toBe(wanted[b]);
      firsts.add(first);
      others.forEach((other) => rest.add(other));
    });
    expect([[...firsts].sort(), [...rest].sort()]).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
    tf.dispose({ xs, labels });
  });

  it('is silent without distractors', () => {
    const { xs, labels } = tasks.recallFirst({ rng: rng(6), batch: 2, length: 3, distractors: 0 });
    expect(symbolsOf(xs).map((symbols) => symbols.slice(1))).toEqual([
      [-1, -1],
      [-1, -1],
    ]);
    expect(xs.shape).toEqual([2, 3, 4]);
    tf.dispose({ xs, labels });
  });
});

describe('keepAndForget', () => {
  it('asks at every step for the symbol that came with the last flag', () => {
    const { xs, labels } = tasks.keepAndForget({ rng: rng(7), batch: 200, length: 30, symbols: 5, flagRate: 0.2 });
    expect([xs.shape, labels.shape]).toEqual([
      [200, 30, 6],
      [200, 30],
    ]);
    let flags = 0;
    xs.arraySync().forEach((sequence, b) => {
      let last = -1;
      sequence.forEach((vector, t) => {
        const symbol = vector.slice(0, 5).indexOf(1);
        expect(vector.slice(0, 5).reduce((sum, entry) => sum + entry, 0)).toBe(1);
        if (vector[5] === 1) last = symbol;
        if (t > 0) flags += vector[5] ?? 0;
        expect(labels.arraySync()[b]?.[t]).toBe(last);
      });
      expect(sequence[0]?.[5]).toBe(1);
    });
    expect(flags / (200 * 29)).toBeCloseTo(0.2, 1);
    tf.dispose({ xs, labels });
  });

  it('has the floor of a guesser without a memory', () => {
    const { xs, labels } = tasks.keepAndForget({ rng: rng(8), batch: 500, length: 20, flagRate: 0.3 });
    const wanted = labels.dataSync();
    let nats = 0;
    xs.arraySync().flat().forEach((vector, i) => {
      nats += vector[4] === 1 ? (vector[wanted[i] ?? 0] === 1 ? 0 : Infinity) : Math.log(4);
    }); // prettier-ignore
    expect(nats / wanted.length).toBeCloseTo(tasks.keepAndForgetFloor({ length: 20, flagRate: 0.3 }), 1);
    tf.dispose({ xs, labels });
  });
});
