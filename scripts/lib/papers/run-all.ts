import type { Report } from 'kernel-lib/setup';
import type { Experiment, Outcome, Profile, Result, Run } from './experiment.ts';
import { figure } from './table.ts';

/** What {@link runAll} is told besides the experiments. */
export interface RunOptions {
  readonly profile: Profile;
  /** Finished runs that need not be made again. */
  readonly before?: readonly Result[];
  /** Called after every run with all that there is, so that a broken run of the command loses one run at most. */
  readonly onRun?: (results: readonly Result[]) => void;
  readonly report?: Report;
  /** Milliseconds. */
  readonly now?: () => number;
}

/** Runs every experiment with every seed, in turn, and tells each outcome in a line. */
export async function runAll(experiments: readonly Experiment[], options: RunOptions): Promise<Result[]> {
  const { profile, before = [], onRun, report, now = () => performance.now() } = options;
  const results: { name: string; runs: Run[] }[] = [];
  for (const { name, seeds, run } of experiments) {
    if (seeds[profile].length === 0) continue;
    report?.start(name);
    const done = before.find((result) => result.name === name)?.runs ?? [];
    const runs: Run[] = [];
    results.push({ name, runs });
    for (const [i, seed] of seeds[profile].entries()) {
      report?.progress(i, seeds[profile].length);
      const known = done.find((one) => one.seed === seed);
      if (known) {
        runs.push(known);
        continue;
      }
      const began = now();
      const outcome = await run(seed);
      const finished = { seed, seconds: Number(((now() - began) / 1000).toPrecision(3)), ...outcome };
      runs.push(finished);
      report?.note(line(finished));
      onRun?.(results);
    }
    report?.done(`${runs.filter(({ success }) => success).length} of ${runs.length}`);
  }
  return results;
}

function line({ seed, success, figures, seconds }: Outcome & { seed: number; seconds: number }): string {
  const told = Object.entries(figures).map(([name, value]) => `${name} ${figure(value)}`);
  return `seed ${seed}: ${success ? 'yes' : 'no'}, ${told.join(', ')}; ${figure(seconds)} s`;
}
