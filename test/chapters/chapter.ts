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

/** What cells showed and the lines they printed. */
export interface Run {
  readonly shown: unknown[];
  readonly lines: string[];
}

/** A wrong answer: what is changed in the solution of which exercise, and what the check must say. */
export type Mistake = readonly [
  what: string,
  exercise: number,
  right: string,
  wrong: string,
  sentence: RegExp | string,
];

/** Another right answer: what is changed in the solution of which exercise. */
export type Alternative = readonly [what: string, exercise: number, right: string, other: string];

export interface ExerciseTests {
  /** How many lines with a tick each exercise's checks print, exercise 1 first. */
  readonly ticks: readonly number[];
  readonly mistakes: readonly Mistake[];
  readonly alternatives?: readonly Alternative[];
  /** Ids of cells that the exercises build on, in order. */
  readonly before?: readonly string[];
}

/** A chapter opened for its tests: its cells by id, and a way to run some of them as the kernel would. */
export interface OpenChapter {
  readonly chapter: Notebook;
  readonly stripped: Notebook;
  readonly cell: (id: string, notebook?: Notebook) => string;
  /** Runs cells in order as one program after the chapter's imports. */
  readonly run: (...sources: string[]) => Promise<Run>;
  /** What the check of an exercise says to an answer. */
  readonly refusal: (exercise: number, answer: string) => Promise<string>;
  /** The solved cell with something else, a mistake as a rule, put in. */
  readonly mistaken: (exercise: number, right: string, wrong: string) => string;
  /** The tests that every chapter stands: format, exercises as nbgrader wants them, right answers pass, others are told why not. */
  readonly describeExercises: (tests: ExerciseTests) => void;
}

/** `openChapter('02-vanilla-rnn.ipynb')`. */
export function openChapter(file: string): OpenChapter {
  const chapter = readNotebook(path.resolve(import.meta.dirname, '../../notebooks', file));
  const stripped = stripSolutions(chapter);
  const number = file.slice(0, 2);
  let before: readonly string[] = [];

  const cell = (id: string, notebook: Notebook = chapter): string => {
    const found = notebook.cells.find((each) => each.id === id);
    if (found === undefined) throw new Error(`there is no cell '${id}' in ${file}.`);
    return sourceOf(found);
  };
  const run = (...sources: string[]): Promise<Run> => runCells([cell('setup'), ...sources]);
  const foundation = (): string[] => before.map((id) => cell(id));

  const refusal = async (exercise: number, answer: string): Promise<string> => {
    const sources = [...foundation(), answer, cell(`exercise-${exercise}-check`)];
    const error = await run(...sources).then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
    if (error === undefined) throw new Error('the answer passed');
    return error.message;
  };

  const mistaken = (exercise: number, right: string, wrong: string): string => {
    const source = cell(`exercise-${exercise}-answer`);
    expect(source.split(right), `'${right}' in the solution of exercise ${exercise}`).toHaveLength(2);
    return source.replace(right, () => wrong);
  };

  const describeExercises = ({ ticks, mistakes, alternatives = [], before: ids = [] }: ExerciseTests): void => {
    before = ids;
    const numbers = ticks.map((_, index) => index + 1);

    describe(`chapter ${number}`, () => {
      it('is committed whole, short and without traces of a run', () => {
        expect(checkFormat(chapter, JSON.stringify(chapter).length)).toEqual([]);
        expect(codeCells(chapter).length).toBeGreaterThan(15);
        expect(chapter.cells.filter(({ id }) => !/^[a-z][a-z0-9-]+$/.test(id ?? ''))).toEqual([]);
        expect(cell('title')).toMatch(new RegExp(`^# ${Number(number)} · .+\n\n\\*.+\\?\\*\n`));
        expect(cell('summary')).toMatch(/^## What to take along\n[^]*\n## Further reading\n\n1\. /);
      });

      it('has at least three exercises that nbgrader can release and grade', () => {
        expect(ticks.length).toBeGreaterThanOrEqual(3);
        const graded = chapter.cells.filter(({ metadata }) => metadata.nbgrader !== undefined);
        expect(graded.map(({ id }) => id)).toEqual(
          numbers.flatMap((n) => [`exercise-${n}-answer`, `exercise-${n}-check`]),
        );
        for (const { id, metadata } of graded) {
          const isCheck = id?.endsWith('check') === true;
          const roles = { grade: isCheck, solution: !isCheck, locked: isCheck, task: false };
          const points = isCheck ? { points: expect.any(Number) as number } : {};
          expect(metadata.nbgrader).toMatchObject({ schema_version: 3, grade_id: id, ...roles, ...points });
        }
      });

      it('keeps solutions between their marks and away from the checks', () => {
        for (const n of numbers) {
          expect(cell(`exercise-${n}-answer`)).toMatch(/\/\/ ### BEGIN SOLUTION\n[^]*\/\/ ### END SOLUTION/);
          expect(cell(`exercise-${n}-answer`, stripped)).not.toContain('SOLUTION');
          expect(cell(`exercise-${n}-check`)).not.toContain('SOLUTION');
        }
      });
    });

    describe('the exercises', () => {
      it.each(numbers)('exercise %i passes when solved, one line a check', async (n) => {
        const { lines } = await run(...foundation(), cell(`exercise-${n}-answer`), cell(`exercise-${n}-check`));
        const told = lines.filter((line) => line.startsWith('✓'));
        expect(told).toHaveLength(ticks[n - 1] ?? 0);
        for (const line of told) expect(line).toMatch(new RegExp(`^✓ ${number}\\.${n} `));
      });

      it.each(numbers)('exercise %i fails in one sentence when not solved', async (n) => {
        expect(await refusal(n, cell(`exercise-${n}-answer`, stripped))).toContain(`exercise ${n}: your code here`);
      });

      it.each(mistakes)('refuses %s in exercise %i', async (_, exercise, right, wrong, sentence) => {
        expect(await refusal(exercise, mistaken(exercise, right, wrong))).toMatch(sentence);
      });

      it.each(alternatives)('takes another way: %s in exercise %i', async (_, exercise, right, other) => {
        await run(...foundation(), mistaken(exercise, right, other), cell(`exercise-${exercise}-check`));
      });
    });
  };

  return { chapter, stripped, cell, run, refusal, mistaken, describeExercises };
}

async function runCells(sources: readonly string[]): Promise<Run> {
  const [shown, lines] = [[] as unknown[], [] as string[]];
  const show = (value: unknown): void => {
    shown.push(value);
  };
  const [setup = '', ...rest] = sources;
  const { outputText } = ts.transpileModule(`${setup}\nexport async function main() {\n${rest.join('\n')}\n}`, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  const exports: { main?: () => Promise<void> } = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the cells of our own chapter, as the kernel would run them
  const load = new Function('require', 'exports', outputText) as (require: unknown, exports: unknown) => void;
  load((name: string) => ({ 'kernel-lib': { ...library, show }, '@tensorflow/tfjs-node': tf })[name], exports);
  const print = console.log;
  console.log = (line: string) => lines.push(line);
  try {
    await exports.main?.();
  } finally {
    console.log = print;
  }
  return { shown, lines };
}
