import { describe, expect, it } from 'vitest';
import { openChapter } from './chapter';

const { cell, run, describeExercises } = openChapter('08-deep-bidirectional.ipynb');

const firstAt = (field: string, t: number): RegExp =>
  new RegExp(`\`${field}\` in the answer differs from the reference first at time step t = ${t}, `);

describeExercises({
  ticks: [2, 2, 2, 3],
  before: ['judges'],
  mistakes: [
    ['layers that all read the inputs', 1, 'unstackTime(below)', 'unstackTime(xs)', firstAt('layer2', 1)],
    [
      'a state that is not handed on',
      1,
      'state = rnn.step(params, x, state);',
      'state = rnn.step(params, x, rnn.initialState(params, xs.shape[0]));',
      firstAt('layer1', 2),
    ],
    [
      'a state that one layer hands to the next',
      1,
      'let state = rnn.initialState(params, xs.shape[0]);',
      'let state = l === 0 ? rnn.initialState(params, xs.shape[0]) : { h: at(unstackTime(below), 0) };',
      firstAt('layer2', 1),
    ],
    [
      'inputs of the step before',
      1,
      'unstackTime(below).map((x) => {',
      'unstackTime(below).map((_, t, all) => {\n      const x = at(all, Math.max(0, t - 1));',
      firstAt('layer1', 2),
    ],
    [
      'the towers upside down',
      1,
      'tower.forEach((params, l)',
      '[...tower].reverse().forEach((params, l)',
      firstAt('layer1', 1),
    ],
    [
      'layers that add what they read',
      1,
      'below = stackTime(h)',
      'below = stackTime(h).add(below)',
      firstAt('layer1', 1),
    ],
    [
      'layers that are not there',
      1,
      'tower.forEach((params, l)',
      'tower.slice(0, 2).forEach((params, l)',
      'the answer lacks `layer3`',
    ],
    [
      'a second layer as wide as one direction',
      1,
      'layer(directions * H)',
      'layer(H)',
      /08\.1 stackCount: for input 2 of 5, the answer differs/,
    ],
    ['no bias', 1, 'H * H + H);', 'H * H);', /08\.1 stackCount: for input 1 of 5, the answer differs/],

    ['a wrong prediction', 2, 'return [7, 4];', 'return [7, 7];', /08\.2 whoHears: the answer differs/],
    [
      'a backward direction that begins in the padding',
      2,
      'state = tf.where(inside, next, state);',
      'state = next;',
      firstAt('backward', 1),
    ],
    ['a step too many', 2, 't < length ? 1', 't <= length ? 1', firstAt('backward', 1)],
    ['a step too few', 2, 't < length ? 1', 't + 1 < length ? 1', firstAt('backward', 1)],
    [
      'lengths that are sorted in place',
      2,
      'const order = x.map',
      'lengths.sort((a, b) => b - a);\n  const order = x.map',
      'changes its argument 3',
    ],
    [
      'states that are carried into the padding',
      2,
      'h[t] = tf.where(inside, next, 0);',
      'h[t] = state;',
      firstAt('forward', 3),
    ],
    [
      'two directions that are one',
      2,
      'walk(params.backward, [...order].reverse())',
      'walk(params.backward, order)',
      firstAt('backward', 1),
    ],
    [
      'a backward direction in the order of its reading',
      2,
      'walk(params.backward, [...order].reverse())',
      'walk(params.backward, [...order].reverse()).reverse(1)',
      firstAt('backward', 1),
    ],
    [
      'one set of parameters',
      2,
      'backward: walk(params.backward,',
      'backward: walk(params.forward,',
      firstAt('backward', 1),
    ],

    ['a wrong prediction of the reach', 3, 'return [4, 10];', 'return [1, 4];', /08\.3 reach: the answer differs/],
    [
      'a gradient of the backward direction that walks with it',
      3,
      'dh.backward, ascending)',
      'dh.backward, descending)',
      firstAt('backward', 1),
    ],
    [
      'a gradient of the forward direction that walks with it',
      3,
      'dh.forward, descending)',
      'dh.forward, ascending)',
      firstAt('forward', 1),
    ],
    ['a slope of 1 − h', 3, 'at(states, t).square()', 'at(states, t)', firstAt('forward', 1)],
    [
      'what comes from later without its slope',
      3,
      'at(wanted, t).add<tf.Tensor2D>(fromLater)',
      'at(wanted, t)',
      firstAt('forward', 1),
    ],
    ['no slope', 3, '.mul(tf.sub(1, at(states, t).square()))', '', firstAt('forward', 1)],
    ['Whh not transposed', 3, 'Whh, false, true)', 'Whh)', firstAt('forward', 1)],
    ['nothing from the other steps', 3, 'fromLater = tf.matMul', 'void tf.matMul', firstAt('forward', 1)],

    ['a wrong count of rows', 4, 'return [36, 18];', 'return [36, 36];', /08\.4 rowsComputed: the answer differs/],
    [
      'a sequence that is still there after its end',
      4,
      'length > t)',
      'length >= t)',
      /08\.4 batchSizes: .*first at time step t = /,
    ],
    [
      'an average over the padding',
      4,
      '.div(inside.sum())',
      '.div(losses.size)',
      /08\.4 meanLoss: .*the answer differs/,
    ],
    [
      'a mean of the means',
      4,
      'losses, 0).sum<tf.Scalar>().div(inside.sum())',
      'losses, 0).sum(1).div(tf.tensor1d(lengths)).mean<tf.Scalar>()',
      /08\.4 meanLoss: .*the answer differs/,
    ],
    ['a loss of the padding', 4, 'tf.where(inside, losses, 0)', 'losses', /08\.4 meanLoss: .*the answer differs/],
  ],
});

/** Rows of a table that a cell showed. */
type Rows = Record<string, number | string>[];
const numbersIn = (sentence: unknown): number[] => (String(sentence).match(/\d+(\.\d+)?/g) ?? []).map(Number);

describe('what the chapter says', () => {
  it('comes true of stacks: the order does not matter, the diagonals are fewest', async () => {
    const { shown } = await run(cell('stack'));
    const [orders] = shown as [Rows];
    expect(orders.map((row) => row['one after another'])).toEqual([18, 18, 8]);
    for (const row of orders) expect(row['furthest from `stacked`']).toBeLessThan(1e-6);
  });

  it('comes true of the two algorithms: by hand, by the library and by central differences', async () => {
    const { shown } = await run(...['stack', 'forward-pass', 'backward-pass', 'compare'].map((id) => cell(id)));
    const [, states, gradients] = shown as [Rows, Rows, Rows];
    for (const row of states) expect(row['largest difference']).toBeLessThan(1e-6);
    expect(gradients.map((row) => row['gradient of'])).toEqual([
      ...['forward', 'backward'].flatMap((way) => ['Wxh', 'Whh', 'bh'].map((name) => `${way}.${name}`)),
      'out.Why',
      'out.by',
    ]);
    for (const row of gradients) {
      expect(row['its length']).toBeGreaterThan(0.1);
      expect(row['by hand, the library']).toBeLessThan(1e-5);
      expect(row['by hand, differences (relative)']).toBeLessThan(0.02);
    }
  });

  it('comes true of the window: the floor by its definition, and no delay with both directions', async () => {
    const answered = `
      show([0, 4, 8].map(floor));
      const { ys } = windowBatch(2000, rng(1));
      show(ys.square().mean().arraySync());
      const short = { forward: rnn.init({ inputSize: 1, hiddenSize: 3, rng: rng(2) }), out: readout.init({ hiddenSize: 3, outputSize: 1, rng: rng(3) }) };
      show(windowBatch(2, rng(4)).ys.shape);
      show(unexplained(short, windowBatch(2, rng(4)), 8).shape);
      show([0, 4, 8].map(floorHere));`;
    const { shown } = await run(cell('window-task'), cell('window-floor'), answered);
    const [floors, variance, shape, , here] = shown as [number[], number, number[], number[], number[]];
    here.forEach((floor, i) => {
      expect(floor).toBeCloseTo(floors[i] ?? NaN, 1);
    });
    expect(here[2]).toBe(0);
    expect(floors[0]).toBeGreaterThan(0.5);
    expect(floors[1]).toBeLessThan(0.1);
    expect(floors[2]).toBe(0);
    expect(variance).toBeCloseTo(1, 1);
    expect(shape).toEqual([2, 20, 1]);
  });

  it('comes true of deep bidirectional networks, padding and packing', async () => {
    const { shown } = await run(
      ...['stack', 'parity-task', 'forward-pass', 'deep', 'padded', 'drift', 'pack', 'walk-packed'].map((id) =>
        cell(id),
      ),
    );
    const sentences = shown.filter((value) => typeof value === 'string');
    const [ofLast = NaN, ofTowers] = numbersIn(sentences[0]);
    expect(ofLast).toBeGreaterThan(0.001);
    expect(ofTowers).toBe(0);

    const padded = shown.find((value) => Array.isArray(value) && 'read' in (value[0] as object)) as Rows;
    const [unsaid = {}, ...said] = padded.map((row) => ({ ...row, read: 0 }));
    expect(Object.values(unsaid).map((off) => Number(off) > 0.1)).toEqual([false, true, false, true, true]);
    for (const row of said) for (const off of Object.values(row)) expect(off).toBeLessThan(1e-6);

    // As PyTorch's pack_padded_sequence packs them, with enforce_sorted=False.
    expect(sentences[2]).toBe('data "srfuaonigsnhine", batch_sizes [3, 3, 3, 2, 1, 1, 1, 1], order [1, 0, 2]');
    for (const row of shown.at(-1) as Rows) expect(row['largest difference']).toBeLessThan(1e-6);
  });

  it('comes true of the shapes', async () => {
    const { shown } = await run(
      ...['stack', 'shapes-functions', 'shapes-more', 'shapes-layers', 'last'].map((id) => cell(id)),
    );
    const [, functions, layers, , last] = shown as [Rows, Rows, Rows, string, Rows];
    const of = (call: string): Record<string, unknown> =>
      functions.find((row) => String(row.call).startsWith(call)) ?? {};
    expect(of("bidirectional(rnn), 'concat'").outputs).toBe('[2, 7, 10]');
    expect(of("deepBidirectional(rnn), 'sum'")['final state']).toBe('[2, 5] [2, 5] [2, 5] [2, 5]');
    expect(of('unroll(rnn) { mask }')['after the end of a sequence of 4']).toBe('its last state, repeated');
    expect(of('unroll(lstm) { lengths }')['after the end of a sequence of 4']).toBe('zeros');
    expect(layers.find((row) => row.layer === 'bidirectional(lstm), concat')?.both).toBe(
      '[2, 7, 10] [2, 5] [2, 5] [2, 5] [2, 5]',
    );
    expect(last.map((row) => row['backward half'] === 0)).toEqual([true, false]);
  });

  it('comes true of what breaks: a die foretold until the future is hidden, and a first output that is revised', async () => {
    const cells = [
      'stack',
      'parity-task',
      'window-task',
      'forward-pass',
      'deep',
      'padded',
      'drift',
      'dice',
      'dice-result',
      'streaming',
    ];
    const { shown } = await run(...cells.map((id) => cell(id).replace('steps: 300', 'steps: 150')));
    const sentences = shown.filter((value) => typeof value === 'string');
    const [, ln6 = NaN, one = NaN, both = NaN, honest = NaN] = numbersIn(
      sentences.find((line) => line.startsWith('ln 6')),
    );
    expect(one).toBeGreaterThan(ln6 - 0.02);
    expect(both).toBeLessThan(1);
    expect(honest).toBeGreaterThan(ln6 - 0.02);
    expect(sentences.at(-1)).toMatch(/differ by \d(\.\d+)?(e-\d+)?\), one step each: 16 in all.* need 16 \+ 136 steps/);
  });
});
