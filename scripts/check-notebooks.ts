/** `npm run check:notebooks`: format, types and lint of every notebook, without running a cell. */
import { Linter } from 'eslint';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import tseslint from 'typescript-eslint';
import { checkTypes } from 'kernel-lib/kernel';
import {
  cellsToProgram,
  checkFormat,
  codeCells,
  describeFinding,
  formatNotebook,
  readNotebook,
  selectNotebooks,
  stripOutputs,
  writeNotebook,
  type CodeCell,
  type Finding,
} from 'kernel-lib/notebook';
import { runScript } from './lib/run-script.ts';

const project = path.resolve(import.meta.dirname, '..');

const help = `npm run check:notebooks -- [NAME…] [--fix]

Checks the notebooks whose names begin with NAME (all of them without one): format 4.5 with cell ids, the tslab kernel, no
outputs, size, cells of at most 30 lines, and the cells' types and lint. Runs nothing.

  --fix     strip outputs, execution counts and other traces of a run
  --help    this text`;

// Only rules about what a cell does: how it is written is the chapter's business, and a last expression is displayed.
const rules: Linter.RulesRecord = {
  eqeqeq: 'error',
  'no-var': 'error',
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/no-array-delete': 'error',
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-for-in-array': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/no-unsafe-argument': 'error',
  '@typescript-eslint/no-unsafe-assignment': 'error',
  '@typescript-eslint/no-unsafe-call': 'error',
  '@typescript-eslint/no-unsafe-member-access': 'error',
  '@typescript-eslint/no-unsafe-return': 'error',
  '@typescript-eslint/only-throw-error': 'error',
  '@typescript-eslint/prefer-promise-reject-errors': 'error',
  '@typescript-eslint/restrict-plus-operands': 'error',
  '@typescript-eslint/unbound-method': 'error',
};

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: ['node'],
  strict: true,
  esModuleInterop: true,
  resolveJsonModule: true,
  skipLibCheck: true,
  noEmit: true,
};

/** Lints all cells of a notebook as the one module they amount to. */
function lintCells(file: string, cells: readonly CodeCell[]): Finding[] {
  const { text, origin } = cellsToProgram(cells, ts);
  const virtual = `${file}.ts`;
  const host = ts.createCompilerHost(compilerOptions);
  const readFile = host.readFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  host.readFile = (name) => (name === virtual ? text : readFile(name));
  host.fileExists = (name) => name === virtual || fileExists(name);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version, ...rest) =>
    name === virtual ? ts.createSourceFile(name, text, version, true) : getSourceFile(name, version, ...rest);
  const program = ts.createProgram([virtual], compilerOptions, host);
  const messages = new Linter({ cwd: path.dirname(file) }).verify(
    text,
    {
      files: ['**/*.ts'],
      plugins: { '@typescript-eslint': tseslint.plugin },
      languageOptions: { parser: tseslint.parser, parserOptions: { programs: [program] } },
      rules,
    },
    virtual,
  );
  const lenient = new Set(cells.filter(({ tags }) => tags.includes('raises-exception')).map(({ number }) => number));
  return messages.flatMap(({ line, message, ruleId }) => {
    const place = origin(line);
    if (place && lenient.has(place.cell)) return [];
    return [{ ...place, message: `${message} (${ruleId ?? 'syntax'})` }];
  });
}

/** Writes a notebook back without the traces of a run; says whether there were any. */
function fix(file: string): boolean {
  const before = fs.readFileSync(file, 'utf8');
  const stripped = stripOutputs(readNotebook(file));
  if (before === formatNotebook(stripped)) return false;
  writeNotebook(file, stripped);
  return true;
}

function checkNotebook(file: string): Finding[] {
  const notebook = readNotebook(file);
  const cells = codeCells(notebook);
  // the cells' imports resolve from the folder that the kernel will start in
  const types = checkTypes(path.dirname(file), cells);
  // a cell that does not compile breaks the module that the linter reads
  const lint = types.length === 0 ? lintCells(file, cells) : [];
  return [...checkFormat(notebook, fs.statSync(file).size), ...types, ...lint];
}

export function main(args: readonly string[]): Promise<number> {
  const flag = { type: 'boolean', default: false } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { fix: flag, help: flag },
  });
  if (values.help) {
    console.log(help);
    return Promise.resolve(0);
  }
  const files = selectNotebooks(path.join(project, 'notebooks'), positionals);
  if (!fs.existsSync(path.join(project, 'kernel-lib/dist/index.d.ts'))) {
    throw new Error('kernel-lib is not built, and the cells import it: run npm run setup.');
  }
  let failed = 0;
  for (const file of files) {
    const name = path.basename(file);
    if (values.fix && fix(file)) console.log(`${name}: stripped`);
    const findings = checkNotebook(file);
    for (const finding of findings) console.error(describeFinding(name, finding));
    if (findings.length > 0) failed += 1;
    else console.log(`✓ ${name}`);
  }
  console.log(`${files.length} checked, ${failed} failed`);
  return Promise.resolve(failed === 0 ? 0 : 1);
}

await runScript(import.meta.url, main);
