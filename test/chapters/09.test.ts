import { describe, expect, it } from 'vitest';
import { onRealCorpora } from '../data/real-corpora';
import { openChapter } from './chapter';

const { cell, run, describeExercises } = openChapter('09-imdb-sentiment.ipynb');

/** Which part goes astray, and at which time step. */
const atStep = (part: string, t: number): RegExp =>
  new RegExp(`\\\`${part}\\\` in the answer differs from the reference first at time step t = ${t}, `);

describeExercises({
  ticks: [2, 2, 2, 2],
  mistakes: [
    ['the first word that is cut', 1, 'return 121;', 'return 120;', /09\.1 firstWordRead: the answer differs/],
    ['the end cut off', 1, 'ids.slice(Math.max(0, ids.length - maxlen))', 'ids.slice(0, maxlen)', /09\.1 padded: .*t = 1/],
    ['zeros behind', 1, '[...new Array<number>(maxlen - kept.length).fill(0), ...kept]', '[...kept, ...new Array<number>(maxlen - kept.length).fill(0)]', /09\.1 padded: .*t = 1/],
    ['no filling', 1, '...new Array<number>(maxlen - kept.length).fill(0), ', '', /shape \[3\], expected \[7\]/],
    ['short reviews cut from the wrong side', 1, 'Math.max(0, ids.length - maxlen)', 'ids.length - maxlen', /09\.1 padded: /],
    ['a price in bits', 2, 'Math.log(2)', '1', /09\.2 priceOfHalf: the answer differs/],
    ['the loss of the other label', 2, '- y * z', '- (1 - y) * z', /09\.2 surprise: for input 1 of 20/],
    ['an overflow', 2, 'Math.max(z, 0) - y * z + Math.log1p(Math.exp(-Math.abs(z)))', 'Math.log(1 + Math.exp(z)) - y * z', /09\.2 surprise: for input 3 of 20/],
    ['a quotient that rounds to 0', 2, 'Math.max(z, 0) - y * z + Math.log1p(Math.exp(-Math.abs(z)))', '-Math.log(y === 1 ? 1 / (1 + Math.exp(-z)) : 1 - 1 / (1 + Math.exp(-z)))', /09\.2 surprise: for input \d+ of 20/],
    ['the chance of one step', 3, '0.8 ** 80', '0.8', /09\.3 neverLeftOut: the answer differs/],
    ['no mask on x', 3, 'x.mul(masks[gate].x)', 'x', atStep('i', 1)],
    ['no mask on h', 3, 'state.h.mul(masks[gate].h)', 'state.h', atStep('i', 2)],
    ['one mask of x for all gates', 3, 'masks[gate].x', 'masks.i.x', atStep('f', 1)],
    ['one mask of h for all gates', 3, 'masks[gate].h', 'masks.i.h', atStep('f', 2)],
    ['an input gate that is the forget gate', 3, "sum('i')", "sum('f')", atStep('i', 1)],
    ["an output gate with the forget gate's memory", 3, "params[`Wh${gate}`]", "params[gate === 'o' ? 'Whf' : `Wh${gate}`]", atStep('o', 2)],
    ['a mask on the memory', 3, 'f.mul(state.c)', 'f.mul(state.c.mul(masks.f.h))', atStep('c', 2)],
    ['a candidate between 0 and 1', 3, "sum('g').tanh()", "sum('g').sigmoid()", atStep('g', 1)],
    ['no tanh on the way out', 3, 'c.tanh()', 'c', atStep('h', 1)],
    ['a mask on what the gate adds up, not on what it reads', 3, 'remembered.matMul(params[`Wh${gate}`])', 'remembered.matMul(params[`Wh${gate}`]).mul<tf.Tensor2D>(masks[gate].h)', atStep('i', 2)],
    ['no bias', 3, '.add(params[`b${gate}`])', '', atStep('f', 1)],
    ['a memory of the step before', 3, 'c.tanh()', 'state.c.tanh()', atStep('h', 1)],
    ['a logarithm that is kept from infinity', 2, 'Math.max(z, 0) - y * z + Math.log1p(Math.exp(-Math.abs(z)))', '-Math.log((y === 1 ? 1 / (1 + Math.exp(-z)) : 1 / (1 + Math.exp(z))) + 1e-7)', /09\.2 surprise: for input \d+ of 20/],
    ['a review that is used up', 1, 'const kept = ids.slice(Math.max(0, ids.length - maxlen));', 'while (ids.length > maxlen) ids.shift();\n  const kept = ids;', /09\.1 padded: .*changes its argument 1/],
    ['a mean over the numbers, not the words', 4, ' / xs.length', ' / Why.length', /09\.4 influenceOfMean: .*t = 1/],
    ['an LSTM whose shares add up', 4, 'lstm: false', 'lstm: true', /09\.4 addsUp: `lstm` in the answer is true, which is not so/],
    ['a mean whose shares do not', 4, 'mean: true', 'mean: false', /09\.4 addsUp: `mean` in the answer is false/],
    ['no mean', 4, ' / xs.length', '', /09\.4 influenceOfMean: .*t = 1/],
    ['the gradient without the input', 4, 'sum + value * (Why[d] ?? 0)', 'sum + (Why[d] ?? 0)', /09\.4 influenceOfMean: /],
  ],
  alternatives: [
    ['from the end', 1, 'ids.slice(Math.max(0, ids.length - maxlen))', 'ids.slice(-maxlen)'],
    ['place by place', 1, 'return [...new Array<number>(maxlen - kept.length).fill(0), ...kept];', 'return Array.from({ length: maxlen }, (_, k) => ids[ids.length - maxlen + k] ?? 0);'],
    ['by tensors', 2, 'return Math.max(z, 0) - y * z + Math.log1p(Math.exp(-Math.abs(z)));', 'return tf.softplus(tf.scalar(y === 1 ? -z : z)).dataSync()[0] ?? NaN;'],
    ['the sum before the mean', 4, 'sum + value * (Why[d] ?? 0), 0) / xs.length', 'sum + (value * (Why[d] ?? 0)) / xs.length, 0)'],
    ['in a tidy', 3, 'const c = f.mul(state.c).add<tf.Tensor2D>(i.mul(g));', 'const c = tf.tidy(() => tf.add<tf.Tensor2D>(tf.mul(g, i), tf.mul(f, state.c)));'],
  ],
}); // prettier-ignore

describe('what the chapter says of its models', () => {
  it("comes true: the parameters of Keras's examples, nearly all of them the embedding's", async () => {
    const { shown } = await run(
      `const percent = (part: number, whole: number): string => \`\${((100 * part) / whole).toFixed(1)} %\`;`,
      cell('model'),
    );
    const rows = shown[0] as { name: string; total: number; 'share of the embedding': string }[];
    expect(Object.fromEntries(rows.map(({ name, total }) => [name, total]))).toMatchObject({
      LSTM: 2_691_713,
      'both directions': 2_757_761,
    });
    for (const row of rows) expect(parseFloat(row['share of the embedding'])).toBeGreaterThan(90);
  });

  it('comes true: a GRU that carries what is dropped grows without bound', async () => {
    const { shown } = await run(cell('gru-dropout'));
    expect(shown[0]).toBe('0.5, kept for 80 steps under a mask of 1 / 0.8: 0.5 where the gates see the mask alone,');
    expect(parseFloat(String(shown[1]).replace('and ', ''))).toBeCloseTo(0.5 * 1.25 ** 80, -6);
  });

  it('comes true: a cut into words of a–z leaves nothing of a Chinese sentence', async () => {
    const { shown } = await run(
      `const made = datasets.sentences().filter(({ language }) => language === 'zh');`,
      `show(made.filter(({ text }) => datasets.reviewWords(text).length > 0).length);`,
    );
    expect(shown).toEqual([0]);
  });
});

onRealCorpora('what the chapter says of the real reviews', () => {
  it('comes true: who counts all words gets at least .88 right, and who counts the last 80 fewer', async () => {
    const { shown } = await run(...['reviews', 'lengths', 'thrown', 'part', 'count'].map((id) => cell(id)));
    const texts = shown.filter((value) => typeof value === 'string');
    expect(texts[0]).toContain('25,000 reviews to learn from, 25,000 to test on');
    const cuts = shown.find((value) => Array.isArray(value) && 'maxlen' in (value[0] as object)) as Record<
      string,
      string
    >[];
    // 80 words keep about a third of all, and load_data would drop nine reviews in ten
    expect(parseFloat(cuts[0]?.['words that padSequences cuts off'] ?? '')).toBeCloseTo(66.5, 0);
    expect(parseFloat(cuts[0]?.['reviews that load_data drops'] ?? '')).toBeCloseTo(92.4, 0);
    const [against, inFavour, accuracy] = texts.slice(-3);
    expect(against).toMatch(/: worst, .*awful/);
    expect(inFavour).toMatch(/excellent/);
    expect(parseFloat(/: ([\d.]+) % of 25000/.exec(accuracy ?? '')?.[1] ?? '')).toBeCloseTo(88.36, 0);
  }, 120_000);
});
