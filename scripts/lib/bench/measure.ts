import os from 'node:os';
import type { Report } from 'kernel-lib/setup';
import { describeMachine } from '../machine.ts';
import { contenders, refusal, startWorker, type Contender, type Present } from './contenders.ts';
import { interleave, type Timed } from './interleave.ts';
import { tuple, type Budget, type Case, type Plan, type Sizes } from './plan.ts';
import type { GrowthResult, Leak, Memory, Results, Row, Times } from './results.ts';
import { speedLine } from './table.ts';

/** Four digits say all that a clock here can. */
const rounded = (value: number): number => Number(value.toPrecision(4));
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Measures all of a plan. What cannot take part is in the results as absent; every process it started has ended. */
export async function measure(plan: Plan, env: NodeJS.ProcessEnv, report: Report): Promise<Results> {
  const [load = 0] = os.loadavg();
  const workers = new Map<string, Present>();
  const absent: Record<string, string> = {};
  try {
    report.start('Contenders');
    for (const contender of contenders) {
      const { name, worker } = contender;
      try {
        const present = workers.get(worker) ?? (await startWorker(worker, env));
        workers.set(worker, present);
        const reason = refusal(contender, present);
        if (reason !== undefined) throw new Error(reason);
      } catch (error) {
        absent[name] = reasonOf(error);
        report.note(`${name} is absent: ${reasonOf(error)}`);
      }
    }
    const versions = Object.assign({}, ...[...workers.values()].reverse().map((one) => one.versions)) as Results['machine']['versions']; // prettier-ignore
    report.done(`${contenders.length - Object.keys(absent).length} of ${contenders.length}`);
    const machine = { ...describeMachine(), load: rounded(load), versions };
    const present = contenders.filter(({ name }) => !(name in absent));
    const rows = await measureCases('Steps', plan.cases, present, workers, plan.budget, report);
    const growth: GrowthResult[] = [];
    for (const { along, sizes } of plan.growth) {
      const cases = sizes.map((one): Case => ({ cell: 'lstm', mode: 'train', sizes: one }));
      const curves = present.filter(({ slot, worker }) => slot === 'module' || (slot === 'native' && worker === 'own'));
      const grown = await measureCases(`Growth with ${along}`, cases, curves, workers, plan.growthBudget, report);
      growth.push({ along, rows: grown });
    }
    for (const { process } of workers.values()) process.stop();
    const memory = await measureMemory(plan, present, env, report);
    const leaks = await measureLeaks(plan, present, env, report);
    return { machine, absent, rows, memory, leaks, growth };
  } finally {
    for (const { process } of workers.values()) process.stop();
  }
}

async function measureCases(
  step: string,
  cases: readonly Case[],
  present: readonly Contender[],
  workers: ReadonlyMap<string, Present>,
  budget: Budget,
  report: Report,
): Promise<Row[]> {
  const rows: Row[] = [];
  if (cases.length === 0) return rows;
  report.start(step);
  for (const one of cases) {
    report.progress(rows.length, cases.length, 'items');
    const row = { ...one, times: await timesOf(one, present, workers, budget) };
    rows.push(row);
    report.note(speedLine(row));
    for (const { process } of workers.values()) await process.ask({ do: 'release' }).catch(() => undefined);
  }
  report.done(`${rows.length} cases`);
  return rows;
}

/** A contender that fails at these sizes is absent from this row alone. */
async function timesOf(
  one: Case,
  present: readonly Contender[],
  workers: ReadonlyMap<string, Present>,
  budget: Budget,
): Promise<Times[]> {
  const ready: { readonly name: string; readonly timed: Timed }[] = [];
  const absent: Times[] = [];
  for (const { name, worker, slot } of present) {
    const process = workers.get(worker)?.process;
    if (!process) continue;
    try {
      await process.ask({ do: 'prepare', slot, ...one });
      await process.ask({ do: 'block', slot, repeats: 1, warm: false });
      const block: Timed['block'] = async (repeats, warm) =>
        (await process.ask({ do: 'block', slot, repeats, warm })).ms;
      ready.push({ name, timed: { block } });
    } catch (error) {
      absent.push({ name, absent: reasonOf(error) });
    }
  }
  try {
    const all = await interleave(ready.map(({ timed }) => timed), budget); // prettier-ignore
    return [...ready.map(({ name }, k) => ({ name, ms: (all[k] ?? []).map(rounded) })), ...absent];
  } catch (error) {
    // One that failed between the rounds leaves nothing to compare the others with.
    return [...ready.map(({ name }) => ({ name, absent: reasonOf(error) })), ...absent];
  }
}

interface Footprint {
  readonly peak: number;
  readonly now: number;
  readonly tensors?: number;
}

/** Runs training steps of the LSTM in a process of their own, and asks it for its memory at the start, after some and after all. */
async function alone(
  { worker, slot }: Contender,
  env: NodeJS.ProcessEnv,
  sizes: Sizes,
  steps: readonly [number, number],
): Promise<readonly [start: Footprint, some: Footprint, all: Footprint]> {
  const { process } = await startWorker(worker, env);
  const run = async (repeats: number): Promise<Footprint> => {
    await process.ask({ do: 'block', slot, repeats, warm: false });
    return process.ask({ do: 'memory' });
  };
  try {
    const start = await process.ask({ do: 'memory' });
    await process.ask({ do: 'prepare', slot, cell: 'lstm', mode: 'train', sizes });
    return [start, await run(steps[0]), await run(steps[1])];
  } finally {
    process.stop();
  }
}

async function measureMemory(
  { memory: { sizes: all, steps } }: Plan,
  present: readonly Contender[],
  env: NodeJS.ProcessEnv,
  report: Report,
): Promise<Memory[]> {
  const found: Memory[] = [];
  if (all.length === 0) return found;
  report.start('Peak memory');
  for (const sizes of all) {
    for (const contender of present) {
      report.progress(found.length, all.length * present.length, 'items');
      const { name } = contender;
      try {
        const [start, , end] = await alone(contender, env, sizes, [1, steps - 1]);
        found.push({ name, sizes, before: start.peak, peak: end.peak });
      } catch (error) {
        found.push({ name, sizes, absent: reasonOf(error) });
      }
    }
  }
  report.done(`${found.length} processes`);
  return found;
}

async function measureLeaks(
  { leak: { sizes: all, steps } }: Plan,
  present: readonly Contender[],
  env: NodeJS.ProcessEnv,
  report: Report,
): Promise<Leak[]> {
  const found: Leak[] = [];
  const first = present.find(({ slot }) => slot === 'native');
  if (all.length === 0 || !first) return found;
  report.start('Leaks');
  for (const sizes of all) {
    report.note(`${steps} training steps of ${first.name} at ${tuple(sizes)}`);
    const [, before, after] = await alone(first, env, sizes, [Math.ceil(steps / 10), steps]);
    found.push({
      ...{ sizes, steps, name: first.name },
      tensors: [before.tensors ?? NaN, after.tensors ?? NaN],
      bytes: [before.now, after.now],
    });
  }
  report.done('counted');
  return found;
}
