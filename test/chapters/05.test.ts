import { describe, expect, it } from 'vitest';
import { openChapter } from './chapter';

const { cell, run, describeExercises } = openChapter('05-language-models.ipynb');

describeExercises({
  ticks: [2, 2, 6, 2],
  mistakes: [
    ['the arithmetic mean of choices', 1, '16 ** (1 / 4)', '(1 + 1 + 1 + 16) / 4', '05.1 predicted: the answer differs'],
    ['surprise in bits, with e for the base', 1, 'Math.log(chance)', 'Math.log2(chance)', /05\.1 perplexityOf: for input 1/],
    ['a sum for the mean', 1, 'surprise / chances.length', 'surprise', /05\.1 perplexityOf: for input 1/],
    ['a product that gets too small', 1, 'return Math.exp(surprise / chances.length);', 'return chances.reduce((all, chance) => all * chance, 1) ** (-1 / chances.length);', /05\.1 perplexityOf: for input [45] of 5/],
    ['the inverse', 1, 'sum - Math.log', 'sum + Math.log', /05\.1 perplexityOf: for input 1/],
    ['one too few to divide by', 1, 'surprise / chances.length', 'surprise / (chances.length - 1)', /for input 1 of 5/],
    ['chances that are used up', 1, 'const surprise =', 'chances.sort();\n  const surprise =', 'changes its argument 1, which belongs to the caller'],
    ['no smoothing', 2, '(1 + 1) / (1 + 65)', '1', '05.2 afterOne: the answer differs'],
    ['only the numerator smoothed', 2, '(1 + 1) / (1 + 65)', '(1 + 1) / (1 + 1)', '05.2 afterOne: the answer differs'],
    ['no k', 2, 'fill(k)', 'fill(1e-9)', /05\.2 bigram: for input 1 of 5, .*\[v = \d, w = \d\]|05\.2 bigram: for input 1/],
    ['columns for rows', 2, 'ids[t] ?? 0', 'w', /05\.2 bigram: for input 1/],
    ['always add one', 2, 'fill(k)', 'fill(1)', /05\.2 bigram: for input 2/],
    ['one for each symbol below the line, whatever k', 2, 'count / total', 'count / (total + (1 - k) * size)', /05\.2 bigram: for input 2/],
    ['nothing for a context that never came', 2, 'row.map((count) => count / total)', 'row.map((count) => (total > k * size ? count / total : 0))', /05\.2 bigram: for input 1 of 5, .*element \[\d, \d\] of \[v, w\]/],
    ['the last symbol before the first', 2, 'ids.slice(1).forEach', '[...ids.slice(1), ids[0] ?? 0].forEach', /05\.2 bigram: for input 1/],
    ['shares of the whole text', 2, 'count / total', 'count / ids.length', /05\.2 bigram: for input 1/],
    ['two and a half, rounded down', 3, 'return 3;', 'return 2;', '05.3 keptOfFive: the answer differs'],
    ['one symbol too many', 3, 'if (mass >= share) break;', 'if (mass - (chances[kept[kept.length - 1] ?? 0] ?? 0) >= share) break;', /share 0\.\d+: index \d comes too/],
    ['one symbol too few', 3, 'if (mass >= share) break;', 'if (mass + (chances[i] ?? 0) > share && kept.length > 0) break;', /share 0\.7: index \d comes/],
    ['more than the share where exactly the share is enough', 3, 'mass >= share', 'mass > share', /share 0\.5: index [02] comes too/],
    ['always the likeliest', 3, 'return kept.find(', 'return kept[0] ?? kept.find(', /share 0\.7: index \d comes too/],
    ['each that is kept as often as any other', 3, '(left -= chances[i] ?? 0) < 0', '(left -= mass / kept.length) < 0', /share 0\.7: index \d comes too/],
    ['an order that belongs to the caller', 3, 'let mass = 0;', 'chances.sort((a, b) => b - a);\n  let mass = 0;', /share 0\.7: index \d comes too/],
    ['the least likely first', 3, '(chances[b] ?? 0) - (chances[a] ?? 0)', '(chances[a] ?? 0) - (chances[b] ?? 0)', /share 0\.7: index \d comes/],
    ['mass that is not shared out again', 3, 'random.uniform() * mass', 'random.uniform()', /share 0\.\d: index \d comes too/],
    ['no cut at all', 3, 'mass >= share', 'mass >= 2', /share 0\.7: index \d comes too/],
    ['a beam that always finds it', 4, "'sometimes';", "'always';", '05.4 greedyFinds: the answer is another text'],
    ['always greedy', 4, 'slice(0, width)', 'slice(0, 1)', /05\.4 beam: for input \d of 8, .*at time step t = \d/],
    ['a search of everything', 4, '.slice(0, width)', '', /05\.4 beam: for input \d of 8, .*at time step t = \d/],
    ['the least likely first', 4, 'b.chance - a.chance', 'a.chance - b.chance', /05\.4 beam: for input 1 of 8, .*time step t = 1/],
    ['the last step alone', 4, 'chance: chance * p', 'chance: p', /05\.4 beam: for input \d of 8, .*at time step t = \d/],
    ['a sequence that is too short', 4, 't < length', 't < length - 1', /05\.4 beam: for input 1 of 8/],
    ['the best of each beginning for the best of all', 4, 'const longer = beams.flatMap(({ ids, chance, onward }) =>\n      onward.map((p, j) => ({ ids: [...ids, j], chance: chance * p, onward: next[j] ?? [] })));', 'const longer = beams.flatMap(({ ids, chance, onward }) =>\n      onward.map((p, j) => ({ ids: [...ids, j], chance: chance * p, onward: next[j] ?? [] }))\n        .sort((a, b) => b.chance - a.chance).slice(0, 1));', /05\.4 beam: for input \d of 8, .*at time step t = \d/],
    ['sums for products', 4, 'chance * p', 'chance + p', /05\.4 beam: for input \d of 8, .*at time step t = \d/],
    ['a start that comes again', 4, 'onward: next[j] ?? []', 'onward: start', /05\.4 beam: for input 1 of 8, .*time step t = 2/],
  ],
  alternatives: [
    ['bits', 1, 'Math.exp(surprise / chances.length)', '2 ** (surprise / Math.LN2 / chances.length)'],
    ['by tensors', 1, 'const surprise = chances.reduce((sum, chance) => sum - Math.log(chance), 0);\n  return Math.exp(surprise / chances.length);', 'return tf.tensor1d(chances).log().mean().neg().exp().dataSync()[0] ?? NaN;'],
    ['the roots, one by one', 1, 'const surprise = chances.reduce((sum, chance) => sum - Math.log(chance), 0);\n  return Math.exp(surprise / chances.length);', 'return 1 / chances.reduce((all, chance) => all * chance ** (1 / chances.length), 1);'],
    ['k put in last', 2, 'row.map((count) => count / total)', 'row.map((count) => (count - k + k) / (total - k * size + k * size))'],
    ['the whole share at once', 3, 'let left = random.uniform() * mass;', 'let left = (1 - random.uniform()) * mass;'],
    ['by choice', 3, 'return kept.find((i) => (left -= chances[i] ?? 0) < 0) ?? kept[0] ?? 0;', 'void left;\n  return random.choice(chances.map((p, i) => (kept.includes(i) ? p : 0)));'],
    ['sums of logarithms', 4, 'chance: chance * p', 'chance: (ids.length > 0 ? chance : 0) + Math.log(p)'],
  ],
}); // prettier-ignore

/** What the cells after `text` need, from a text that is always there and small. */
const smallText = `
const source0 = await datasets.ownSource();
const corpus = { text: source0.text.replace(/[^\\n -~]/g, '').slice(0, 60_000), note: 'a part of the source' };
const characters = text.vocabulary(corpus.text);
const V = characters.size;
const ids = characters.encode(corpus.text);
const [learnt, heldOut] = [ids.subarray(0, 54_000), ids.subarray(54_000)];`;
const trained = `
const model = text.languageModel({ cell: 'gru', size: V });
const small = model;
const run = await learn(model, learnt, { hidden: 24, rows: 16, window: 16, steps: 120, rate: 0.01 }, { progress: false });
const reached = model.nats(run.params, heldOut);
const opening = '\\n\\n';`;
const meanOf =
  'const mean = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;';
const sentencesOf = (shown: readonly unknown[]): string[] => shown.filter((value) => typeof value === 'string');
const numbersIn = (sentence = ''): number[] => (sentence.match(/-?\d+(?:\.\d+)?(?:e-?\d+)?/g) ?? []).map(Number);

describe('what the chapter says of the measure', () => {
  it('comes true: 1 is perfect, two and eight choices are four', async () => {
    const { shown } = await run(cell('constructed'));
    const rows = shown[0] as { 'PPL = exp(π)': number; 'log₂ PPL (bits)': number }[];
    const perplexities = rows.map((row) => row['PPL = exp(π)']);
    expect(perplexities[0]).toBe(1);
    expect(perplexities[1]).toBeCloseTo(4, 9);
    expect(perplexities[2]).toBeCloseTo(10, 9);
    expect(perplexities[3]).toBe(Infinity);
    expect(rows[1]?.['log₂ PPL (bits)']).toBeCloseTo(2, 9);
    expect(numbersIn(sentencesOf(shown)[0])).toEqual([4, 5, 3.2]);
  });

  it('comes true of counting: Kneser–Ney beats adding one, which turns as the order grows', async () => {
    const { shown } = await run(smallText, cell('ngrams'), 'show(JSON.stringify(smoothed));');
    const nats = JSON.parse(sentencesOf(shown).at(-1) ?? '') as Record<string, number[]>;
    const [add = [], witten = [], kneser = []] = [nats['add one'], nats['Witten–Bell'], nats['Kneser–Ney']];
    expect(Math.min(...kneser)).toBeLessThan(Math.min(...witten));
    expect(Math.min(...witten)).toBeLessThan(Math.min(...add) - 0.1);
    expect(add.at(-1)).toBeGreaterThan(Math.min(...add) + 0.3);
    expect(sentencesOf(shown)[0]).toContain(`${Math.min(...kneser).toFixed(3)} nats`);
  });
});

describe('what the chapter says of drawing', () => {
  it('comes true: entropy grows with the temperature, by Var(z) / T³; likely text is not drawn text', async () => {
    const { shown } = await run(
      meanOf,
      smallText,
      cell('learn'),
      trained,
      cell('entropy'),
      cell('truncated').replace(/show\(\[[^]*$/, ''),
      'const write = (s: text.Sampling, length = 200): Promise<string> => text.generateText({ model: model.writer(run.params), vocabulary: characters, prime: opening, length, rng: rng(7), ...s });',
      cell('beam'),
    );
    const said = sentencesOf(shown);
    const [half = NaN, , one = NaN, , two = NaN] = numbersIn(said[0]);
    expect(half).toBeLessThan(one);
    expect(one).toBeLessThan(two);
    const [slope, measured] =
      /= (\d\.\d{4}), measured (\d\.\d{4})/
        .exec(said[1] ?? '')
        ?.slice(1)
        .map(Number) ?? [];
    expect(Math.abs((slope ?? NaN) - (measured ?? NaN))).toBeLessThan(2e-4);
    expect(said[2]).toMatch(/^The nucleus keeps one character at \d+ % of the places and up to \d+ at others/);
    const beams = shown.find((value) => Array.isArray(value) && 'width' in (value[0] as object)) as {
      'nats per character': number;
    }[];
    const [drawn = NaN] = numbersIn(/T = 1 cost (\d\.\d+)/.exec(said.join(' '))?.[1]);
    for (const beam of beams) expect(beam['nats per character']).toBeLessThan(drawn - 0.3);
    expect(beams.map((beam) => beam['nats per character'])).toEqual(
      [...beams.map((beam) => beam['nats per character'])].sort((a, b) => b - a),
    );
  });
});

describe('what the chapter says of reading further', () => {
  it('is measured place by place, the n-gram at the same places', async () => {
    const given = 'const best = text.ngram(learnt, { order: 3, size: V });';
    const { shown } = await run(meanOf, smallText, cell('learn'), trained, given, cell('context'), 'show(JSON.stringify([byState, byCount, best.nats(heldOut)]));'); // prettier-ignore
    const [byState, byCount, all] = JSON.parse(sentencesOf(shown).at(-1) ?? '') as [number[], number[], number];
    expect([byState.length, byCount.length]).toEqual([128, 128]);
    expect(byCount.reduce((sum, nats) => sum + nats, 0) / 128).toBeCloseTo(all, 1);
    expect(byState[0]).toBeGreaterThan(Math.min(...byState));
    expect(sentencesOf(shown)[0]).toMatch(/^Having read 5 to 8 characters, the network is \d\.\d{3} nats worse/);
  });
});

describe('what the chapter says of a checkpoint', () => {
  it('comes true: exact between two passes, not in the middle of one', async () => {
    const { shown } = await run(meanOf, smallText, cell('learn'), trained, cell('resume'));
    const [atTheEnd, inTheMiddle = NaN] =
      /pass (\S+), in the middle of one (\S+)\./
        .exec(sentencesOf(shown)[0] ?? '')
        ?.slice(1)
        .map(Number) ?? [];
    expect(atTheEnd).toBe(0);
    expect(inTheMiddle).toBeGreaterThan(1e-4);
  });
});

describe('what the chapter counts', () => {
  it('is right about lines', async () => {
    const regular = "const regular = [{ lines: ['春眠不覺曉'] }];";
    const { shown } = await run(
      regular,
      cell('tang-count'),
      `
      show(lineCounts('test', ['春眠不覺曉\\n處處聞\\n\\n一二三四五六七\\n一二三四五六七\\n一']));`,
    );
    expect(shown).toEqual([
      {
        from: 'test',
        lines: 4,
        'five (%)': 25,
        'seven (%)': 50,
        'another number (%)': 25,
        'as the line before (%)': 100 / 3,
        'copied (%)': 25,
      },
    ]);
  });

  it('is right about brackets', async () => {
    const given = `
      type Row = Record<string, string | number>;
      const asked = 'function ';
      const code = 'f() {\\n  a(b);\\n}';
      const percent = (part: number, of: number): number => (100 * part) / Math.max(of, 1);
      const bodyOf = (written: string): string | undefined =>
        written.includes('\\n}') ? \`\${written.split('\\n}')[0] ?? ''}\\n}\` : undefined;
      const bodiesOf = (samples: readonly string[]): string[] =>
        samples.map(bodyOf).filter((body): body is string => body !== undefined);`;
    const { shown } = await run(
      given,
      cell('code-count'),
      `
      const long = 'h() {\\n  i(j' + '.k'.repeat(45) + ';\\n}';
      const samples = ['f() {\\n  a(b);\\n}\\nrest(', 'g() {\\n  return [1)];\\n', long, long + '\\n}'];
      show(bracketCounts('test', samples));`,
    );
    expect(shown).toEqual([
      {
        from: 'test',
        'closing brackets that fit (%)': (100 * 7) / 11,
        'functions that end (%)': 75,
        'of them balanced (%)': 100 / 3,
        'up to 100 characters': '1 of 1',
        '101 to 250 characters': '0 of 2',
        'longer characters': '0 of 0',
        'copied (%)': 100 / 3,
      },
    ]);
  });

  it('shortens names and empties texts, and leaves the shape of a function', async () => {
    const probe = "function named(first: string): Named { return call(`(${first}`, '[x', first, Named); }";
    const { shown } = await run(
      cell('code'),
      `
      show(shortened(${JSON.stringify(probe)}));
      show(functions.length > 800 && functions.every((body) => body.length <= 500 && body.startsWith('function a')));
      show(functions.filter((body) => text.brackets(body).balanced).length / functions.length);`,
    );
    const [whole, balanced] = shown.slice(-2);
    expect(shown.at(-3)).toBe("function a(b: string): c { return d(``, '', b, c); }");
    expect(whole).toBe(true);
    expect(balanced).toBeGreaterThan(0.98);
  });

  it('is refused in a sentence each where it cannot be', async () => {
    const { shown } = await run(smallText, 'const best = text.ngram(learnt, { order: 2, size: V });', cell('refused'));
    const answers = (shown[0] as { what: string; answer: string }[]).map(({ answer }) => answer);
    expect(answers).toHaveLength(6);
    for (const answer of answers) expect(answer).toMatch(/^(?!accepted)[^\n]+expected|UTF-8|not in the vocabulary/);
  });
});
