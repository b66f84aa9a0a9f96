import { describe, expect, it } from 'vitest';
import { openChapter } from './chapter';

const { cell, run, describeExercises } = openChapter('03-bptt.ipynb');
const numberIn = (text: unknown, pattern: RegExp): number => Number(pattern.exec(String(text))?.[1]);

describeExercises({
  ticks: [2, 2, 2, 2],
  before: ['forward', 'v-sum', 'dh'],
  mistakes: [
    ['a square of steps', 1, '(T * (T + 1)) / 2', 'T * T', /^✗ 03\.1 counts: .*`terms` in the answer differs/],
    ['a wrong length of the walk', 1, 'stepsBack: T', 'stepsBack: T - 1', /`stepsBack` in the answer differs/],
    ['no road from later', 1, '.add<tf.Tensor2D>(daLater.matMul(p.Whh, false, true))', '', at('03.1 stepBack', 'dh', 3)],
    ['Whh not transposed', 1, 'daLater.matMul(p.Whh, false, true)', 'daLater.matMul(p.Whh)', at('03.1 stepBack', 'dh', 3)],
    ['no slope', 1, 'dh.mul(tf.sub(1, h.square()))', 'dh', at('03.1 stepBack', 'da', 4)],
    ['the slope of the sigmoid', 1, 'tf.sub(1, h.square())', 'h.mul(tf.sub(1, h))', at('03.1 stepBack', 'da', 4)],
    ['da in place of dh', 1, 'return { dh, da: ', 'return { dh: dh.mul(tf.sub(1, h.square())), da: ', at('03.1 stepBack', 'dh', 4)],
    ['the slope at h, not at its square', 1, 'tf.sub(1, h.square())', 'tf.sub(1, h)', at('03.1 stepBack', 'da', 4)],
    ['the bias of the readout', 1, 'dy.matMul(p.Why, false, true)', 'dy.add<tf.Tensor2D>(p.by).matMul(p.Why, false, true)', at('03.1 stepBack', 'dh', 4)],
    ['a minus for the second road', 1, '.add<tf.Tensor2D>(daLater', '.sub<tf.Tensor2D>(daLater', at('03.1 stepBack', 'dh', 3)],
    ['an argument disposed of', 1, 'return { dh, da: ', 'daLater.dispose();\n  return { dh, da: ', /03\.1 stepBack: .*disposes of its argument 4/],
    ['another parameter', 2, "return 'Whh';", "return 'bh';", /^✗ 03\.2 nothingFromStepOne: the answer is another text/],
    ['the state after the step for W', 2, 'dWhh: sum(da.map((da_t, i) => at(h, i)', 'dWhh: sum(da.map((da_t, i) => at(h, i + 1)', from('dWhh', 1)],
    ['the state before the step for V', 2, 'at(h, i + 1).matMul(dy_t', 'at(h, i).matMul(dy_t', from('dWhy', 1)],
    ['a bias that forgets the last step', 2, 'dbh: sum(da.map(', 'dbh: sum(da.slice(0, -1).map(', from('dbh', 4)],
    ['U from the first step alone', 2, 'dWxh: sum(da.map(', 'dWxh: sum(da.slice(0, 1).map(', from('dWxh', 2)],
    ['a mean for the sum', 2, 'dby: sum(dy.map((dy_t) => dy_t.sum(0)))', 'dby: sum(dy.map((dy_t) => dy_t.sum(0))).div(dy.length)', from('dby', 1)],
    ['sums transposed', 2, 'at(x, i).matMul(da_t, true)', 'da_t.matMul(at(x, i), true)', /`dWxh from time step t = 1` in the answer has shape \[2, 3\], expected \[3, 2\]/],
    ['a mean over the batch', 2, 'da_t.sum(0)', 'da_t.mean(0)', from('dbh', 1)],
    ['W transposed', 2, 'at(h, i).matMul(da_t, true)', 'da_t.matMul(at(h, i), true)', from('dWhh', 1)],
    ['a horizon that slides', 3, 'Math.floor((t - 1) / window) * window + 1', 'Math.max(1, t - window + 1)', /^✗ 03\.3 firstHeard: /],
    ['windows counted from 0', 3, 'Math.floor((t - 1) / window)', 'Math.floor(t / window)', /^✗ 03\.3 firstHeard: /],
    ['no cut', 3, 'if (t % window === 0) later = tf.zerosLike(later);', '', at('03.3 cutBack', 'da', 6)],
    ['a cut one step off', 3, 't % window === 0', '(t - 1) % window === 0', at('03.3 cutBack', 'da', 6)],
    ['W not transposed', 3, 'da_t.matMul(W, false, true)', 'da_t.matMul(W)', at('03.3 cutBack', 'da', 5)],
    ['a walk that stops at the border', 3, 'if (t % window === 0) later', 'if (t % window === 0 && t < h.length) break;\n    if (t % window === 0) later', /^✗ 03\.3 cutBack: /],
    ['windows from the end', 3, 't % window === 0', '(h.length - t) % window === 0', at('03.3 cutBack', 'da', 6)],
    ['the last step first', 3, 'return da;', 'return da.reverse();', at('03.3 cutBack', 'da', 7)],
    ['the slope of the step before', 3, 'at(h, t - 1).square()', 'at(h, Math.max(t - 2, 0)).square()', at('03.3 cutBack', 'da', 7)],
    ['one gain for both', 4, 'oneSided: 10', 'oneSided: 100', /`oneSided` in the answer differs/],
    ['a one-sided difference', 4, '(moved(ε) - moved(-ε)) / (2 * ε)', '(moved(ε) - moved(0)) / ε', /^✗ 03\.4 differences: for input 1 of 5, the answer differs .*\[0\]/],
    ['half of the difference', 4, '(2 * ε)', '(4 * ε)', /^✗ 03\.4 differences: /],
    ['an ε of its own', 4, '(moved(ε) - moved(-ε)) / (2 * ε)', '(moved(1e-4) - moved(-1e-4)) / 2e-4', /^✗ 03\.4 differences: /],
    ['the minus first', 4, 'moved(ε) - moved(-ε)', 'moved(-ε) - moved(ε)', /^✗ 03\.4 differences: /],
    ['all weights moved', 4, '(i === j ? value + by : value)', 'value + by', /^✗ 03\.4 differences: /],
    ['a point that is left moved', 4, 'const moved = (by: number): number => E(', 'const moved = (by: number): number => E((theta[i] = (theta[i] ?? 0) + 0.1) === 0 ? [] : ', /^✗ 03\.4 differences: .*changes its argument/],
  ],
}); // prettier-ignore

function at(check: string, name: string, t: number): RegExp {
  return new RegExp(
    `^✗ ${check.replace('.', '\\.')}: for input 1 of \\d, \`${name} at time step t = ${t}\` in the answer differs`,
  );
}
function from(name: string, t: number): RegExp {
  return new RegExp(`^✗ 03\\.2 sums: for input 1 of 5, \`${name} from time step t = ${t}\` in the answer `);
}

describe('what the chapter says of the gradient', () => {
  const hand = ['forward', 'v-sum', 'dh', 'sums', 'slip'];

  it('comes true: by hand as by autodiff, and two roads but at the last step', async () => {
    const { shown } = await run(...hand.map((id) => cell(id)));
    type Row = Readonly<Record<string, number>>;
    const [letters, total, outputs, roads, all, sentence, slip] = shown as [
      Row[],
      string,
      Row[],
      Row[],
      Row[],
      string,
      Row[],
    ];
    expect(letters.map((row) => row.reads).join('')).toBe('hell');
    expect(numberIn(total, /E = (\S+)/)).toBeCloseTo(
      letters.reduce((sum, row) => sum + (row['E_t (nats)'] ?? NaN), 0),
      3,
    );
    for (const row of [...outputs, ...all]) {
      expect(row.norm).toBeGreaterThan(0.01);
      expect(row['furthest from autodiff']).toBeLessThan(1e-5);
    }
    for (const row of all) expect(row['furthest from bptt']).toBeLessThan(1e-5);
    expect(numberIn(sentence, /by (\S+) at most/)).toBeLessThan(1e-5);
    const apart = roads.map((row) =>
      Math.abs((row['by both roads, ‖dh_t‖'] ?? NaN) - (row['by its own output'] ?? NaN)),
    );
    expect(apart[3]).toBeLessThan(1e-6);
    for (const gap of apart.slice(0, 3)) expect(gap).toBeGreaterThan(0.01);

    const off = slip.map((row) => row['off by (% of its norm)'] ?? NaN);
    for (const percent of off.slice(0, 3)) expect(percent).toBeGreaterThan(10);
    expect(off.slice(3)).toEqual([0, 0]);
    for (const row of slip.slice(0, 3)) expect(row['cosine with the right one']).toBeGreaterThan(0.3);
  });

  it('is checked by differences, best with a middling ε, and the slip is found', async () => {
    const { shown } = await run(...[...hand, 'epsilon', 'verdict'].map((id) => cell(id)));
    const [best, rows, worst] = shown.slice(-3) as [string, Record<string, number>[], string];
    const [ε, gap, gapOfSmallest] = [/ε = (\S+):/, /agree to (\S+)\./, /to (\S+) only/].map((p) =>
      numberIn(best, p),
    ) as [number, number, number];
    expect(ε).toBeGreaterThan(5e-4);
    expect(ε).toBeLessThan(0.1);
    expect(gapOfSmallest).toBeGreaterThan(30 * gap);
    for (const row of rows) expect(row['by hand: worst relative error']).toBeLessThan(0.02);
    const found = rows.map((row) => row['slip: worst relative error'] ?? NaN);
    for (const error of found.slice(0, 3)) expect(error).toBeGreaterThan(0.1);
    for (const error of found.slice(3)) expect(error).toBeLessThan(0.02);
    expect(worst).toMatch(/^The slip's worst: (Wxh|Whh|bh)\[/);
  });

  it('comes from further back once trained, and there a cut bends it more', async () => {
    const ids = ['forward', 'v-sum', 'dh', 'sums', 'slip', 'heat-net', 'heat', 'direction', 'cancel', 'with-cut'];
    const { shown } = await run(...ids.map((id) => cell(id)));
    const told = shown.filter((value) => typeof value === 'string');
    const recent = told.filter((line) => line.includes('last 5 steps'));
    expect(recent).toHaveLength(2);
    const [five, ten] = [/: (\d+) % from the last 5/, /, (\d+) % from the last 10/].map((p) =>
      recent.map((line) => numberIn(line, p)),
    ) as [number[], number[]];
    expect(five[0]).toBeGreaterThan(40);
    expect(ten[0]).toBeGreaterThan(65);
    expect(ten[1]).toBeLessThan((ten[0] ?? NaN) - 10);
    const [early, late] = [/is (\S+) untrained/, /, (\S+) trained;/].map((p) =>
      numberIn(
        told.find((line) => line.includes('the cosine')),
        p,
      ),
    ) as [number, number];
    expect(early).toBeGreaterThan(0.65);
    expect(early).toBeLessThan(0.99);
    expect(late).toBeLessThan(early - 0.1);

    const [before, after] = [/keeps (\S+) % untrained/, /, (\S+) % trained/].map((p) =>
      numberIn(
        told.find((line) => line.includes('their sum keeps')),
        p,
      ),
    ) as [number, number];
    expect(after).toBeLessThan(before / 2);
    const [slip, short, whole] = [1, 5, 40].map((window) =>
      numberIn(told.at(-1), new RegExp(`windows of ${window}: ([0-9.]+\\d)`)),
    ) as [number, number, number];
    expect(slip).toBeLessThan(1);
    expect(short).toBeGreaterThan(whole);
    expect(slip).toBeGreaterThan(2 * whole);
  }, 120_000);

  it('teaches a whispered key when it reaches it, and not from half-way', async () => {
    const learn = 'show(await learnKey(0.03, 10, 1)); show(await learnKey(0.03, 5, 1));';
    const { shown } = await run(cell('wall-task'), cell('wall-train'), learn);
    const [reached, missed] = shown as [number, number];
    expect(reached).toBeGreaterThan(70);
    expect(missed).toBeLessThan(45);
  }, 120_000);

  it('does not reach the key from beyond the horizon, not even a little', async () => {
    const { shown } = await run(...['forward', 'v-sum', 'dh', 'wall-task', 'wall-zero'].map((id) => cell(id)));
    const rows = shown.at(-1) as Record<string, number>[];
    const norms = rows.map((row) => Object.values(row)[1] ?? NaN);
    expect(norms.slice(0, 3)).toEqual([0, 0, 0]);
    expect(norms[3]).toBeGreaterThan(0);
  });
});
