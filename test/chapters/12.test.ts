import { describe, expect, it } from 'vitest';
import { openChapter } from './chapter';

const { cell, run, refusal, describeExercises } = openChapter('12-embeddings.ipynb');

describeExercises({
  ticks: [2, 2, 2],
  mistakes: [
    ['a count of places', 1, 'return 3;', 'return 5;', '12.1 rowsTouched: the answer differs'],
    [
      'the last place alone',
      1,
      '(sum, d) => sum + ',
      '(_, d) => ',
      /12\.1 tableGradient: for input 1 of 5, the answer differs .*row of E/,
    ],
    [
      'the first place of all',
      1,
      'dxs[t]?.[d]',
      'dxs[0]?.[d]',
      '12.1 tableGradient: for input 1 of 5, the answer differs',
    ],
    [
      'the rows that were read alone',
      1,
      '{ length: rows }',
      '{ length: Math.max(...ids) + 1 }',
      '12.1 tableGradient: for input',
    ],
    ['the opposite sign', 1, 'sum + (dxs', 'sum - (dxs', '12.1 tableGradient: for input 1 of 5, the answer differs'],
    [
      'a loss without the context',
      2,
      'return 10 * Math.LN2;',
      'return 9 * Math.LN2;',
      '12.2 lossAtFirst: the answer differs',
    ],
    ['a loss in bits', 2, 'return 10 * Math.LN2;', 'return 10;', '12.2 lossAtFirst: the answer differs'],
    [
      'negatives as if they were contexts',
      2,
      'sigmoid(-score(negative))',
      'sigmoid(score(negative))',
      '12.2 pairLoss: for input 1 of 5, `loss`',
    ],
    [
      'a gradient without the context',
      2,
      '(sigmoid(score(u)) - 1) * value',
      '0 * value',
      '12.2 pairLoss: for input 1 of 5, `dv`',
    ],
    [
      'the last negative alone',
      2,
      'dv.map((sum, d) => sum + ',
      'dv.map((_, d) => ',
      '12.2 pairLoss: for input 1 of 5, `dv`',
    ],
    [
      'a gradient uphill',
      2,
      'return { loss, dv };',
      'return { loss, dv: dv.map((g) => -g) };',
      '12.2 pairLoss: for input 1 of 5, `dv`',
    ],
    ['the other prediction', 3, "return 'no';", "return 'yes';", '12.3 changesAnything: the answer is another text'],
    [
      'vectors of any length',
      3,
      'value / Math.hypot(...v)',
      'value',
      /12\.3 solve: for input \d+ of 20, the answer is another text/,
    ],
    [
      'a step the wrong way',
      3,
      'value - (of(a)[d] ?? 0) + (of(c)',
      'value + (of(a)[d] ?? 0) - (of(c)',
      /12\.3 solve: for input \d+ of 20/,
    ],
    ['the words of the question', 3, '![a, b, c].includes(word)', "word !== ''", /12\.3 solve: for input \d+ of 20/],
    [
      'the furthest word',
      3,
      'score(other) - score(one)',
      'score(one) - score(other)',
      /12\.3 solve: for input 1 of 20/,
    ],
  ],
});

describe('further answers', () => {
  const gradient = (body: string): string =>
    `function rowsTouched() { return 3; }\nfunction tableGradient(ids: number[], dxs: number[][], rows: number): number[][] { ${body} }`;

  it.each<[string, number, string, RegExp]>([
    [
      'one row that all share',
      1,
      gradient(`
        const dE = new Array(rows).fill(new Array(3).fill(0));
        ids.forEach((id, t) => dxs[t].forEach((g, d) => { dE[id][d] += g; }));
        return dE;`),
      /12\.1 tableGradient: for input 1 of 5, the answer differs/,
    ],
    [
      'the mean over the places',
      1,
      gradient(`
        const dE = Array.from({ length: rows }, () => [0, 0, 0]);
        ids.forEach((id, t) => dxs[t].forEach((g, d) => { dE[id][d] += g / ids.filter((other) => other === id).length; }));
        return dE;`),
      /12\.1 tableGradient: for input \d of 5, the answer differs/,
    ],
    [
      'ids that count from 1',
      1,
      gradient(`
        const dE = Array.from({ length: rows }, () => [0, 0, 0]);
        ids.forEach((id, t) => dxs[t].forEach((g, d) => { if (dE[id - 1]) dE[id - 1][d] += g; }));
        return dE;`),
      /12\.1 tableGradient: for input 1 of 5, the answer differs/,
    ],
    [
      'the transposed table',
      1,
      gradient(`
        const dE = [0, 1, 2].map(() => new Array(rows).fill(0));
        ids.forEach((id, t) => dxs[t].forEach((g, d) => { dE[d][id] += g; }));
        return dE;`),
      /12\.1 tableGradient: for input 1 of 5, .*shape/,
    ],
    [
      'a gradient that is added up in what was given',
      1,
      gradient(`
        ids.forEach((id, t) => { const first = ids.indexOf(id); if (first !== t) dxs[t].forEach((g, d) => { dxs[first][d] += g; }); });
        return Array.from({ length: rows }, (_, id) => (ids.includes(id) ? dxs[ids.indexOf(id)] : [0, 0, 0]));`),
      /12\.1 tableGradient: for input 1 of 5, the function changes its argument 2/,
    ],
    [
      'the mean over the negatives',
      2,
      cell('exercise-2-answer').replace(
        'loss -= Math.log(sigmoid(-score(negative)))',
        'loss -= Math.log(sigmoid(-score(negative))) / negatives.length',
      ),
      /12\.2 pairLoss: for input 2 of 5, `loss`/,
    ],
    [
      'a loss in bits',
      2,
      cell('exercise-2-answer').replace('return { loss, dv }', 'return { loss: loss / Math.LN2, dv }'),
      /12\.2 pairLoss: for input 1 of 5, `loss`/,
    ],
    [
      'the gradient of u',
      2,
      cell('exercise-2-answer').replace('- 1) * value)', '- 1) * v[0])'),
      /12\.2 pairLoss: for input 1 of 5, `dv`/,
    ],
    [
      'NaN',
      2,
      cell('exercise-2-answer').replace('return { loss, dv }', 'return { loss: NaN, dv }'),
      /12\.2 pairLoss: for input 1 of 5, .*`loss`.*NaN|NaN.*`loss`/,
    ],
    [
      'the nearest of c',
      3,
      cell('exercise-3-answer').replace('value - (of(a)[d] ?? 0) + (of(c)[d] ?? 0)', '0 * value + (of(c)[d] ?? 0)'),
      /12\.3 solve: for input \d+ of 20/,
    ],
  ])('refuses %s', async (_, exercise, answer, sentence) => {
    expect(await refusal(exercise, answer)).toMatch(sentence);
  });

  it.each<[string, number, string]>([
    [
      'a product with the one-hot rows',
      1,
      gradient(`
        return tf.tidy(() => tf.matMul(tf.oneHot(tf.tensor1d(ids, 'int32'), rows).toFloat(), tf.tensor2d(dxs), true) as tf.Tensor2D).arraySync();`),
    ],
    [
      'a loss by log1p, summed from the back',
      2,
      `
      function lossAtFirst() { return 10 * Math.log(2); }
      function pairLoss(v: number[], u: number[], negatives: number[][]) {
        const all = [...negatives.map((w) => [w, 1] as const), [u, -1] as const].reverse();
        const z = (w: number[]) => w.reduce((sum, x, d) => sum + x * v[d], 0);
        const slope = (x: number) => 1 / (1 + Math.exp(-x));
        return {
          loss: all.reduce((sum, [w, sign]) => sum + Math.log1p(Math.exp(sign * z(w))), 0),
          dv: v.map((_, d) => all.reduce((sum, [w, sign]) => sum + sign * slope(sign * z(w)) * w[d], 0)),
        };
      }`,
    ],
    [
      'an analogy by three cosines added up',
      3,
      `
      function changesAnything() { return 'no'; }
      function solve(vectors: Record<string, number[]>, a: string, b: string, c: string): string {
        const dot = (x: number[], y: number[]) => x.reduce((sum, value, d) => sum + value * y[d], 0);
        const cos = (x: string, y: string) => dot(vectors[x], vectors[y]) / Math.sqrt(dot(vectors[x], vectors[x]) * dot(vectors[y], vectors[y]));
        let [best, most] = ['', -Infinity];
        for (const word of Object.keys(vectors)) {
          const sum = cos(word, b) - cos(word, a) + cos(word, c);
          if (![a, b, c].includes(word) && sum > most) [best, most] = [word, sum];
        }
        return best;
      }`,
    ],
  ])('takes %s', async (_, exercise, answer) => {
    const { lines } = await run(answer, cell(`exercise-${exercise}-check`));
    expect(lines.filter((line) => line.startsWith(`✓ 12.${exercise}`))).toHaveLength(2);
  });
});

describe('what the chapter says', () => {
  it('comes true of lookups: the product without the product, forwards and back', async () => {
    const { shown } = await run(cell('lookup'), cell('price'));
    const [rows, sentence, prices, weights] = shown as [{ 'largest difference': number }[], string, object[], string];
    for (const row of rows) expect(row['largest difference']).toBeLessThan(1e-6);
    expect(sentence).toBe('Rows of E with a gradient: 1, 3, 5.');
    expect(prices).toEqual([
      { way: 'one-hot and product', 'input held in memory': '204.80 MB', multiplications: 6_553_600_000 },
      { way: 'ids and lookup', 'input held in memory': '0.01 MB', multiplications: 0 },
    ]);
    expect(weights).toContain('10,240,000 weights on one-hot words; with E before it 2,625,536');
  });

  it('comes true of the small world: every analogy, and neighbours of a kind', { timeout: 60_000 }, async () => {
    const { shown } = await run(...['small-world', 'learn-small', 'small-analogy', 'small-map'].map((id) => cell(id)));
    const tables = shown.filter(Array.isArray) as Record<string, string | number>[][];
    expect(tables.find((rows) => rows[0]?.rank === 1)?.[0]?.word).toBe('queen');
    const scores = tables.find((rows) => 'relation' in (rows[0] ?? {})) ?? [];
    expect(scores.map((row) => row.relation)).toEqual(['gender', 'capital']);
    for (const row of scores) expect(parseFloat(String(row['answer is first']))).toBeGreaterThan(90);
    const losses = shown.find((value): value is string => typeof value === 'string' && value.includes('nats a pair'));
    const [before = NaN, ...after] = losses?.match(/\d\.\d{3}/g)?.map(Number) ?? [];
    expect(before).toBeCloseTo(6 * Math.LN2, 3);
    for (const loss of after) expect(loss).toBeLessThan(before / 1.8);
    const oslo = tables.find((rows) => rows.some((row) => row.word === 'oslo'))?.find((row) => row.word === 'oslo');
    expect(String(oslo?.nearest)).toMatch(/herring|snow|skis|norway/);
  });
});
