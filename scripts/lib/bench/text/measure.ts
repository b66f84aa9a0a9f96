import os from 'node:os';
import path from 'node:path';
import type { Report } from 'kernel-lib/setup';
import { describeMachine } from '../../machine.ts';
import { interleave, type Timed } from '../interleave.ts';
import type { Budget } from '../plan.ts';
import type { Machine, Times } from '../results.ts';
import { WorkerProcess } from '../worker-process.ts';
import { example, rows, type TextContender } from './example.ts';

const project = path.resolve(import.meta.dirname, '../../../..');

/** What a run found out. */
export interface TextResults {
  readonly machine: Machine;
  readonly rows: readonly { readonly name: string; readonly characters: number; readonly times: readonly Times[] }[];
}

/** Times all contenders of each row in turn. Whoever cannot take part is in the results as absent. */
export async function measureText(budget: Budget, env: NodeJS.ProcessEnv, report: Report): Promise<TextResults> {
  const [load = 0] = os.loadavg();
  const workers = new Map<TextContender['worker'], WorkerProcess | string>();
  const versions: Record<string, string> = {};
  try {
    report.start('Contenders');
    for (const name of ['own', 'keras'] as const) {
      try {
        const worker = launch(name, env);
        workers.set(name, worker);
        const hello = await worker.ask({ do: 'hello' });
        Object.assign(versions, hello.versions);
        if (hello.reason) report.note(`Unrolled runs on TensorFlow's stock ops: ${hello.reason}`);
      } catch (error) {
        workers.set(name, reasonOf(error));
        report.note(`${name} is absent: ${reasonOf(error)}`);
      }
    }
    report.done(Object.keys(versions).join(', '));
    const found: TextResults['rows'][number][] = [];
    for (const { name, characters, contenders } of rows) {
      report.start(name);
      found.push({ name, characters, times: await race(contenders, workers, budget) });
      report.done(`${contenders.length} contenders`);
    }
    return { machine: { ...describeMachine(), load: Number(load.toPrecision(3)), versions }, rows: found };
  } finally {
    for (const worker of workers.values()) if (typeof worker !== 'string') worker.stop();
  }
}

async function race(
  contenders: readonly TextContender[],
  workers: ReadonlyMap<TextContender['worker'], WorkerProcess | string>,
  budget: Budget,
): Promise<Times[]> {
  const ready: { readonly name: string; readonly timed: Timed }[] = [];
  const absent: Times[] = [];
  for (const { name, worker, slot } of contenders) {
    const process = workers.get(worker);
    if (process === undefined || typeof process === 'string') {
      absent.push({ name, absent: process ?? 'It was not started.' });
      continue;
    }
    const block: Timed['block'] = async (repeats, warm) => (await process.ask({ do: 'block', slot, repeats, warm })).ms;
    await block(3, true); // What is compiled or allocated at the first step is not measured.
    ready.push({ name, timed: { block } });
  }
  const all = await interleave(ready.map(({ timed }) => timed), budget); // prettier-ignore
  return [
    ...ready.map(({ name }, k) => ({ name, ms: (all[k] ?? []).map((ms) => Number(ms.toPrecision(4))) })),
    ...absent,
  ];
}

function launch(name: TextContender['worker'], env: NodeJS.ProcessEnv): WorkerProcess {
  const quiet = { ...env, TF_CPP_MIN_LOG_LEVEL: '2' };
  if (name === 'own') {
    const file = path.join(import.meta.dirname, 'worker.ts');
    return new WorkerProcess('Unrolled', process.execPath, ['--import', 'tsx', file], quiet);
  }
  const python = env.UNROLLED_PYTHON_BENCH ?? '';
  if (python === '') throw new Error('UNROLLED_PYTHON_BENCH does not name a Python that has Keras.');
  const { size, time, batch, hidden, learningRate } = example;
  const sizes = JSON.stringify([size, time, batch, hidden, learningRate]);
  return new WorkerProcess('Keras', python, [path.join(project, 'scripts/bench_text_worker.py'), sizes], {
    ...quiet,
    ...{ KERAS_BACKEND: 'tensorflow', CUDA_VISIBLE_DEVICES: '-1' },
  });
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
