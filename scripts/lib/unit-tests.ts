/** The unit tests, and a second try, told of, for the few that depend on what other processes do meanwhile. */
import fs from 'node:fs';
import path from 'node:path';

export interface Verdict {
  passed: number;
  failed: number;
}

/** Runs vitest on these files (all when there are none) and has it write its report; true where it exits with 0. */
export type Vitest = (report: string, files: readonly string[]) => boolean;

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}
interface TestFile {
  readonly file: string;
  readonly broken: boolean;
  readonly passed: number;
  readonly failed: readonly string[];
}

/** Front ends, browsers and package managers that are not ours, in processes that nobody schedules. */
const dealsWithProcesses = /^test\/(bench|browser|kernel|notebooks|setup)\//;
/** What fails in more files than this is no accident. */
const mostFiles = 3;

/**
 * Runs all unit tests. When nothing failed but a few files that deal with other processes, these run once more, alone: what
 * passes then counts as passed, and a line "unsteady: …" names it, because a race is a defect too. `report` is where vitest
 * writes; `project` is what file names are told from. A run that dies before it reports counts as one failure.
 */
export function runUnitTests(vitest: Vitest, report: string, project: string): Verdict {
  const first = attempt(vitest, report, project, []);
  const broken = first.files.filter(({ broken }) => broken).map(({ file }) => file);
  const excusable =
    broken.length > 0 && broken.length <= mostFiles && broken.every((file) => dealsWithProcesses.test(file));
  if (!excusable) return total(first);

  console.log(`\nOnce more, alone: ${broken.join(', ')}`);
  const second = attempt(vitest, report.replace(/\.json$/, '-again.json'), project, broken);
  if (second.succeeded) {
    for (const { file, failed } of first.files) for (const name of failed) console.log(`unsteady: ${file} › ${name}`);
  }
  const others = first.files.filter(({ broken }) => !broken);
  return total({ succeeded: second.succeeded, files: [...others, ...second.files] });
}

interface Attempt {
  readonly succeeded: boolean;
  readonly files: readonly TestFile[];
}

function attempt(vitest: Vitest, report: string, project: string, wanted: readonly string[]): Attempt {
  fs.rmSync(report, { force: true });
  const exited = vitest(report, wanted);
  if (!fs.existsSync(report)) return { succeeded: false, files: [] };
  const files = (JSON.parse(fs.readFileSync(report, 'utf8')) as Report).testResults.map(
    ({ name, status, assertionResults }): TestFile => ({
      file: path.relative(project, name).split(path.sep).join('/'),
      broken: status !== 'passed',
      passed: assertionResults.filter((test) => test.status === 'passed').length,
      failed: assertionResults.filter((test) => test.status === 'failed').map(({ fullName }) => fullName),
    }),
  );
  const reported = wanted.every((name) => files.some(({ file }) => file === name));
  return { succeeded: exited && reported, files };
}

function total({ succeeded, files }: Attempt): Verdict {
  const sum = (count: (file: TestFile) => number): number => files.reduce((before, file) => before + count(file), 0);
  const failed = sum((file) => file.failed.length);
  return { passed: sum((file) => file.passed), failed: !succeeded && failed === 0 ? 1 : failed };
}
