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
  ['the oldest first', 1, 'return found;', 'return found.reverse();', differs('04.1 wayHome', 'first at element \\[0, 0\\] of \\[steps back, unit\\]')],
  ['the state for its mask', 1, '(hs[t]?.[i] ?? 0) > 0 ? d : 0', '(hs[t]?.[i] ?? 0) * d', differs('04.1 wayHome', 'first at element \\[1, 0\\]')],
  ['a unit that is open at 0', 1, '(hs[t]?.[i] ?? 0) > 0', '(hs[t]?.[i] ?? 0) >= 0', differs('04.1 wayHome', 'first at element \\[1, \\d\\]')],
  ['an argument changed', 1, 'return found;', 'arriving[0] = 0;\n  return found;', differs('04.1 wayHome', 'changes its argument 3')],
  ['radians', 2, '(180 / Math.PI) *', '', differs('04.2 turnedBy', 'differs')],
  ['a prediction for clipping by norm', 2, '(180 / Math.PI) * (Math.atan2(0.1, 1) - Math.atan2(0.1, 10))', '0', differs('04.2 turnedBy', 'differs')],
  ['a norm without the root', 2, 'Math.hypot(...gradients.flat())', 'gradients.flat().reduce((sum, value) => sum + value * value, 0)', differs('04.2 clip', 'for input 1 of 8, `parameter 1` in the answer differs')],
  ['every gradient made as long as θ', 2, 'size > theta ? theta / size : 1', 'theta / size', differs('04.2 clip', 'for input 3 of 8')],
  ['each parameter by itself', 2, 'gradients.map((each) => each.map((value) => value * factor))', 'gradients.map((each) => each.map((value) => value * Math.min(1, theta / Math.hypot(...each, 1e-30))))', differs('04.2 clip', 'for input 1 of 8')],
  ['clipping by value', 2, 'value * factor', 'Math.max(-theta, Math.min(theta, value))', differs('04.2 clip', 'for input 1 of 8')],
  ['a sum of sizes for the norm', 2, 'Math.hypot(...gradients.flat())', 'gradients.flat().reduce((sum, value) => sum + Math.abs(value), 0)', differs('04.2 clip', 'for input 1 of 8')],
  ['NaN where all is 0', 2, 'value * factor', '(value / size) * Math.min(size, theta)', differs('04.2 clip', 'for input 7 of 8, `parameter 1` in the answer is NaN')],
  ['lists as long as the first', 2, 'each.map((value) => value * factor)', '(gradients[0] ?? []).map((_, i) => (each[i] ?? 0) * factor)', differs('04.2 clip', 'for input 8 of 8, `parameter 2` in the answer has shape \\[1\\], expected \\[5\\]')],
  ['gradients changed in place', 2, 'value * factor));', 'value * factor)).map((list, i) => { gradients[i]!.splice(0, list.length, ...list); return list; });', differs('04.2 clip', 'changes its argument 1')],
  ['the opposite prediction', 3, "return 'nearly 0';", "return 'huge';", differs('04.3 afterFifty', 'another text')],
  ['no V', 3, 'V * (1 - h * h)', '1 - h * h', differs('04.3 scalarProducts', 'at time step t = 1')],
  ['no input', 3, 'V * h + x', 'V * h', differs('04.3 scalarProducts', 'at time step t = 1')],
  ['the slope at the state before', 3, 'h = Math.tanh(V * h + x);\n    product *= V * (1 - h * h);', 'product *= V * (1 - h * h);\n    h = Math.tanh(V * h + x);', differs('04.3 scalarProducts', 'at time step t = 1')],
  ['a V without its sign', 3, 'V * (1 - h * h)', 'Math.abs(V) * (1 - h * h)', differs('04.3 scalarProducts', 'for input 2 of 5, .* at time step t = 1')],
  ['the product before the step', 3, 'product *= V * (1 - h * h);\n    return product;', 'const before = product;\n    product *= V * (1 - h * h);\n    return before;', differs('04.3 scalarProducts', 'at time step t = 1')],
  ['no product', 3, 'product *=', 'product =', differs('04.3 scalarProducts', 'at time step t = 2')],
  ['a spectral radius taken for the largest singular value', 4, 'return 2;', 'return 1;', differs('04.4 largestSingularValueAtRadius1', 'differs')],
  ['singular values', 4, 'const { spectralRadius } =', 'const { largestSingularValue: spectralRadius } =', differs('04.4 withSpectralRadius', 'first at element \\[0, 0\\] of \\[row, column\\]')],
  ['the largest real part', 4, 'const { spectralRadius } = analysis.spectrum(W);', 'const spectralRadius = Math.max(...analysis.spectrum(W).eigenvalues.map(({ re }) => re));', differs('04.4 withSpectralRadius', 'for input \\d of 5')],
  ['a matrix that is transposed', 4, 'return W.map(', 'return transposed(W).map(', differs('04.4 withSpectralRadius', 'first at element \\[0, 1\\]')],
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
    const [, above = NaN, all, grew = NaN, shrank = NaN, largest, zero = NaN] = numbersOf(draws);
    expect([all, grew + shrank]).toEqual([300, above]);
    expect(above).toBeGreaterThan(290);
    expect(shrank).toBeGreaterThan(60);
    expect(largest).toBeGreaterThan(2);
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
    for (const fact of facts) expect(fact['the last step (factor)']).toBeCloseTo(0.9, 2);
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

  it('every cure gets all seeds at first; who fails with all of them, one seed at the longer lengths', async () => {
    const short = cell('attempt').replace(/quick: \{.*\}/, 'quick: { lengths: [10, 20], seeds: [1, 2], steps: 100 }');
    expect(short).toContain('steps: 100');
    const ids = ['survive', 'cures', 'compare', 'success', 'curves'];
    const [survive, cures, ...rest] = ids.map((id) => cell(id)) as [string, string, ...string[]];
    const { shown } = await run(survive, cures, short, ...rest, 'show(results);');
    const results = shown.at(-1) as { cure: string; length: number; solved: boolean; steps: number; y: number[] }[];
    const attempts = (cure: string, length: number) => results.filter((r) => r.cure === cure && r.length === length);
    expect(new Set(results.map(({ cure }) => cure)).size).toBe(7);
    for (const { cure } of results) {
      expect(attempts(cure, 10)).toHaveLength(2);
      expect(attempts(cure, 20)).toHaveLength(attempts(cure, 10).some(({ solved }) => solved) ? 2 : 1);
    }
    for (const { solved, y } of results) expect(solved).toBe((y.at(-1) ?? NaN) < 1 / 60);
    for (const { steps } of attempts('tanh', 20)) expect(steps).toBe(100);
    expect(sentences(shown).at(-1)).toMatch(/^Solved at T = 20 within 100 steps: tanh 0 of 1; .*; GRU \d of [12]\.$/);
  }, 60_000);

  it('training makes the spectral radius grow, and what is really multiplied does not follow it', async () => {
    const { shown } = await run(...['survive', 'live', 'live-seen'].map((id) => cell(id)));
    const [trained, rule] = sentences(shown);
    const [rhoBefore = NaN, rhoAfter = NaN, sigmaBefore = NaN, sigmaAfter = NaN] = numbersOf(trained);
    expect([rhoBefore, sigmaBefore]).toEqual([expect.closeTo(1, 1), expect.closeTo(1, 1)]);
    expect(rhoAfter).toBeGreaterThan(1.2);
    expect(sigmaAfter).toBeGreaterThan(rhoAfter);
    const [power, product] = [/ρ⁵⁰ = (\S+)\. /, /one sequence: (\S+)\.$/].map((figure) =>
      Number(figure.exec(rule ?? '')?.[1]),
    ) as [number, number];
    expect(power).toBeGreaterThan(1e4);
    expect(product).toBeLessThan(power / 1e3);
  }, 60_000);
});
