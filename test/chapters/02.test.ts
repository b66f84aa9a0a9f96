import * as tf from '@tensorflow/tfjs-node';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import * as library from '../../kernel-lib/src';
import {
  checkFormat,
  codeCells,
  readNotebook,
  sourceOf,
  stripSolutions,
  type Notebook,
} from '../../kernel-lib/src/notebook';

const chapter = readNotebook(path.resolve(import.meta.dirname, '../../notebooks/02-vanilla-rnn.ipynb'));
const stripped = stripSolutions(chapter);

function cell(id: string, notebook: Notebook = chapter): string {
  const found = notebook.cells.find((each) => each.id === id);
  if (found === undefined) throw new Error(`there is no cell '${id}' in the chapter.`);
  return sourceOf(found);
}

/** Runs cells in order as one program after the chapter's imports; gives what they showed and the lines they printed. */
async function run(...sources: string[]): Promise<{ shown: unknown[]; lines: string[] }> {
  const [shown, lines] = [[] as unknown[], [] as string[]];
  const lib = { ...library, show: (value: unknown) => shown.push(value) };
  const source = `${cell('setup')}\nexport async function main() {\n${sources.join('\n')}\n}`;
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  const exports: { main?: () => Promise<void> } = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the cells of our own chapter, as the kernel would run them
  const load = new Function('require', 'exports', outputText) as (require: unknown, exports: unknown) => void;
  load((name: string) => ({ 'kernel-lib': lib, '@tensorflow/tfjs-node': tf })[name], exports);
  const print = console.log;
  console.log = (line: string) => lines.push(line);
  try {
    await exports.main?.();
  } finally {
    console.log = print;
  }
  return { shown, lines };
}

/** What the check of an exercise says to an answer. */
async function refusal(exercise: number, answer: string): Promise<string> {
  try {
    await run(answer, cell(`exercise-${exercise}-check`));
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the answer passed');
}

/** The solved cell with a mistake put in. */
function mistaken(exercise: number, right: string, wrong: string): string {
  const source = cell(`exercise-${exercise}-answer`);
  expect(source.split(right), `'${right}' in the solution of exercise ${exercise}`).toHaveLength(2);
  return source.replace(right, wrong);
}

describe('chapter 2', () => {
  it('is committed whole, short and without traces of a run', () => {
    expect(checkFormat(chapter, JSON.stringify(chapter).length)).toEqual([]);
    expect(codeCells(chapter).length).toBeGreaterThan(15);
    expect(chapter.cells.filter(({ id }) => !/^[a-z][a-z0-9-]+$/.test(id ?? ''))).toEqual([]);
  });

  it('has three exercises that nbgrader can release and grade', () => {
    const graded = chapter.cells.filter(({ metadata }) => metadata.nbgrader !== undefined);
    expect(graded.map(({ id }) => id)).toEqual(
      [1, 2, 3].flatMap((n) => [`exercise-${n}-answer`, `exercise-${n}-check`]),
    );
    for (const { id, metadata } of graded) {
      const isCheck = id?.endsWith('check') === true;
      expect(metadata.nbgrader).toMatchObject({
        schema_version: 3,
        grade_id: id,
        grade: isCheck,
        solution: !isCheck,
        locked: isCheck,
        task: false,
        ...(isCheck && { points: expect.any(Number) as number }),
      });
    }
  });

  it('keeps solutions between their marks and away from the checks', () => {
    for (const n of [1, 2, 3]) {
      expect(cell(`exercise-${n}-answer`)).toMatch(/\/\/ ### BEGIN SOLUTION\n[^]*\/\/ ### END SOLUTION/);
      expect(cell(`exercise-${n}-answer`, stripped)).not.toContain('SOLUTION');
      expect(cell(`exercise-${n}-check`)).not.toContain('SOLUTION');
    }
  });
});

describe('the exercises', () => {
  it.each([
    [1, 2],
    [2, 2],
    [3, 6],
  ])('exercise %i passes when solved, one line a check', async (n, checks) => {
    const { lines } = await run(cell(`exercise-${n}-answer`), cell(`exercise-${n}-check`));
    expect(lines).toHaveLength(checks);
    for (const line of lines) expect(line).toMatch(new RegExp(`^✓ 02\\.${n} `));
  });

  it.each([1, 2, 3])('exercise %i fails in one sentence when not solved', async (n) => {
    expect(await refusal(n, cell(`exercise-${n}-answer`, stripped))).toContain(`exercise ${n}: your code here`);
  });

  it.each<[string, number, string, string]>([
    ['the wrong sign', 1, '.tanh()', '.tanh().neg()'],
    ['no tanh', 1, '.tanh()', ''],
    ['no bias', 1, '.add<tf.Tensor2D>(bh)', ''],
    ['Whh transposed', 2, 'matMul(Whh)', 'matMul(Whh, false, true)'],
    ['no state', 2, '.add(state.h.matMul(Whh))', ''],
  ])('exercise 1 refuses %s at time step %i', async (_, t, right, wrong) => {
    expect(await refusal(1, mistaken(1, right, wrong))).toMatch(
      new RegExp(`^✗ 02\\.1 myStep: .*at time step t = ${t}, \`h\` in the answer differs from the reference`),
    );
  });

  it('exercise 1 refuses a count without the biases', async () => {
    const answer = mistaken(1, 'hidden * hidden + hidden +', 'hidden * hidden +');
    expect(await refusal(1, answer)).toMatch(/^✗ 02\.1 parameterCount: for input 1 of 5, the answer differs/);
  });

  it.each<[string, number, string, string]>([
    [
      'the state before each step',
      1,
      'state = rnn.step(params, x, state);\n    outputs.push(state.h);',
      'outputs.push(state.h);\n    state = rnn.step(params, x, state);',
    ],
    ['a start from zeros', 1, 'let state = start;', 'let state = rnn.initialState(params, 2);'],
    [
      'a state that is not handed on',
      2,
      'state = rnn.step(params, x, state);\n    outputs.push(state.h);',
      'state = rnn.step(params, x, start);\n    outputs.push(state.h);',
    ],
  ])('exercise 2 refuses %s at time step %i', async (_, t, right, wrong) => {
    expect(await refusal(2, mistaken(2, right, wrong))).toContain(
      `\`outputs\` in the answer differs from the reference first at time step t = ${t}, `,
    );
  });

  it('exercise 2 refuses a last state from the beginning, and a prediction that is one off', async () => {
    expect(await refusal(2, mistaken(2, 'final: state }', 'final: start }'))).toContain(
      '`final.h` in the answer differs',
    );
    expect(await refusal(2, mistaken(2, 'return 11;', 'return 10;'))).toContain(
      '02.2 firstWrongStep: the answer differs',
    );
  });

  it.each<[string, string, string, RegExp]>([
    [
      'the opposite prediction',
      "return 'less uniform';",
      "return 'more uniform';",
      /02\.3 belowOne: the answer is another text/,
    ],
    ['a product for the quotient', '/ temperature)', '* temperature)', /T = 0\.5: index \d comes too/],
    ['no temperature', '(score - largest) / temperature', 'score - largest', /T = 0\.5: index \d comes too/],
    ['an overflow', 'score - largest', 'score', /\[1000, 998, 999\], T = 1: /],
    ['randomness of its own', 'random.uniform()', '0.5', /comes (never|too often)/],
  ])('exercise 3 refuses %s', async (_, right, wrong, sentence) => {
    expect(await refusal(3, mistaken(3, right, wrong))).toMatch(sentence);
  });
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
