import { describe, expect, it } from 'vitest';
import { openChapter } from './chapter';

const { cell, run, describeExercises } = openChapter('01-sequences.ipynb');

describeExercises({
  ticks: [2, 2, 4],
  mistakes: [
    ['a count of pairs', 1, 'return 120;', 'return 10;', '01.1 howManyOrders: the answer differs'],
    ['words that are counted once', 1, 'left.splice(at, 1);', '', /01\.1 sameWords: for input \d+ of 60, /],
    ['words left over', 1, 'return left.length === 0;', 'return true;', /01\.1 sameWords: for input \d+ of 60, /],
    [
      'words that are missing',
      1,
      'if (at === -1) return false;',
      'if (at === -1) continue;',
      /01\.1 sameWords: for input \d+/,
    ],
    [
      'a bag of letters',
      1,
      'const left = [...other];',
      "return [...one.join('')].sort().join() === [...other.join('')].sort().join();",
      /01\.1 sameWords: for input 1 of 60, /,
    ],
    [
      'words run together',
      1,
      'const left = [...other];',
      "return [...one].sort().join('') === [...other].sort().join('');",
      /01\.1 sameWords: for input 2 of 60, /,
    ],
    [
      'an argument sorted in place',
      1,
      'const left = [...other];',
      'one.sort();\n  const left = [...other];',
      /01\.1 sameWords: .*changes its argument 1/,
    ],
    [
      'order',
      1,
      'const left = [...other];',
      'if (one[0] !== other[0]) return false;\n  const left = [...other];',
      /01\.1 sameWords: /,
    ],
    ['the moods alone', 2, 'return 6;', 'return 3;', '01.2 howManyStates: the answer differs'],
    ['a "not" that is forgotten', 2, 'turned: !h.turned', 'turned: false', /01\.2 f: .* at time step t = \d+/],
    ['a "not" that stays', 2, 'said, turned: false', 'said, turned: h.turned', /01\.2 f: .* at time step t = \d+/],
    ['two "not" that are one', 2, 'turned: !h.turned', 'turned: true', /01\.2 f: .* at time step t = \d+/],
    [
      'a "not" that wears off',
      2,
      '=== undefined) return h;',
      '=== undefined) return { ...h, turned: false };',
      /01\.2 f: .* at time step/,
    ],
    [
      'a state changed in place',
      2,
      'return { ...h, turned: !h.turned };',
      'h.turned = !h.turned; return h;',
      /01\.2 f: for input \d+ of 20, the function threw: Cannot assign to read only property 'turned'/,
    ],
    [
      'a mood that is turned at once',
      2,
      '{ ...h, turned: !h.turned }',
      '{ mood: -h.mood, turned: !h.turned }',
      /01\.2 f: .* at time step t = \d+/,
    ],
    [
      'moods that add up',
      2,
      'return { mood: h.turned ? -said : said,',
      'return { mood: h.mood + (h.turned ? -said : said),',
      /01\.2 f: .* at time step t = \d+/,
    ],
    [
      'a step changed in place',
      3,
      'return { a: second.a * first.a,',
      'second.b *= 1.5;\n  return { a: second.a * first.a,',
      /01\.3 after: .*changes its argument 2/,
    ],
    ['a swap', 3, "return 'no';", "return 'yes';", '01.3 mayBeSwapped: '],
    ['a round a step', 3, 'return 10;', 'return 1024;', '01.3 rounds: the answer differs'],
    ['the other order', 3, 'second.a * first.b + second.b', 'first.a * second.b + first.b', /01\.3 after: .*`b`/],
    ['a sum of offsets', 3, 'second.a * first.b + second.b', 'first.b + second.b', /01\.3 after: .*`b`/],
    ['a sum of factors', 3, 'a: second.a * first.a', 'a: second.a + first.a', /01\.3 after: .*`a`/],
  ],
});

const strings = (shown: readonly unknown[]): string[] => shown.filter((value) => typeof value === 'string');

describe('what the chapter says', () => {
  it('of equal bags comes true: a bag stays at ln 2 on the pair of love, an RNN tells it apart', async () => {
    const { shown } = await run(...['bag', 'reading', 'love', 'corpus'].map((id) => cell(id)));
    expect((shown[0] as { 'the same bag': string }[]).map((row) => row['the same bag'])).toEqual(['no', 'yes', 'yes']);
    const [bag = NaN, , recurrent = NaN] = (strings(shown)[0]?.match(/\d\.\d{4}/g) ?? []).map(Number);
    expect(bag).toBeCloseTo(Math.LN2, 4);
    expect(recurrent).toBeLessThan(0.001);
    const [, all, pairs] = /^(\d+) of (\d+) pairs/.exec(strings(shown)[1] ?? '') ?? [];
    expect(Number(all)).toBeGreaterThan(30);
    expect(all).toBe(pairs);
  }, 60_000);

  it('of the contest comes true: one half of order for every bag, all of what an RNN learnt', async () => {
    const foundation = ['bag', 'reading', 'love', 'corpus', 'contest', 'judge'].map((id) => cell(id));
    const contest = `for (const name of ['bag of words', 'RNN over words']) show(await judge(readers[name]!, 4));`;
    const { shown } = await run(...foundation, contest);
    type Verdict = Record<'learnt' | 'heldOut', number>[];
    const [[order, negation, coinage] = [], words = []] = shown.slice(-2) as Verdict[];
    expect(order).toMatchObject({ learnt: 50, heldOut: 50 });
    expect(negation?.learnt).toBeLessThan(75);
    expect(coinage?.heldOut).toBe(50);
    for (const { learnt } of words) expect(learnt).toBe(100);
    expect(words[1]?.heldOut).toBeGreaterThan(60);
    expect(words[2]?.heldOut).toBe(50);
  }, 60_000);

  it('of the state comes true: nothing changes when all but h is thrown away', async () => {
    const { shown } = await run(cell('latent'), cell('cut'));
    for (const row of shown.at(-1) as Record<string, number>[]) {
      expect(row['largest difference of the last state']).toBeLessThan(1e-6);
    }
  });

  it('of the five shapes comes true: each is drawn and learnt', async () => {
    const ids = ['reading', 'love', 'shapes', 'one-to-one', 'to-one', 'many-to-many'];
    const { shown } = await run(...ids.map((id) => cell(id)));
    const answers = strings(shown).flatMap(
      (line) => /^(\d+) of (\d+) answers right$/.exec(line)?.slice(1).map(Number) ?? [],
    );
    expect(answers).toHaveLength(10);
    for (let at = 0; at < answers.length; at += 2) {
      expect((answers[at] ?? 0) / (answers[at + 1] ?? NaN)).toBeGreaterThan(0.95);
    }
    const drawn = shown.filter((value) => typeof value === 'object' && value !== null && 'svg' in value);
    expect(drawn).toHaveLength(5);
  }, 180_000);

  it('of the years comes true: each entry is a file here, its parameters counted', async () => {
    const { existsSync } = await import('node:fs');
    const { shown } = await run(cell('latent'), cell('history'), 'show(history);');
    const history = shown.at(-1) as {
      year: number;
      name: string;
      file: string;
      params: Record<string, { size: number }>;
    }[];
    expect(history.map(({ year }) => year)).toEqual([...history.map(({ year }) => year)].sort((a, b) => a - b));
    for (const { file } of history) expect(existsSync(`kernel-lib/src/${file}.ts`), file).toBe(true);
    const counts = Object.fromEntries(
      history.map(({ name, params }) => [name, Object.values(params).reduce((sum, { size }) => sum + size, 0)]),
    );
    // 100 inputs, 100 hidden units: a gate has 100 · 100 + 100 · 100 + 100 parameters
    expect(counts).toMatchObject({
      'Elman network': 20_100,
      'bidirectional (BRNN)': 40_200,
      LSTM: 80_400,
      IRNN: 20_100,
    });
    expect(counts['peephole LSTM']).toBe(80_700);
    expect(counts['stack RNN']).toBe(20_000 + 200 + 200 + 100);
    expect(counts.minGRU).toBe(20_200);
  });
});
