/**
 * `npm test`: everything that CI runs, each stage to its end even when an earlier one failed, and one closing line
 * `N passed, N failed`. `npm test -- lint unit` runs the named stages only.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { runScript } from './lib/run-script.ts';
import { runUnitTests, type Verdict } from './lib/unit-tests.ts';
import { setUp } from './setup.ts';

const project = path.resolve(import.meta.dirname, '..');
const reports = path.join(project, 'build/reports');
const bin = (name: string): string => path.join(project, 'node_modules/.bin', name);
// not .bin/tsc: npm may let it lead to the older compiler that tslab embeds
const tsc = path.join(project, 'node_modules/typescript/bin/tsc');

function run(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { cwd: project, stdio: 'inherit' }).status === 0;
}

/** A stage that either holds or does not. */
const single =
  (...commands: readonly [string, ...string[]][]) =>
  (): Verdict => {
    // every command runs, so that one run shows all there is to mend
    const results = commands.map(([command, ...args]) => run(command, args));
    return results.every(Boolean) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  };

const unit = (): Verdict =>
  runUnitTests(
    (report, files) =>
      run(bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...files]),
    path.join(reports, 'vitest.json'),
    project,
  );

const script = (name: string, ...args: string[]): [string, ...string[]] => [
  process.execPath,
  '--import',
  'tsx',
  path.join('scripts', name),
  ...args,
];

const stages: Record<string, () => Verdict> = {
  types: single([process.execPath, tsc, '-p', 'kernel-lib', '--noEmit'], [process.execPath, tsc, '-p', '.']),
  lint: single([bin('eslint'), '.'], [bin('prettier'), '--check', '--log-level', 'warn', '.']),
  docs: single([bin('typedoc'), '--treatWarningsAsErrors', '--logLevel', 'Warn']),
  cells: single(script('check-notebooks.ts')),
  unit,
  chapters: single(script('notebooks.ts')),
};

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !(name in stages));
  if (unknown.length > 0) {
    console.error(`npm test: no stage called ${unknown.join(', ')}; there are ${Object.keys(stages).join(', ')}.`);
    return 1;
  }
  await setUp();
  fs.mkdirSync(reports, { recursive: true });
  const total: Verdict = { passed: 0, failed: 0 };
  for (const [name, stage] of Object.entries(stages)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const started = performance.now();
    console.log(`\n── ${name} ──`);
    const verdict = stage();
    total.passed += verdict.passed;
    total.failed += verdict.failed;
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.log(`── ${name}: ${verdict.passed} passed, ${verdict.failed} failed, ${seconds} s`);
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
}

await runScript(import.meta.url, main);
