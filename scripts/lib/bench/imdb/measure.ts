import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as classify from 'kernel-lib/classify';
import * as datasets from 'kernel-lib/data';
import { rng } from 'kernel-lib/tensor';
import type { Report } from 'kernel-lib/setup';
import { describeMachine } from '../../machine.ts';
import { withoutPlace, type Machine } from '../results.ts';
import { WorkerProcess } from '../worker-process.ts';

const project = path.resolve(import.meta.dirname, '../../../..');

/** Which share of an epoch, in how many blocks. */
export interface ImdbPlan {
  readonly steps: number;
  readonly blocks: number;
}

/** What was measured of one contender. */
export interface ImdbTimes {
  readonly name: string;
  /** Milliseconds a step, a block each. */
  readonly ms: readonly number[];
  /** The share of the test half that is judged right after those steps. */
  readonly accuracy: number;
}

export interface ImdbResults {
  readonly machine: Machine;
  readonly plan: ImdbPlan;
  /** Which reviews were read. */
  readonly note: string;
  /** Steps of an epoch. */
  readonly epoch: number;
  readonly contenders: readonly ImdbTimes[];
  readonly absent: readonly string[];
}

/** Trains both on the same batches of the same reviews, a block at a time in turn, then lets them judge the test half. */
export async function measureImdb(plan: ImdbPlan, env: NodeJS.ProcessEnv, report: Report): Promise<ImdbResults> {
  const [load = 0] = os.loadavg();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'unrolled-imdb-'));
  const workers: { readonly name: string; readonly process: WorkerProcess }[] = [];
  try {
    report.start('Reviews');
    const { note, epoch } = await writeReviews(folder);
    report.done(note);
    report.start('Contenders');
    const versions: Record<string, string> = {};
    const absent: string[] = [];
    for (const name of ['Unrolled', 'Keras']) {
      let process: WorkerProcess | undefined;
      try {
        process = launch(name, folder, env);
        const hello = await process.ask({ do: 'hello' });
        Object.assign(versions, hello.versions);
        if (hello.reason) report.note(`Unrolled runs on TensorFlow's stock ops: ${hello.reason}`);
        workers.push({ name, process });
      } catch (error) {
        process?.stop();
        absent.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    report.done(Object.keys(versions).join(', '));
    report.start('Training in turn');
    const steps = Math.min(plan.steps, epoch);
    const ms = await inTurn(workers.map(({ process }) => process), { ...plan, steps }, report); // prettier-ignore
    report.done(`${steps} of ${epoch} steps`);
    report.start('Judging the test half');
    const contenders: ImdbTimes[] = [];
    for (const [k, { name, process }] of workers.entries()) {
      const reply = (await process.ask({ do: 'block', slot: 'judge', repeats: 1, warm: false })) as {
        accuracy?: number;
      };
      contenders.push({ name, ms: ms[k] ?? [], accuracy: reply.accuracy ?? NaN });
    }
    report.done(contenders.map(({ name, accuracy }) => `${name} ${accuracy.toFixed(4)}`).join(', '));
    const machine = { ...describeMachine(), load: Number(load.toPrecision(3)), versions };
    return { machine, plan: { ...plan, steps }, note, epoch, contenders, absent };
  } finally {
    for (const { process } of workers) process.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Blocks of neighbouring steps, each round begun by another one. The first three steps, which compile, are not measured. */
async function inTurn(
  workers: readonly WorkerProcess[],
  { steps, blocks }: ImdbPlan,
  report: Report,
): Promise<number[][]> {
  for (const worker of workers) await worker.ask({ do: 'block', slot: 'warm up', repeats: 3, warm: false });
  const ms: number[][] = workers.map(() => []);
  for (let block = 0; block < blocks; block++) {
    report.progress(block, blocks, 'items');
    const repeats = Math.floor(((block + 1) * steps) / blocks) - Math.floor((block * steps) / blocks);
    for (let k = 0; k < workers.length; k++) {
      const turn = (block + k) % workers.length;
      const reply = await workers[turn]?.ask({ do: 'block', slot: 'train', repeats, warm: false });
      if (reply) ms[turn]?.push(Number(reply.ms.toPrecision(5)));
    }
  }
  return ms;
}

/** Both halves as the example reads them, in an order for the first epoch: int32 [reviews, 80] and a byte a label. */
async function writeReviews(folder: string): Promise<{ note: string; epoch: number }> {
  const reviews = await datasets.imdb({ numWords: 20_000, orElse: 'ownReviews' });
  for (const half of ['train', 'test'] as const) {
    const rows = classify.rows(reviews[half].reviews, reviews[half].labels, { maxlen: 80 });
    const order = rng(1).shuffle(Array.from({ length: rows.batch }, (_, i) => i));
    writeRows(folder, half, classify.pick(rows, order));
  }
  return { note: withoutPlace(reviews.note), epoch: Math.ceil(reviews.train.reviews.length / 32) };
}

/** One contender, ready to train on what lies in the folder. @throws Error where there is none */
export function launch(name: string, folder: string, env: NodeJS.ProcessEnv, seed = 1): WorkerProcess {
  const quiet = { ...env, TF_CPP_MIN_LOG_LEVEL: '2' };
  if (name === 'Unrolled') {
    const file = path.join(import.meta.dirname, 'worker.ts');
    return new WorkerProcess(name, process.execPath, ['--import', 'tsx', file, folder, `${seed}`], quiet);
  }
  const python = env.UNROLLED_PYTHON_BENCH ?? '';
  if (python === '') throw new Error('UNROLLED_PYTHON_BENCH does not name a Python that has Keras.');
  return new WorkerProcess(name, python, [path.join(project, 'scripts/bench_imdb_worker.py'), folder, `${seed}`], {
    ...quiet,
    ...{ KERAS_BACKEND: 'tensorflow', CUDA_VISIBLE_DEVICES: '-1' },
  });
}

/** As the workers read them: int32 [reviews, 80] and a byte a label. */
export function writeRows(folder: string, half: 'train' | 'test', { inputs, labels }: classify.LabelledRows): void {
  writeFileSync(path.join(folder, `${half}.ids`), new Uint8Array(inputs.buffer, inputs.byteOffset, inputs.byteLength));
  writeFileSync(path.join(folder, `${half}.labels`), Uint8Array.from(labels));
}
