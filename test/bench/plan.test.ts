import { describe, expect, it } from 'vitest';
import { choose, fullPlan, idOf, isEmpty, quickPlan } from '../../scripts/lib/bench/plan';

describe('choose', () => {
  it('without words, is everything', () => {
    expect(choose(fullPlan, [])).toEqual(fullPlan);
    expect(fullPlan.cases).toHaveLength(24);
  });

  it('takes what has every word in its name', () => {
    const gru = choose(fullPlan, ['gru', 'train']);
    expect(gru.cases.map(idOf)).toEqual([
      'gru train (32, 80, 128, 128)',
      'gru train (128, 40, 57, 128)',
      'gru train (1, 100, 64, 64)',
      'gru train (64, 200, 256, 512)',
    ]);
    expect([gru.memory.sizes, gru.leak.sizes, gru.growth]).toEqual([[], [], []]);
  });

  it('knows memory, leak and growth by name, all of the LSTM', () => {
    const memory = choose(fullPlan, ['memory', '64, 200']);
    expect([memory.cases.length, memory.memory.sizes.length, memory.leak.sizes.length]).toEqual([0, 1, 0]);
    expect(choose(fullPlan, ['leak']).leak.sizes).toHaveLength(1);
    expect(choose(fullPlan, ['growth', 'time']).growth.map(({ along }) => along)).toEqual(['time']);
    expect(choose(fullPlan, ['lstm']).growth).toHaveLength(2);
  });

  it('is empty for a word that nothing has', () => {
    expect(isEmpty(choose(fullPlan, ['transformer']))).toBe(true);
    expect(isEmpty(choose(quickPlan, ['gru']))).toBe(false);
    expect(isEmpty(choose(quickPlan, ['leak']))).toBe(false);
    expect(isEmpty(choose(fullPlan, ['memory']))).toBe(false);
    expect(isEmpty(choose(fullPlan, ['growth']))).toBe(false);
  });
});
