import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNotebook, sourceOf, writeNotebook, type Cell, type Notebook } from 'kernel-lib/notebook';
import { makeFolder, makeNotebook, project, python } from './make-notebook';

type CellName = 'double' | 'test-double' | 'sum' | 'test-sum' | 'shout' | 'test-shout';
interface Submission {
  /** Sources that differ from the released ones. */
  readonly cells: Partial<Record<CellName, string>>;
  /** Points for double (of 2), sum (of 3) and shout (of 1). */
  readonly points: readonly [number, number, number];
}

const solution = (head: string, body: string): string =>
  `${head} {\n  // ### BEGIN SOLUTION\n  ${body}\n  // ### END SOLUTION\n}`;
const source: Record<CellName, string> = {
  double: solution('function double(x: number): number', 'return 2 * x;'),
  'test-double': `if (double(2) !== 4) throw new Error('double(2) should be 4');
// ### BEGIN HIDDEN TESTS
if (double(-3) !== -6) throw new Error('double(-3) should be -6');
// ### END HIDDEN TESTS`,
  sum: solution('function sum(values: number[]): number', 'return values.reduce((a, b) => a + b, 0);'),
  // partial credit: the value of the last expression is the points
  'test-sum': `const cases: [number[], number][] = [[[1], 1], [[], 0], [[1, 2, 3], 6]];
const right = cases.filter(([values, expected]) => sum(values) === expected).length;
right === cases.length ? 3 : right > 0 ? 0.5 : 0`,
  shout: solution('async function shout(text: string): Promise<string>', 'return `${text}!`;'),
  'test-shout': "if ((await shout('a')) !== 'a!') throw new Error('shout should add a !');",
};
const points: Partial<Record<CellName, number>> = { 'test-double': 2, 'test-sum': 3, 'test-shout': 1 };

const double = (body: string): string => `function double(x: number): number {\n  ${body}\n}`;
const answers: Partial<Record<CellName, string>> = {
  double: double('return x + x;'),
  sum: 'const sum = (values: number[]): number => { let total = 0; for (const value of values) total += value; return total; };',
  shout: 'const shout = (text: string): Promise<string> => Promise.resolve(text + "!");',
};

const submissions: Record<string, Submission> = {
  right: { cells: answers, points: [2, 3, 1] },
  warns: {
    cells: {
      ...answers,
      double: double('console.warn("doubling", x);\n  console.error("careful");\n  return 2 * x;'),
      sum: `console.error('loading');\n${answers.sum ?? ''}\nprocess.stderr.write('done');`,
    },
    points: [2, 3, 1],
  },
  wrong: {
    cells: { ...answers, double: double('return x * x;'), sum: 'const sum = (_: number[]): number => -1;' },
    // 2 squared is 4: only the hidden test tells
    points: [0, 0, 1],
  },
  cheats: {
    cells: { ...answers, double: double('return 4;'), 'test-double': 'console.log("passed")', 'test-sum': '3' },
    points: [0, 3, 1],
  },
  partial: {
    cells: { ...answers, sum: 'const sum = (values: number[]): number => values.length;' },
    points: [2, 0.5, 1],
  },
  throws: { cells: { ...answers, double: double('throw new RangeError(`bad ${x}`);') }, points: [0, 3, 1] },
  loops: { cells: { ...answers, double: double('while (x === x) {}\n  return x;') }, points: [0, 3, 1] },
  types: { cells: { ...answers, double: double('return String(x);') }, points: [0, 3, 1] },
  exits: { cells: { ...answers, double: double('process.exit(0);') }, points: [0, 3, 1] },
  floats: {
    cells: { ...answers, double: double('void Promise.reject(new Error("floating"));\n  return 2 * x;') },
    points: [0, 3, 1],
  },
  rejects: {
    cells: { ...answers, shout: 'const shout = (_: string): Promise<string> => Promise.reject(new Error("no"));' },
    points: [2, 3, 0],
  },
  untouched: { cells: {}, points: [0, 0, 0] },
};

let course: string;
const notebookIn = (...folders: string[]): string => path.join(course, ...folders, 'ps1', 'problem.ipynb');
const nameOf = (cell: Cell): string => (cell.metadata.nbgrader as { grade_id: string }).grade_id;

function assignment(): Notebook {
  const notebook = makeNotebook(Object.values(source));
  const names = Object.keys(source) as CellName[];
  const cells = notebook.cells.map((cell, index): Cell => {
    const name = names[index] ?? 'double';
    const graded = points[name] === undefined ? {} : { points: points[name] };
    const test = name in points;
    const nbgrader = {
      grade: test,
      locked: test,
      solution: !test,
      task: false,
      schema_version: 3,
      grade_id: name,
      ...graded,
    };
    return { ...cell, metadata: { nbgrader } };
  });
  return { ...notebook, cells };
}

function nbgrader(...args: string[]): { status: number | null; out: string } {
  // as in an activated environment: nbgrader calls alembic by its name
  const env = { ...process.env, PATH: `${path.join(project, '.venv/bin')}:${process.env.PATH ?? ''}` };
  const { status, stdout, stderr } = spawnSync('nbgrader', args, { cwd: course, env, encoding: 'utf8' });
  return { status, out: stdout + stderr };
}

function submit(student: string, cells: Submission['cells']): void {
  const released = readNotebook(notebookIn('release'));
  const answered = released.cells.map((cell) => ({ ...cell, source: cells[nameOf(cell) as CellName] ?? cell.source }));
  fs.mkdirSync(path.dirname(notebookIn('submitted', student)), { recursive: true });
  writeNotebook(notebookIn('submitted', student), { ...released, cells: answered });
}

describe('nbgrader, with no configuration but what set-up installs', { timeout: 300_000 }, () => {
  let release: ReturnType<typeof nbgrader>;
  let autograde: ReturnType<typeof nbgrader>;
  let grades: Record<string, Record<string, number | null>>;
  beforeAll(() => {
    course = makeFolder();
    fs.mkdirSync(path.dirname(notebookIn('source')), { recursive: true });
    writeNotebook(notebookIn('source'), assignment());
    release = nbgrader('generate_assignment', 'ps1');
    if (release.status !== 0) throw new Error(release.out);
    for (const [student, { cells }] of Object.entries(submissions)) submit(student, cells);
    autograde = nbgrader('autograde', 'ps1', '--Execute.timeout=8');
    const script = path.join(import.meta.dirname, 'grades.py');
    const args = [script, path.join(course, 'gradebook.db'), 'ps1'];
    grades = JSON.parse(spawnSync(python, args, { encoding: 'utf8' }).stdout) as typeof grades;
  }, 600_000);
  afterAll(() => {
    fs.rmSync(course, { recursive: true, force: true });
  });

  it('releases the assignment without solutions and hidden tests', () => {
    expect(release.status, release.out).toBe(0);
    const released = readNotebook(notebookIn('release')).cells.map(sourceOf);
    expect(released[0]).toBe(
      "function double(x: number): number {\n  // YOUR CODE HERE\n  throw new Error('No answer yet: write your code here.');\n}",
    );
    expect(released[1]).toBe("if (double(2) !== 4) throw new Error('double(2) should be 4');");
    expect(released.join('\n')).not.toMatch(/SOLUTION|HIDDEN|reduce|-3/);
  });

  it('grades every submission', () => {
    expect(autograde.status, autograde.out).toBe(0);
    expect(Object.keys(grades).sort()).toEqual(Object.keys(submissions).sort());
  });

  it.each(Object.entries(submissions))(
    'gives exactly the right points: %s',
    (student, { points: [first, second, third] }) => {
      expect(grades[student]).toEqual({ 'test-double': first, 'test-sum': second, 'test-shout': third });
    },
  );

  it('puts hidden and changed tests back before it grades', () => {
    const graded = readNotebook(notebookIn('autograded', 'cheats')).cells.map(sourceOf);
    expect(graded[1]).toBe(source['test-double']);
    expect(graded[3]).toBe(source['test-sum']);
  });

  it('tells a student who validates that warnings are no failure, and what is', () => {
    const validate = (student: string): string => nbgrader('validate', notebookIn('submitted', student)).out;
    expect(validate('warns')).toContain('Success! Your notebook passes all the tests.');
    expect(validate('partial')).toMatch(/Partial credit|failed/i);
    expect(validate('throws')).toMatch(/RangeError: bad 2/);
  });
});
