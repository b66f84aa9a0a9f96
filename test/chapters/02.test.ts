import { describe, expect, it } from 'vitest';
import { openChapter } from './chapter';

const { cell, run, describeExercises } = openChapter('02-vanilla-rnn.ipynb');

const atStep = (t: number, field: string): RegExp =>
  new RegExp(`at time step t = ${t}, \\\`${field}\\\` in the answer differs from the reference`);

describeExercises({
  ticks: [2, 2, 6],
  mistakes: [
    ['the wrong sign', 1, '.tanh()', '.tanh().neg()', atStep(1, 'h')],
    ['no tanh', 1, '.tanh()', '', atStep(1, 'h')],
    ['no bias', 1, '.add<tf.Tensor2D>(bh)', '', atStep(1, 'h')],
    ['Whh transposed', 1, 'matMul(Whh)', 'matMul(Whh, false, true)', atStep(2, 'h')],
    ['no state', 1, '.add(state.h.matMul(Whh))', '', atStep(2, 'h')],
    [
      'a count without the biases',
      1,
      'hidden * hidden + hidden +',
      'hidden * hidden +',
      /^✗ 02\.1 parameterCount: for input 1 of 5, the answer differs/,
    ],
    [
      'the state before each step',
      2,
      'state = rnn.step(params, x, state);\n    outputs.push(state.h);',
      'outputs.push(state.h);\n    state = rnn.step(params, x, state);',
      '`outputs` in the answer differs from the reference first at time step t = 1, ',
    ],
    [
      'a start from zeros',
      2,
      'let state = start;',
      'let state = rnn.initialState(params, 2);',
      '`outputs` in the answer differs from the reference first at time step t = 1, ',
    ],
    [
      'a state that is not handed on',
      2,
      'state = rnn.step(params, x, state);\n    outputs.push(state.h);',
      'state = rnn.step(params, x, start);\n    outputs.push(state.h);',
      '`outputs` in the answer differs from the reference first at time step t = 2, ',
    ],
    ['a last state from the beginning', 2, 'final: state }', 'final: start }', '`final.h` in the answer differs'],
    ['a prediction that is one off', 2, 'return 11;', 'return 10;', '02.2 firstWrongStep: the answer differs'],
    [
      'the opposite prediction',
      3,
      "return 'less uniform';",
      "return 'more uniform';",
      /02\.3 belowOne: the answer is another text/,
    ],
    ['a product for the quotient', 3, '/ temperature)', '* temperature)', /T = 0\.5: index \d comes too/],
    ['no temperature', 3, '(score - largest) / temperature', 'score - largest', /T = 0\.5: index \d comes too/],
    ['an overflow', 3, 'score - largest', 'score', /\[1000, 998, 999\], T = 0\.5: /],
    [
      'the largest score taken off too late',
      3,
      '(score - largest) / temperature',
      'score / temperature - largest',
      /\[1000, 998, 999\], T = 0\.5: /,
    ],
    [
      'the likeliest letter',
      3,
      'let left =',
      'if (largest > 0) return z.indexOf(largest);\n  let left =',
      /T = 0\.5: index 0 comes too often/,
    ],
    [
      'a generator of its own',
      3,
      'random.uniform()',
      'Math.random()',
      /T = 0\.5: the same seed draws something else the second time/,
    ],
    ['the middle in place of a draw', 3, 'random.uniform()', '0.5', /comes (never|too often)/],
  ],
});

describe('what the chapter says of "hello"', () => {
  it('comes true: by hand as by rnn.step, learnt with memory, half of ln 2 without', async () => {
    const { shown } = await run(
      ...['by-hand', 'library', 'hello', 'forget', 'sample', 'one-to-many'].map((id) => cell(id)),
    );

    const [rows, agreement] = shown as [
      { 'x (letter)': string; 'h (state)': string }[],
      { 'largest difference': number }[],
    ];
    expect(rows.map((row) => row['x (letter)'])).toEqual(['h', 'e', 'l', 'l']);
    expect(rows[2]?.['h (state)']).not.toBe(rows[3]?.['h (state)']);
    for (const row of agreement) expect(row['largest difference']).toBeLessThan(1e-6);

    const sentences = shown.filter((value) => typeof value === 'string');
    const [withMemory = NaN, without = NaN] = sentences[0]?.match(/\d\.\d{4}/g)?.map(Number) ?? [];
    expect(withMemory).toBeLessThan(0.01);
    expect(without).toBeGreaterThan(Math.LN2 / 2 - 1e-4);
    expect(without).toBeLessThan(Math.LN2 / 2 + 0.002);
    expect(sentences[1]).toBe('One sampled word: hello');
    const [often = NaN, seldom = NaN] = sentences.slice(2).map((line) => Number(/(\d+) of 200/.exec(line)?.[1]));
    expect(often).toBeGreaterThan(190);
    expect(Math.abs(seldom - 50)).toBeLessThan(25); // binomial(200, 1/4): four standard deviations
    expect(shown.at(-1)).toEqual([
      { 'number in': 0, 'letters out': 'hello' },
      { 'number in': 1, 'letters out': 'world' },
    ]);
  });
});
