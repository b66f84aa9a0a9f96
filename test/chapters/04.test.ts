import { describe, expect, it } from 'vitest';
import { openChapter, type Mistake } from './chapter';

const { cell, run, describeExercises } = openChapter('04-vanishing-exploding.ipynb');

const differs = (exercise: string, where: string): RegExp => new RegExp(`^✗ ${exercise}: .*${where}`);
const mistakes: readonly Mistake[] = [
  ['a hope', 1, "return 'exactly 0';", "return 'it depends on W';", differs('04.1 closedAt30', 'another text')],
  ['no mask', 1, '? d : 0', '? d : d', differs('04.1 wayHome', 'first at element \\[[1-5], \\d\\] of \\[steps back, unit\\]')],
  ['W in place of its transpose', 1, 'times(transposed(W), open)', 'times(W, open)', differs('04.1 wayHome', 'first at element \\[1, 0\\]')],
  ['the mask of the step before', 1, '(hs[t]?.[i]', '(hs[t - 1]?.[i]', differs('04.1 wayHome', 'first at element \\[\\d, \\d\\]')],
  ['one state too few', 1, 't > 0', 't > 1', differs('04.1 wayHome', 'has shape \\[5, 4\\], expected \\[6, 4\\] for \\[steps back, unit\\]')],
  ['radians', 2, '(180 / Math.PI) *', '', differs('04.2 turnedBy', 'differs')],
  ['a prediction for clipping by norm', 2, '(180 / Math.PI) * (Math.atan2(0.1, 1) - Math.atan2(0.1, 10))', '0', differs('04.2 turnedBy', 'differs')],
  ['a norm without the root', 2, 'Math.hypot(...gradients.flat())', 'gradients.flat().reduce((sum, value) => sum + value * value, 0)', differs('04.2 clip', 'for input 1 of 6, .* \\[parameter, element\\]')],
  ['every gradient made as long as θ', 2, 'size > theta ? theta / size : 1', 'theta / size', differs('04.2 clip', 'for input 3 of 6')],
  ['each parameter by itself', 2, 'gradients.map((each) => each.map((value) => value * factor))', 'gradients.map((each) => each.map((value) => value * Math.min(1, theta / Math.hypot(...each, 1e-30))))', differs('04.2 clip', 'for input 1 of 6')],
  ['clipping by value', 2, 'value * factor', 'Math.max(-theta, Math.min(theta, value))', differs('04.2 clip', 'for input 1 of 6')],
  ['the opposite prediction', 3, "return 'nearly 0';", "return 'huge';", differs('04.3 afterFifty', 'another text')],
  ['no V', 3, 'V * (1 - h * h)', '1 - h * h', differs('04.3 scalarProducts', 'at time step t = 1')],
  ['no input', 3, 'V * h + x', 'V * h', differs('04.3 scalarProducts', 'at time step t = 1')],
  ['the slope at the state before', 3, 'h = Math.tanh(V * h + x);\n    product *= V * (1 - h * h);', 'product *= V * (1 - h * h);\n    h = Math.tanh(V * h + x);', differs('04.3 scalarProducts', 'at time step t = 1')],
  ['no product', 3, 'product *=', 'product =', differs('04.3 scalarProducts', 'at time step t = 2')],
  ['a spectral radius taken for the largest singular value', 4, 'return 2;', 'return 1;', differs('04.4 largestSingularValueAtRadius1', 'differs')],
  ['singular values', 4, 'const { spectralRadius } =', 'const { largestSingularValue: spectralRadius } =', differs('04.4 withSpectralRadius', 'first at element \\[0, 0\\] of \\[row, column\\]')],
  ['no division', 4, '(weight * rho) / spectralRadius', 'weight * rho', differs('04.4 withSpectralRadius', 'first at element \\[0, 0\\]')],
]; // prettier-ignore

describeExercises({
  ticks: [2, 2, 2, 2],
  mistakes,
  before: ['experiment', 'scalar', 'clipping'],
});

const sentences = (shown: readonly unknown[]): string[] => shown.filter((value) => typeof value === 'string');
const numbersOf = (sentence = ''): number[] => (sentence.match(/\d+(?:\.\d+)?(?:e[+-]\d+)?/g) ?? []).map(Number);

describe('what the chapter says comes true:', () => {
  it('a spectral radius above 1 is no promise of growth, and what is really multiplied decides', async () => {
    const { shown } = await run(...['experiment', 'draws', 'rule', 'masks'].map((id) => cell(id)));
    const [draws, rule] = sentences(shown);
    const [, above = NaN, all, grew = NaN, shrank = NaN, zero = NaN] = numbersOf(draws);
    expect([all, grew + shrank]).toEqual([300, above]);
    expect(above).toBeGreaterThan(290);
    expect(shrank).toBeGreaterThan(60);
    expect(zero).toBeGreaterThan(10);
    const [without = NaN, withRelu = NaN] = numbersOf(rule);
    expect(without).toBeGreaterThan(95);
    expect(withRelu).toBeLessThan(75);
    const table = shown.find((value): value is Record<string, number | string>[] => Array.isArray(value));
    const [, masked, sigma] = table ?? [];
    expect(Number.parseFloat(String(masked?.['right in all']))).toBeGreaterThan(95);
    expect(sigma?.['below 1']).toBeGreaterThan(20);
    expect(sigma?.['of these shrank']).toBe(sigma?.['below 1']);
  });

  it('equal eigenvalues below 1, and a gradient that first explodes all the same', async () => {
    const { shown } = await run(cell('experiment'), cell('normal'));
    const facts = shown.at(-1) as Record<string, number>[];
    for (const fact of facts) expect(fact['ρ']).toBeCloseTo(0.9, 4);
    expect(facts.map((fact) => fact['departure from normality'])).toEqual([0, expect.closeTo(1, 3), expect.closeTo(4, 3)]); // prettier-ignore
    expect(facts[0]?.['longest on the way']).toBe(1);
    expect(facts[2]?.['longest on the way']).toBeGreaterThan(50);
    expect(facts[2]?.['after 50 steps']).toBeGreaterThan(1);
  });

  it('bounds that hold, one of them without meaning; saturation, not explosion; the reach of an initialisation', async () => {
    const { shown } = await run(...['experiment', 'jacobian', 'scalar'].map((id) => cell(id)));
    for (const sentence of sentences(shown)) {
      const [, bound = NaN, eta = NaN, , truth = NaN] = numbersOf(sentence.replaceAll(/β_[Wh]|\^k/g, ''));
      expect(truth).toBeLessThan(eta);
      expect(eta).toBeLessThan(bound);
      expect(truth).toBeLessThan(0.05);
    }
    expect(sentences(shown)).toHaveLength(2);
    const ends = shown.at(-1) as Record<string, string>[];
    for (const end of ends) expect(Number(end['from h₀ = 0.1'])).toBeLessThan(0.05);
    expect(ends.filter((end) => Number(end['from h₀ = 0']) > 100)).toHaveLength(3);
  });

  it('clipping by norm keeps the direction and by value bends it; the wall stands where it was published', async () => {
    const ids = ['experiment', 'clipping', 'survive', 'clipping-network', 'surface', 'paths', 'starts'];
    const { shown } = await run(...ids.map((id) => cell(id)));
    const tables = shown.filter((value): value is Record<string, number | string>[] => Array.isArray(value));
    const [clipping, walks, starts] = tables;
    expect(clipping?.[0]?.['turned at most (°)']).toBeLessThan(0.001);
    expect(clipping?.[1]?.['turned at most (°)']).toBeGreaterThan(15);
    expect(clipping?.[0]?.['longest after']).toBeCloseTo(1, 9);
    const [, turned, wall] = sentences(shown);
    expect(turned).toMatch(/turned by 0\.0°, clipped by value to 0\.01 by [2-8]\d\.\d°/);
    expect(wall).toContain('3320 long at its longest, at w = 4.94, b = -2.58; the median is 0.045.');
    expect(walks?.[0]?.['E at the end']).toBeGreaterThan(0.08);
    expect(walks?.[1]?.['E at the end']).toBeLessThan(0.005);
    const solved = (column: string): number[] => (starts ?? []).map((row) => Number.parseInt(String(row[column])));
    const [plain, clipped] = [solved('found E < 0.01'), solved('the same, clipped')];
    plain.forEach((count, i) => {
      expect(clipped[i]).toBeGreaterThan(count);
    });
  });
});
