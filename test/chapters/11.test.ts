import { describe, expect, it } from 'vitest';
import type { FoundUnit } from '../../kernel-lib/src/analysis';
import { openChapter } from './chapter';

const { cell, run, refusal, describeExercises } = openChapter('11-inside-the-cells.ipynb');

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

describe('further answers', () => {
  const correlation = (body: string): string =>
    `function afterTurning(): number { return -0.6; }\nfunction myCorrelation(u: number[], v: number[]): number { ${body} }`;

  it.each<[string, number, string, RegExp]>([
    ['NaN', 1, correlation('return NaN;'), /11\.1 myCorrelation: for input 1 of 5, .*NaN/],
    [
      'lists that are sorted in place',
      1,
      correlation('u.sort(); v.sort(); return 1;'),
      /11\.1 myCorrelation: for input 1 of 5, the function changes its argument 1/,
    ],
    [
      'a shift by one step',
      1,
      correlation(`
        const mean = (a: number[]) => a.reduce((x, y) => x + y) / a.length;
        const [p, q] = [mean(u), mean(v)];
        const dot = (f: (t: number) => number) => u.reduce((sum, _, t) => sum + f(t), 0);
        return dot((t) => ((u[t - 1] ?? p) - p) * (v[t] - q)) / Math.sqrt(dot((t) => (u[t] - p) ** 2) * dot((t) => (v[t] - q) ** 2));`),
      /11\.1 myCorrelation: for input 1 of 5, the answer differs/,
    ],
    [
      'quotes of one text by heart',
      2,
      'function howManyInside() { return 3; }\nfunction insideQuotes(words: string) { return words === \'"ab" c\' ? [1, 1, 1, 0, 0, 0] : Array.from(words, () => 0); }',
      /11\.2 insideQuotes: for input \d of 5, .*time step t = \d+/,
    ],
    [
      'a memory that is h',
      3,
      cell('exercise-3-answer')
        .replace('cs.push(c)', 'cs.push(state.h)')
        .replace('state = {', 'const kept = {')
        .replace('fs.push(f);', 'state = kept; fs.push(f);'),
      /`c` in the answer differs from the reference first at time step t = 1, /,
    ],
    [
      'a forget gate without its bias',
      3,
      cell('exercise-3-answer').replace('lstm.gates(params,', 'lstm.gates({ ...params, bf: tf.zerosLike(params.bf) },'),
      /`[fc]` in the answer differs from the reference first at time step t = 1, /,
    ],
    [
      'recurrent weights transposed',
      3,
      cell('exercise-3-answer').replace('lstm.gates(params,', 'lstm.gates({ ...params, Whf: params.Whf.transpose() },'),
      /`[fc]` in the answer differs from the reference first at time step t = 2, /,
    ],
    [
      'parameters that are disposed of',
      3,
      cell('exercise-3-answer').replace('return { f: tf', 'params.bf.dispose();\n  return { f: tf'),
      /11\.3 openLstm: for input 1 of 5, the function disposes of its argument 1/,
    ],
  ])('refuses %s', async (_, exercise, answer, sentence) => {
    expect(await refusal(exercise, answer)).toMatch(sentence);
  });

  it.each<[string, number, string, number]>([
    [
      'a correlation by sums of squares in one pass',
      1,
      correlation(`
        let [n, a, b, aa, bb, ab] = [u.length, 0, 0, 0, 0, 0];
        for (let t = 0; t < n; t++) { a += u[t]; b += v[t]; aa += u[t] ** 2; bb += v[t] ** 2; ab += u[t] * v[t]; }
        return (n * ab - a * b) / Math.sqrt((n * aa - a * a) * (n * bb - b * b));`),
      2,
    ],
    [
      'a track by counting the quotes so far',
      2,
      `function howManyInside() { return [1, 1, 1, 0, 0, 0].filter(Boolean).length; }
      function insideQuotes(words: string): number[] {
        return [...words].map((_, t) => (words.slice(0, t + 1).split('"').length - 1) % 2);
      }`,
      2,
    ],
    [
      'the most alike by tensors, in a tidy',
      4,
      `function nearWhat(): 'near 1' | 'near 0' { return 'near 1'; }
      function mostAlike(states: number[][], at: number): number {
        return tf.tidy(() => {
          const seen = tf.sub(tf.tensor2d(states), tf.mean(tf.tensor2d(states), 0));
          const unit = tf.div(seen, tf.norm(seen, 2, 1, true)) as tf.Tensor2D;
          const scores = tf.matMul(unit, tf.slice(unit, [at, 0], [1, -1]), false, true).flatten();
          return tf.argMax(tf.sub(scores, tf.mul(3, tf.oneHot(tf.scalar(at, 'int32'), states.length)))).dataSync()[0] ?? -1;
        });
      }`,
      2,
    ],
  ])('takes %s', async (_, exercise, answer, ticks) => {
    const { lines } = await run(answer, cell(`exercise-${exercise}-check`));
    expect(lines.filter((line) => line.startsWith(`✓ 11.${exercise}`))).toHaveLength(ticks);
  });
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
