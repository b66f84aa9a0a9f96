import { describe, expect, it } from 'vitest';
import { openChapter } from './chapter';

const { cell, run, describeExercises } = openChapter('10-nietzsche.ipynb');

// The exercises need the book's ids and the helpers of these cells, none of the training.
describeExercises({
  before: ['windows', 'memory'],
  ticks: [3, 3, 2, 2],
  mistakes: [
    [
      'a third of the windows, so a third of the memory',
      1,
      'return 0;',
      'return 2 * 4 * 600_893;',
      '10.1 moreForViews: the answer differs',
    ],
    [
      'no character left to ask for',
      1,
      'n - length - 1',
      'n - length',
      /10\.1 windowCount: for input \d+ of 12, the answer differs/,
    ],
    [
      'the last window left out',
      1,
      '/ step) + 1',
      '/ step)',
      /10\.1 windowCount: for input 1 of 12, the answer differs/,
    ],
    [
      'a window at every character',
      1,
      '(n - length - 1) / step',
      '(n - length - 1) / 1',
      /10\.1 windowCount: for input \d+ of 12/,
    ],
    [
      'a byte for a float',
      1,
      'return 4 * windowCount',
      'return windowCount',
      /10\.1 oneHotBytes: for input 1 of 5, the answer differs/,
    ],
    ['every position a row of its own', 2, 'return 56;', 'return 5120;', '10.2 mostRows: the answer differs'],
    [
      'the rows of the first sequence alone',
      2,
      'tf.gather(Wx, ids)',
      'tf.gather(Wx, tf.stack([ids.gather(0), ids.gather(0)]))',
      /10\.2 lookup: .*time step t = /,
    ],
    ['time backwards', 2, 'tf.gather(Wx, ids)', 'tf.gather(Wx, ids.reverse(1))', /10\.2 lookup: .*time step t = 1/],
    [
      'columns in place of rows',
      2,
      'tf.gather(Wx, ids)',
      'tf.gather(Wx.reverse(0), ids)',
      /10\.2 lookup: .*time step t = 1/,
    ],
    [
      'the first sequence alone',
      2,
      'tf.unsortedSegmentSum(rows, ids.flatten(), size)',
      'tf.unsortedSegmentSum(rows.slice(0, time), ids.gather(0), size)',
      /10\.2 lookupGradient: .*differs/,
    ],
    [
      'a mean for the sum',
      2,
      'tf.unsortedSegmentSum(rows, ids.flatten(), size)',
      'tf.unsortedSegmentSum(rows, ids.flatten(), size).div<tf.Tensor2D>(batch)',
      /10\.2 lookupGradient: .*differs/,
    ],
    [
      'the last of the sums, not all of them',
      2,
      'tf.unsortedSegmentSum(rows, ids.flatten(), size)',
      'tf.stack(Array.from({ length: size }, (_, k) => rows.gather([...ids.dataSync()].lastIndexOf(k) < 0 ? 0 : [...ids.dataSync()].lastIndexOf(k)).mul([...ids.dataSync()].includes(k) ? 1 : 0))) as tf.Tensor2D',
      /10\.2 lookupGradient: .*differs/,
    ],
    [
      'rows for the symbols that come alone',
      2,
      'tf.unsortedSegmentSum(rows, ids.flatten(), size)',
      'tf.unsortedSegmentSum(rows, ids.flatten(), 1 + Math.max(...ids.dataSync()))',
      /10\.2 lookupGradient: .*shape \[4, 4\], expected \[5, 4\]/,
    ],
    [
      'a product that takes the place of its factor',
      2,
      'return tf.gather(Wx, ids)',
      'const made = tf.gather(Wx, ids);\n  Wx.dispose();\n  return made',
      /10\.2 lookup: .*disposes of its argument 1/,
    ],
    ['half the odds', 3, 'return 4;', 'return 2;', '10.3 oddsAtHalf: the answer differs'],
    ['a product for the quotient', 3, ') / diversity)', ') * diversity)', /10\.3 redraw: for input 1 of 5/],
    [
      'no logarithm',
      3,
      'p.map((each) => Math.exp((Math.log(each) - largest) / diversity))',
      'p.map((each) => Math.exp(each / diversity))',
      /10\.3 redraw: for input 1 of 5/,
    ],
    [
      'not normalised',
      3,
      'weights.map((weight) => weight / sum)',
      'weights.map((weight) => weight)',
      /10\.3 redraw: for input 1 of 5/,
    ],
    [
      'tiny probabilities that vanish',
      3,
      '(Math.log(each) - largest) / diversity',
      'Math.log(each) / diversity',
      /10\.3 redraw: for input 2 of 5/,
    ],
    [
      'a zero that is not zero',
      3,
      'Math.log(each) - largest',
      'Math.log(each + 1e-3) - largest',
      /10\.3 redraw: for input 1 of 5/,
    ],
    ['only one step a character', 4, 'window: 400 * 40', 'window: 400', /10\.4 stepsTaken: .*window/],
    ['the last character read as well', 4, 'carried: 40 + 399', 'carried: 40 + 400', /10\.4 stepsTaken: .*carried/],
    [
      'a state that is thrown away',
      4,
      'text.oneHot([id], size), state)',
      'text.oneHot([id], size), lstm.initialState(params, 1))',
      /10\.4 writeOn: .*time step t = /,
    ],
    [
      'the prime not read',
      4,
      'prime.forEach(read);',
      'prime.slice(-1).forEach(read);',
      /10\.4 writeOn: .*time step t = /,
    ],
    [
      'what it writes not read',
      4,
      'written.push(id);\n    read(id);',
      'written.push(id);',
      /10\.4 writeOn: .*time step t = /,
    ],
    [
      'the prime among what is written',
      4,
      'const written: number[] = [];',
      'const written: number[] = [...prime];',
      /10\.4 writeOn: .*time step t = [12]/,
    ],
  ],
  // prettier-ignore
  alternatives: [
    ['counted in a loop', 1, 'return Math.floor((n - length - 1) / step) + 1;', 'let many = 0;\n  for (let at = 0; at + length < n; at += step) many += 1;\n  return many;'],
    ['element by element', 2, 'return tf.gather(Wx, ids) as unknown as tf.Tensor3D;', 'const rows = Wx.arraySync();\n  return tf.tensor3d(ids.arraySync().map((some) => some.map((id) => rows[id] ?? [])));'],
    ['a product with the zeros', 2, 'tf.unsortedSegmentSum(rows, ids.flatten(), size)', 'tf.tidy(() => text.oneHot(ids.dataSync(), size).transpose().matMul<tf.Tensor2D>(rows))'],
    ['powers', 3, 'Math.exp((Math.log(each) - largest) / diversity)', '(each / Math.exp(largest)) ** (1 / diversity)'],
    ['the scores before the step', 4, 'while (written.length < length) {\n    const id = text.argmax(scores(state.h).dataSync());\n    written.push(id);\n    read(id);\n  }', 'for (let n = 0; n < length; n++) {\n    const all = [...tf.tidy(() => scores(state.h)).dataSync()];\n    const id = all.indexOf(Math.max(...all));\n    read(id);\n    written.push(id);\n  }'],
  ],
});

describe('what the chapter says', () => {
  it('comes true of the lookup, of the windows and of the memory they would take', async () => {
    const { shown } = await run(...['windows', 'memory', 'lookup', 'model'].map((id) => cell(id)));
    const tables = shown.filter((value): value is object[] => Array.isArray(value));
    for (const row of tables[1] as { 'largest difference, relative': number }[]) {
      expect(row['largest difference, relative']).toBeLessThan(1e-5);
    }
    const said = shown.filter((value): value is string => typeof value === 'string').join('\n');
    const [, before = NaN, guess = NaN] = (/Loss before training ([\d.]+); ln V = (\d+\.\d+)/.exec(said) ?? []).map(
      Number,
    );
    expect(Math.abs(before - guess)).toBeLessThan(0.1);
  });
});
