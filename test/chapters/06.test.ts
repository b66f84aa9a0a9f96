import { describe, expect, it } from 'vitest';
import { openChapter } from './chapter';

const { cell, run, describeExercises } = openChapter('06-gru.ipynb');

const first = (t: number, field: string): RegExp =>
  new RegExp(`\`${field}\` in the answer differs from the reference first at time step t = ${t}, `);

describeExercises({
  before: ['tools'],
  ticks: [2, 2, 2, 2],
  mistakes: [
    ['a half-life of the share lost', 1, 'Math.log(z)', 'Math.log(1 - z)', /06\.1 halfLife: .* the answer differs/],
    [
      'a half-life that takes 1 − z for −ln z',
      1,
      'Math.log(0.5) / Math.log(z)',
      'Math.LN2 / (1 - z)',
      /06\.1 halfLife: .* the answer differs/,
    ],
    ['a state told before its step', 1, 'return { z, r, hTilde, h };', 'return { z, r, hTilde, h: r };', first(1, 'h')],
    ['r for z', 1, "z: along('z')", "z: along('r')", first(1, 'z')],
    ['time in front', 1, 'step[name]), 1)', 'step[name]), 0)', '`z` in the answer has shape'],
    ['a state that begins with ones', 1, 'tf.zeros<tf.Rank.R2>([xs', 'tf.ones<tf.Rank.R2>([xs', first(1, 'z')],
    ['no bias of the update gate', 1, '.add(bz)', '', first(1, 'z')],
    ['no bias of the reset gate', 1, '.add(br)', '', first(1, 'r')],
    ['no bias of the candidate', 1, '.add(bh)', '', first(1, 'hTilde')],
    ['an update gate through tanh', 1, 'add(bz).sigmoid()', 'add(bz).tanh()', first(1, 'z')],
    ['a candidate through a sigmoid', 1, 'add(bh).tanh()', 'add(bh).sigmoid()', first(1, 'hTilde')],
    [
      'the dialect of Chung',
      1,
      'z.mul(h).add(tf.sub(1, z).mul(hTilde))',
      'z.mul(hTilde).add(tf.sub(1, z).mul(h))',
      first(1, 'h'),
    ],
    ['Whr transposed', 1, 'matMul(Whr)', 'matMul(Whr, false, true)', first(2, 'r')],
    ['Whz transposed', 1, 'matMul(Whz)', 'matMul(Whz, false, true)', first(2, 'z')],
    ['no reset', 1, 'r.mul<tf.Tensor2D>(h).matMul(Whh)', 'h.matMul(Whh)', first(2, 'hTilde')],
    ['the reset after the product', 1, 'r.mul<tf.Tensor2D>(h).matMul(Whh)', 'r.mul(h.matMul(Whh))', first(2, 'hTilde')],
    ['a state that is not handed on', 1, 'h = z.mul(h)', 'const h_t = z.mul(h)', first(1, 'h')],
    ['a prediction that is one off', 2, 'return 2;', 'return 1;', '06.2 firstApart: the answer differs'],
    ['weights as they are', 2, 'Wxz: Wxz.neg(), Whz: Whz.neg(), bz: bz.neg()', 'Wxz, Whz, bz', first(1, 'h')],
    ['the bias as it was', 2, ', bz: bz.neg()', ', bz', first(1, 'h')],
    ['Whz as it was', 2, 'Whz: Whz.neg()', 'Whz', first(2, 'h')],
    ['the reset gate negated too', 2, '...params, ', '...params, br: params.br.neg(), ', first(1, 'r')],
    ['a bias for the wrong share', 3, 'left ** (1 / steps)', 'left ** steps', /06\.3 biasFor: .* the answer differs/],
    ['a gate that keeps what it should drop', 3, '[[-40]]', '[[40]]', first(1, '4 h')],
    [
      'a bias that is only nearly right',
      3,
      'Math.log(z / (1 - z))',
      'Math.log(steps / -Math.log(left))',
      /06\.3 biasFor: .* the answer differs/,
    ],
    ['a candidate of the other sign', 3, '[[0.25]]', '[[-0.25]]', first(1, '4 h')],
    ['a gate that is too soft', 3, '[[-40]]', '[[-4]]', first(1, '4 h')],
    ['a candidate of another size', 3, '[[0.25]]', '[[0.2]]', first(1, '4 h')],
    ['the wrong first step', 4, 'return 2;', 'return 1;', '06.4 firstTold: the answer differs'],
    ['the sign of dz', 4, 'hBefore.sub(hTilde)', 'hTilde.sub(hBefore)', first(1, 'dz')],
    [
      'the state after in place of before',
      4,
      'dh.mul<tf.Tensor3D>(hBefore.sub',
      'dh.mul<tf.Tensor3D>(h.sub',
      first(1, 'dz'),
    ],
    ['z in place of 1 − z', 4, 'mul<tf.Tensor3D>(tf.sub(1, z))', 'mul<tf.Tensor3D>(z)', first(1, 'dhTilde')],
    [
      'the last state before the first step',
      4,
      'tf.zeros<tf.Rank.R3>([batch, 1, hidden])',
      'h.slice([0, time - 1, 0], [-1, 1, -1])',
      first(1, 'dz'),
    ],
    ['a gradient before the tanh', 4, 'return { dz, dhTilde,', 'return { dz, dhTilde: da,', first(1, 'dhTilde')],
    ['no slope of tanh', 4, '.mul<tf.Tensor3D>(tf.sub(1, hTilde.square()))', '', first(2, 'dr')],
    ['Whh not transposed', 4, 'matMul(Whh, false, true)', 'matMul(Whh)', first(2, 'dr')],
    [
      'the state after for the reset gate',
      4,
      'dr: dseen.mul<tf.Tensor3D>(hBefore)',
      'dr: dseen.mul<tf.Tensor3D>(h)',
      first(1, 'dr'),
    ],
  ],
});

const figures = (sentence: unknown): number[] => (String(sentence).match(/-?\d+(\.\d+)?(e-?\d+)?/g) ?? []).map(Number);

describe('what the chapter says of gates set by hand', () => {
  const byHand = ['task', 'leak', 'share', 'share-plot', 'update', 'constants', 'sum', 'reset'].map((id) => cell(id));

  it('comes true: a tanh unit loses the number, a constant share does not help, each gate does', async () => {
    const { shown } = await run(...byHand);
    const sentences = shown.filter((value): value is string => typeof value === 'string');
    const [leak, constant, update, sums, reset] = sentences;
    const [, , faded = NaN, , slowly = NaN, , , one = NaN, , other = NaN] = figures(leak);
    expect(faded).toBeLessThan(0.01);
    expect(slowly).toBeLessThan(0.3);
    expect(one).toBe(other);
    const [, least = NaN, blind = NaN] = figures(constant);
    expect(least).toBeGreaterThan(blind);
    expect(figures(update?.replace('3,000', ''))[0]).toBeLessThan(0.001);
    const [without = NaN, memoryless = NaN] = figures(sums?.replace('3,000', ''));
    expect(without).toBeGreaterThan(5 * memoryless);
    expect(figures(reset?.replace('3,000', ''))[0]).toBeLessThan(0.01);
  });

  it('comes true of the library: the same unit as parameters, through the equations and the native op', async () => {
    const cho = "const cho = gruWith({ reset: 'before' });";
    const { shown } = await run(...byHand, cho, cell('cell'));
    const rows = shown.at(-1) as { 'largest difference': number }[];
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row['largest difference']).toBeLessThan(1e-6);
  });
});

describe('what the chapter says of the dialects', () => {
  it('comes true: kept and replaced translate, before and after do not, save on the diagonal', async () => {
    const { shown } = await run(...['task', 'nailed'].map((id) => cell(id)), helpers, cell('before-after'));
    const rows = shown.at(-1) as { compared: string; 'largest difference': number }[];
    expect(rows.map((row) => row['largest difference'] < 1e-5)).toEqual([false, true, false, true]);
    for (const row of rows.filter((_, i) => i % 2 === 0)) expect(row['largest difference']).toBeGreaterThan(0.1);
  });
});

describe('what the chapter says of trained gates', () => {
  it('comes true in a third of the steps: z is what keeping needs, r what adding needs, both fall at flags', async () => {
    const shorter = cell('train-units').replace('[10, 300]', '[10, 100]');
    expect(shorter).not.toBe(cell('train-units'));
    const sources = [
      cell('nailed'),
      shorter,
      ...['worth', 'trained-gates', 'gate-lines', 'pieces', 'pieces-seen'].map((id) => cell(id)),
    ];
    const { shown } = await run(cell('task'), ...sources);
    const rows = shown.find(Array.isArray) as { task: string; gates: string; 'median, %': number }[];
    const of = (task: string, gates: string): number =>
      rows.find((row) => row.task === task && row.gates === gates)?.['median, %'] ?? NaN;
    for (const [task, needed, other] of [
      ['keep the number', 'z', 'r'],
      ['add up', 'r', 'z'],
    ] as const) {
      expect(of(task, needed)).toBeLessThan(0.5 * of(task, other));
      expect(of(task, needed)).toBeLessThan(0.5 * of(task, 'neither'));
    }
    const said = shown.filter((value) => typeof value === 'string');
    const [zAtFlags = NaN, zElse = NaN] = figures(said.find((line) => line.includes('keeps a number')));
    expect(zAtFlags).toBeLessThan(zElse - 0.3);
    const [, , rAtFlags = NaN, rElse = NaN] = figures(said.find((line) => line.includes('adds up')));
    expect(rAtFlags).toBeLessThan(rElse - 0.2);
    const [, byZ = NaN, byAll = NaN] = figures(said.find((line) => line.startsWith('The adder, 10 steps')));
    expect(byZ).toBeLessThan(1);
    expect(byAll).toBeGreaterThan(30);
  }, 60_000);
});

/** What the cells about the dialects take from cells that train. */
const helpers = `
const chung = gruWith({ reset: 'before', update: 'replace' });
const furthest = (a: tf.Tensor, b: tf.Tensor) => a.sub(b).abs().max().arraySync() as number;
const compare = (compared: string, difference: number) => ({ compared, 'largest difference': difference });
let byHand: GruResetBeforeParams;
`;
