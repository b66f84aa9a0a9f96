import { describe, expect, it } from 'vitest';
import { openChapter } from './chapter';

const { cell, run, describeExercises } = openChapter('12-embeddings.ipynb');

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
