import { describe, expect, it } from 'vitest';
import type { FoundUnit } from '../../kernel-lib/src/analysis';
import { openChapter } from './chapter';

const { cell, run, describeExercises } = openChapter('11-inside-the-cells.ipynb');

describeExercises({
  ticks: [2, 2, 2, 2],
  mistakes: [
    ['a prediction without the sign', 1, 'return -0.6;', 'return 0.6;', '11.1 afterTurning: the answer differs'],
    ['a prediction that scales', 1, 'return -0.6;', 'return -1.2;', '11.1 afterTurning: the answer differs'],
    ['a correlation that keeps the means', 1, 'value - mean', 'value', /11\.1 myCorrelation: for input 1 of 5/],
    ['a covariance', 1, ' / Math.sqrt(dot(du, du) * dot(dv, dv))', '', /11\.1 myCorrelation: for input 1 of 5/],
    ['no square root', 1, 'Math.sqrt(dot(du, du) * dot(dv, dv))', '(dot(du, du) * dot(dv, dv))', '11.1 myCorrelation'],
    ['the square of r', 1, 'return dot(du, dv) /', 'return dot(du, dv) ** 2 /', '11.1 myCorrelation'],
    [
      'a prediction that counts the closing quote',
      2,
      'return 3;',
      'return 4;',
      '11.2 howManyInside: the answer differs',
    ],
    ['a prediction that counts letters only', 2, 'return 3;', 'return 2;', '11.2 howManyInside: the answer differs'],
    [
      'what held before the character was read',
      2,
      `if (symbol === '"') inside = !inside;
    return inside ? 1 : 0;`,
      `const before = inside;
    if (symbol === '"') inside = !inside;
    return before ? 1 : 0;`,
      /11\.2 insideQuotes: for input \d of 5, the answer differs .*time step t = \d+/,
    ],
    ['a quote that never closes', 2, 'inside = !inside', 'inside = true', /11\.2 insideQuotes: .*time step t = \d+/],
    ['the opposite', 2, 'inside ? 1 : 0', 'inside ? 0 : 1', /11\.2 insideQuotes: .*time step t = 1,/],
    ['a bias that is too small', 3, 'return 3;', 'return 2;', '11.3 smallestBias: the answer differs'],
    ['the usual bias', 3, 'return 3;', 'return 1;', '11.3 smallestBias: the answer differs'],
    [
      'a memory without the forget gate',
      3,
      'f.mul(state.c).add',
      'state.c.add',
      '`c` in the answer differs from the reference first at time step t = 2, ',
    ],
    [
      'the input gate for the forget gate',
      3,
      'fs.push(f)',
      'fs.push(i)',
      '`f` in the answer differs from the reference first at time step t = 1, ',
    ],
    [
      'an output without tanh',
      3,
      'o.mul(c.tanh())',
      'o.mul(c)',
      /differs from the reference first at time step t = 2, /,
    ],
    [
      'a state that is not handed on',
      3,
      'state = { h: o.mul(c.tanh()), c };',
      'tf.dispose(o);',
      /differs from the reference first at time step t = 2, /,
    ],
    [
      'the candidate without its gate',
      3,
      '(i.mul(g))',
      '(g)',
      /differs from the reference first at time step t = (1|2), /,
    ],
    ['the memory before the step', 3, 'cs.push(c)', 'cs.push(state.h)', '`c` in the answer differs'],
    ['the other prediction', 4, "return 'near 1';", "return 'near 0';", /11\.4 nearWhat: the answer is another text/],
    ['states not seen from their mean', 4, 'value - (mean[i] ?? 0)', 'value', /11\.4 mostAlike: for input \d of 5/],
    ['the place itself', 4, 't === at ? -Infinity :', 't < 0 ? -Infinity :', '11.4 mostAlike: for input 1 of 5'],
    ['the least alike', 4, 'Math.max(...scores)', 'Math.min(...scores.filter(Number.isFinite))', '11.4 mostAlike'],
    [
      'the largest product',
      4,
      'dot(v, asked) / Math.sqrt(dot(v, v) * dot(asked, asked))',
      'dot(v, asked)',
      /11\.4 mostAlike: for input \d of 5/,
    ],
  ],
});

describe('exercise 3', () => {
  it('takes an answer that multiplies the matrices itself', async () => {
    const byHand = `
      function smallestBias(): number { return Math.ceil(Math.log(9)); }
      function openLstm({ Wxi, Whi, bi, Wxf, Whf, bf, Wxo, Who, bo, Wxg, Whg, bg }: LstmParams, xs: tf.Tensor3D) {
        let [h, c] = [tf.zeros([1, Whi.shape[0]]), tf.zeros([1, Whi.shape[0]])];
        const [f, memory] = [[] as tf.Tensor[], [] as tf.Tensor[]];
        for (let t = 0; t < xs.shape[1]; t++) {
          const x = xs.slice([0, t, 0], [1, 1, -1]).reshape([1, -1]);
          const a = (W: tf.Tensor, U: tf.Tensor, b: tf.Tensor) => tf.add(tf.add(tf.matMul(x, W), tf.matMul(h, U)), b);
          const forget = tf.sigmoid(a(Wxf, Whf, bf));
          c = tf.add(tf.mul(forget, c), tf.mul(tf.sigmoid(a(Wxi, Whi, bi)), tf.tanh(a(Wxg, Whg, bg))));
          h = tf.mul(tf.sigmoid(a(Wxo, Who, bo)), tf.tanh(c));
          f.push(forget.squeeze([0]));
          memory.push(c.squeeze([0]));
        }
        return { f: tf.stack(f), c: tf.stack(memory) };
      }`;
    const { lines } = await run(byHand, cell('exercise-3-check'));
    expect(lines.filter((line) => line.startsWith('✓ 11.3'))).toHaveLength(2);
  });
});

describe('what the chapter says', () => {
  it('of its tracks comes true: a quoted // is no comment, a bracket in a comment opens nothing', async () => {
    const { shown } = await run(cell('tracks'));
    const [comment, depth, table] = shown as [{ html: string }, { html: string }, { track: string; largest: number }[]];
    expect(comment.html).toContain('title=0>');
    expect(/(<i [^>]*>)[^<]*no comment/.exec(comment.html)?.[1]).toBe('<i title=0>');
    expect(/<i ([^>]*)>[^<]*a comment with/.exec(comment.html)?.[1]).toBe('class=p10 title=+1');
    expect(depth.html).toContain('title=+4');
    expect(table.find(({ track }) => track === 'bracket depth')?.largest).toBe(4);
    expect(table.find(({ track }) => track === 'in an if-condition')?.largest).toBe(1);
  });

  it('of the recorded networks comes true: strings, comments, conditions, depth, quotes and brackets have a unit, and no twin has it', async () => {
    // less of the text than the chapter looks at, and next to nothing to learn from
    const texts = cell('texts').replace('40_000', '20_000').replace('quick: 800', 'quick: 1');
    const before = [texts, ...['learn', 'readers', 'correlate'].map((id) => cell(id))];
    const { shown } = await run(
      ...before,
      'for (const { units, luck } of [inCode, inProse]) { show(units); show(luck); }',
      'show(reviews.standIn);',
    );
    const [code = [], codeLuck = [], prose = [], proseLuck = []] = shown.slice(-5) as FoundUnit[][];
    expect(code.map(({ track }) => track)).toHaveLength(7);
    const better = (units: FoundUnit[], luck: FoundUnit[]): string[] =>
      units
        .filter(({ heldOut }, i) => Math.abs(heldOut) >= 0.1 + Math.abs(luck[i]?.heldOut ?? 1))
        .map(({ track }) => track);
    const named = ['inside a string', 'inside a comment', 'in an if-condition', 'bracket depth', 'code depth'];
    expect(better(code, codeLuck)).toEqual(expect.arrayContaining(named));
    // made-up reviews have no quotes and no brackets
    if (shown.at(-1) === true) return;
    expect(prose.map(({ track }) => track)).toHaveLength(5);
    expect(better(prose, proseLuck)).toEqual(
      expect.arrayContaining(['inside quotes', 'inside brackets', 'position in line']),
    );
  }, 120_000);
});
