import * as tf from '@tensorflow/tfjs-node';
import { describe, expect, it } from 'vitest';
import { cifg, lstm, normalTensor, record, rng, type LstmParams } from '../../kernel-lib/src';
import { openChapter } from './chapter';

const { cell, run, describeExercises } = openChapter('07-lstm.ipynb');

const gateAt = (exercise: string, gate: string, t: number): RegExp =>
  new RegExp(
    `^✗ 07\\.${exercise}: .*\`${gate}\` in the answer differs from the reference first at time step t = ${t},`,
  );
const step = (gate: string, t: number): RegExp => gateAt('1 myStep', gate, t);
const looking = (gate: string, t: number): RegExp => gateAt('2 lookingStep', gate, t);
const counting = (state: string, t: number): RegExp => gateAt('3 counter', state, t);
const back = (gate: string, t: number): RegExp => gateAt('4 stepBack', gate, t);

/** As the chapter has it: parameters as training sees them. */
interface Form {
  readonly seen?: (params: LstmParams) => Partial<LstmParams>;
}

describeExercises({
  ticks: [2, 2, 2, 2],
  before: ['set-by-hand'],
  mistakes: [
    ['three gates', 1, '4 * (input', '3 * (input', /^✗ 07\.1 parameterCount: for input 1 of 5, the answer differs/],
    [
      'no bias in the count',
      1,
      'hidden * hidden + hidden)',
      'hidden * hidden)',
      '07.1 parameterCount: for input 1 of 5',
    ],
    ['a forget gate of tanh', 1, 'const f = tf.sigmoid(', 'const f = tf.tanh(', step('f', 1)],
    ['an input gate without its bias', 1, '.add<tf.Tensor2D>(bi)', '', step('i', 1)],
    ['an input gate that hears nothing', 1, '.add<tf.Tensor2D>(h.matMul(Whi))', '', step('i', 2)],
    ['a candidate of sigmoid', 1, 'const g = tf.tanh(', 'const g = tf.sigmoid(', step('g', 1)],
    ['an output gate with the weights of f', 1, 'h.matMul(Who)', 'h.matMul(Whf)', step('o', 2)],
    ['i and f confused', 1, 'f.mul(c).add<tf.Tensor2D>(i.mul(g))', 'i.mul(c).add<tf.Tensor2D>(f.mul(g))', step('c', 1)],
    ['f with the bias of i', 1, 'add<tf.Tensor2D>(bf)', 'add<tf.Tensor2D>(bi)', step('f', 1)],
    ['Whi transposed', 1, 'h.matMul(Whi)', 'h.matMul(Whi, false, true)', step('i', 2)],
    ['a candidate that reads c', 1, 'h.matMul(Whg)', 'c.matMul(Whg)', step('g', 2)],
    ['a memory that forgets nothing', 1, 'f.mul(c).add', 'c.add', step('c', 2)],
    ['a memory without its past', 1, 'f.mul(c).add<tf.Tensor2D>(i.mul(g))', 'i.mul(g)', step('c', 2)],
    ['no tanh on the way out', 1, 'h: o.mul(tf.tanh(after))', 'h: o.mul(after)', step('h', 1)],
    ['the old memory told', 1, 'h: o.mul(tf.tanh(after))', 'h: o.mul(tf.tanh(c))', step('h', 1)],
    ['the state by its old name', 1, 'c: after,', 'c,', step('c', 1)],
    [
      'an output left out',
      1,
      'return { f, i, g, o,',
      'return { f, i, g, o: undefined as never,',
      /`o\[0\]` in the answer is undefined/,
    ],

    ['a matrix for a peephole', 2, 'return 3 * hidden;', 'return 3 * hidden * hidden;', '07.2 peepholeCount'],
    ['f looking after the step', 2, '(c.mul(pf))', '(c.mul(pf).add(g0))', /^✗ 07\.2 lookingStep: .*the function threw/],
    ['f that does not look', 2, '.add<tf.Tensor2D>(c.mul(pf))', '', looking('f', 2)],
    ['i with the peephole of f', 2, 'c.mul(pi)', 'c.mul(pf)', looking('i', 2)],
    ['f looking at h', 2, 'c.mul(pf)', 'h.mul(pf)', looking('f', 2)],
    ['o looking through tanh', 2, 'after.mul(po)', 'tf.tanh(after).mul(po)', looking('o', 1)],
    ['o looking before the step', 2, 'after.mul(po)', 'c.mul(po)', looking('o', 1)],
    ['o that does not look', 2, '.add<tf.Tensor2D>(after.mul(po))', '', looking('o', 1)],
    ['h without its gate', 2, 'h: o.mul(tf.tanh(after))', 'h: tf.tanh(after)', looking('h', 1)],

    ['one step too few', 3, ') + 1;', ');', '07.3 stepsToHalf: for input 1 of 5, the answer differs'],
    [
      'exactly half for less than half',
      3,
      'Math.floor(Math.log(0.5) / Math.log(1 / (1 + Math.exp(-bias)))) + 1',
      'Math.ceil(Math.log(0.5) / Math.log(1 / (1 + Math.exp(-bias))))',
      '07.3 stepsToHalf: for input 5 of 5, the answer differs',
    ],
    ['a bias of the other sign', 3, 'Math.exp(-bias)', 'Math.exp(bias)', '07.3 stepsToHalf: for input 1 of 5'],
    [
      'a flag that empties the memory',
      3,
      'f: { x: [0, 0, 0], bias: 12 }',
      'f: { x: [0, -24, 0], bias: 12 }',
      counting('c', 5),
    ],
    ['a memory that leaks', 3, 'bias: 12 }', 'bias: 2 }', counting('c', 3)],
    ['all that comes counted', 3, 'i: { x: [0, 24, 0], bias: -12 }', 'i: { x: [0, 0, 0], bias: 12 }', counting('c', 1)],
    [
      'numbers added in place of ones',
      3,
      'g: { x: [0, 0, 0], bias: 10 }',
      'g: { x: [1, 0, 0], bias: 0 }',
      counting('c', 2),
    ],
    [
      'an answer at every step',
      3,
      'o: { x: [0, 0, 24], bias: -12 }',
      'o: { x: [0, 0, 0], bias: 12 }',
      counting('h', 2),
    ],

    [
      'nothing behind a closed door',
      4,
      "return 'what comes from the next c';",
      "return 'nothing';",
      '07.4 behindAClosedDoor',
    ],
    [
      'no gradient from the next step',
      4,
      'dc.add<tf.Tensor2D>(dh',
      'tf.zerosLike(dc).add<tf.Tensor2D>(dh',
      back('i', 1),
    ],
    ['no slope of tanh', 4, '.mul(tf.sub(1, told.square()))', '', back('i', 1)],
    ['no output gate on the way back', 4, 'dh.mul(o).mul(tf.sub', 'dh.mul(tf.sub', back('i', 1)],
    ['the memory after for the one before', 4, 'f: dMemory.mul(before)', 'f: dMemory.mul(told)', back('f', 1)],
    [
      'f before its sigmoid',
      4,
      'f: dMemory.mul(before)',
      'f: dMemory.mul(before).mul(f).mul(tf.sub(1, f))',
      back('f', 2),
    ],
    ['a past that hears only the next step', 4, 'c: dMemory.mul(f)', 'c: dc.mul(f)', back('c', 1)],
    ['i and g confused', 4, 'i: dMemory.mul(g)', 'i: dMemory.mul(i)', back('i', 1)],
    ['g without i', 4, 'g: dMemory.mul(i)', 'g: dMemory', back('g', 1)],
    ['o from the memory itself', 4, 'o: dh.mul(told)', 'o: dh.mul(dMemory)', back('o', 1)],
    ['a past that is not forgotten', 4, 'c: dMemory.mul(f)', 'c: dMemory', back('c', 1)],
  ],
});

const opening = [
  'stream',
  'no-forgetting',
  'forget-gate',
  'input-gate',
  'candidate',
  'no-output',
  'set-by-hand',
  'whole',
];
const cells = (...ids: readonly string[]): string[] => ids.map((id) => cell(id));

/** The number that the first group of the pattern finds in what was shown. */
function told(shown: readonly unknown[], pattern: RegExp): number {
  const found = shown.map((value) => (typeof value === 'string' ? pattern.exec(value) : null)).find((match) => match);
  expect(found, `a sentence with ${String(pattern)}`).toBeDefined();
  return Number(found?.[1]);
}

describe('what the chapter says', () => {
  it('of the gates comes true: each repairs what failed without it, and the library does as the gates set by hand', async () => {
    const { shown } = await run(...cells('fade', ...opening));
    expect(told(shown, /w = 0\.9: ([\d.e-]+)/)).toBeLessThan(0.01);
    expect(told(shown, /w = 1: ([\d.e-]+)/)).toBeLessThan(0.05);
    expect(told(shown, /w = 1\.5: ([\d.e-]+)/)).toBeLessThan(1e-9);

    const emptied = told(shown, /^With f: ([\d.]+) away/);
    expect(told(shown, /^The sum is ([\d.]+) away/)).toBeGreaterThan(1.5 * emptied);
    expect(emptied).toBeGreaterThan(0.2);
    expect(told(shown, /a slope of ([\de-]+)/)).toBeLessThan(1e-9);
    expect(told(shown, /^With f and i: ([\d.]+) away/)).toBe(0);
    expect(shown).toContainEqual(
      expect.stringMatching(/^3 .* g = x 3 times, g = σ\(x\) 0 times, g = tanh\(x\) 3 times\.$/),
    );
    expect(told(shown, /by ([\d.]+) through tanh/)).toBe(1);
    expect(told(shown, /^Without an output gate h is ([\d.]+) away/)).toBeGreaterThan(0.3);
    expect(told(shown, /^The LSTM's h is ([\d.]+) away/)).toBe(0);
  });

  it('of the gradient comes true: preserved while f is open, told while o is, gone after the next flag', async () => {
    const { shown } = await run(...cells(...opening, 'compact', 'preserved'));
    const first = told(shown, /with ([\d.e-]+) at t = 1 and/);
    expect(first).toBeCloseTo(1 - Math.tanh(0.5) ** 2, 3);
    expect(told(shown, /with ([\d.e-]+) at t = 7/)).toBeCloseTo(first, 2);
    expect(told(shown, /with ([\d.e-]+) while o is closed/)).toBeLessThan(1e-3);
    expect(told(shown, /and ([\d.e-]+) when it opens/)).toBeGreaterThan(0.5);
    expect(told(shown, /f closes, and ([\d.e-]+) is left/)).toBeLessThan(1e-3);
    expect(told(shown, /the outputs differ by at most ([\de.-]+)\.$/)).toBeLessThan(2e-6);
  });

  it('of vanishing comes true: a forget bias of 0 loses the gradient, one of 5 lets it grow', async () => {
    const { shown } = await run(...cells('vanish'));
    expect(told(shown, /forget bias 0: ([\de.-]+);/)).toBeLessThan(1e-6);
    expect(told(shown, /forget bias 5: ([\de.+-]+)\.$/)).toBeGreaterThan(1);
  });

  it('of the variants comes true: each is what it is called, and counts what training adjusts', async () => {
    const size = /const size = .*/.exec(cell('compact'))?.[0] ?? '';
    const counting = cell('odyssey').split('const compared')[0] ?? '';
    const shows =
      'show(Object.fromEntries(Object.entries(variants).map(([name, form]) => [name, counted(form)]))); show(variants);';
    const { shown } = await run(...cells('learn', 'learn-once', 'variants'), size, counting, shows);
    const [parameters, variants] = shown as [Record<string, number>, Record<string, Form>];
    const standard = 4 * (5 * 8 + 8 * 8 + 8) + 8 * 4 + 4;
    const gate = 5 * 8 + 8 * 8 + 8;
    expect(parameters).toMatchObject({
      'the LSTM': standard,
      'peepholes i, f, o': standard + 24,
      'peephole o': standard + 8,
      'peepholes i, f': standard + 16,
      'coupled i and f (CIFG)': standard - gate,
      'no input gate': standard - gate,
      'no forget gate': standard - gate,
      'no output gate': standard - gate,
      'no candidate tanh': standard,
      'no output tanh': standard,
    });

    const drawn = { ...lstm.init({ inputSize: 5, hiddenSize: 8, rng: rng(1) }), by: tf.zeros([4]) };
    const xs = normalTensor(rng(2), [2, 6, 5]);
    const gatesOf = (name: string) => record(lstm, { ...drawn, ...variants[name]?.seen?.(drawn) }, xs).gates;
    const least = (gate: tf.Tensor): number => gate.min().dataSync()[0] ?? NaN;
    expect(least(gatesOf('no input gate').i)).toBe(1);
    expect(least(gatesOf('no forget gate').f)).toBe(1);
    expect(least(gatesOf('no output gate').o)).toBe(1);
    const coupled = record(cifg, drawn, xs).outputs;
    const ours = record(lstm, { ...drawn, ...variants['coupled i and f (CIFG)']?.seen?.(drawn) }, xs).outputs;
    expect(ours.sub(coupled).abs().max().dataSync()[0]).toBeLessThan(1e-6);
  });
});
