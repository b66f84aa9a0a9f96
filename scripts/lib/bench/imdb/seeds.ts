import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as classify from 'kernel-lib/classify';
import * as datasets from 'kernel-lib/data';
import { writeWhole, type Report } from 'kernel-lib/setup';
import { rng } from 'kernel-lib/tensor';
import { describeMachine } from '../../machine.ts';
import { withoutPlace, type Machine } from '../results.ts';
import { launch, writeRows } from './measure.ts';
import { seedsPage } from './seeds-page.ts';

/** How well one contender judged the test half after each epoch, from one seed. */
export interface SeedRun {
  readonly name: string;
  readonly seed: number;
  readonly accuracies: readonly number[];
  /** Nats a review. */
  readonly losses: readonly number[];
  /** Seconds an epoch of training, on whatever else the machine did. */
  readonly seconds: readonly number[];
}

export interface SeedResults {
  readonly machine: Machine;
  readonly note: string;
  readonly epochs: number;
  readonly runs: readonly SeedRun[];
}

const EPOCHS = 2;
const contenders = ['Unrolled', 'Keras'] as const;

/**
 * `npm run bench -- imdb --seeds N`: the IMDB example from seeds 1 to N, two epochs each, here and in Keras, one process at a
 * time. Both read the same batches in the same order, a new one each epoch and seed. Runs that `imdb-seeds.json` holds are kept.
 */
export async function benchSeeds(
  command: string,
  { seeds, folder, report }: { readonly seeds: number; readonly folder: string; readonly report: Report },
): Promise<void> {
  const file = path.join(folder, 'imdb-seeds.json');
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as SeedResults) : undefined;
  const runs = [...(before?.runs ?? [])];
  const [load = 0] = os.loadavg();
  const versions: Record<string, string> = { ...before?.machine.versions };
  const work = mkdtempSync(path.join(os.tmpdir(), 'unrolled-imdb-'));
  try {
    report.start('Reviews');
    const reviews = await datasets.imdb({ numWords: 20_000, orElse: 'ownReviews' });
    const note = withoutPlace(reviews.note);
    report.done(note);
    const rows = (half: 'train' | 'test'): classify.LabelledRows =>
      classify.rows(reviews[half].reviews, reviews[half].labels, { maxlen: 80 });
    writeRows(work, 'test', rows('test'));
    const learnt = rows('train');
    for (let seed = 1; seed <= seeds; seed++) {
      for (const name of contenders) {
        if (runs.some((run) => run.name === name && run.seed === seed)) continue;
        report.start(`${name}, seed ${seed}`);
        let run: SeedRun;
        try {
          run = await train({ name, seed, work, learnt, versions });
        } catch (error) {
          report.note(`${name} is absent: ${error instanceof Error ? error.message : String(error)}`);
          continue;
        }
        report.done(run.accuracies.map((accuracy) => accuracy.toFixed(4)).join(', '));
        runs.push(run);
        const machine = { ...describeMachine(), load: Number(load.toPrecision(3)), versions };
        const results: SeedResults = { machine, note, epochs: EPOCHS, runs };
        writeWhole(file, `${JSON.stringify(results)}\n`);
        writeWhole(path.join(folder, 'imdb-seeds.md'), seedsPage(results, command));
      }
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  console.log(`\n${readFileSync(path.join(folder, 'imdb-seeds.md'), 'utf8')}`);
}

interface Task {
  readonly name: string;
  readonly seed: number;
  /** Where the batches lie for the worker. */
  readonly work: string;
  readonly learnt: classify.LabelledRows;
  readonly versions: Record<string, string>;
}

async function train({ name, seed, work, learnt, versions }: Task): Promise<SeedRun> {
  const orders = Array.from({ length: EPOCHS }, (_, epoch) =>
    rng(seed)
      .fork(epoch)
      .shuffle(Array.from({ length: learnt.batch }, (__, i) => i)),
  );
  const [first = []] = orders;
  writeRows(work, 'train', classify.pick(learnt, first));
  const worker = launch(name, work, process.env, seed);
  const [accuracies, losses, seconds]: [number[], number[], number[]] = [[], [], []];
  try {
    const hello = await worker.ask({ do: 'hello' });
    if (hello.reason) throw new Error(`it would run on TensorFlow's stock ops: ${hello.reason}`);
    Object.assign(versions, hello.versions);
    for (const order of orders) {
      writeRows(work, 'train', classify.pick(learnt, order));
      const { ms } = await worker.ask({ do: 'block', slot: 'epoch', repeats: 1, warm: false });
      const judged = await worker.ask({ do: 'block', slot: 'judge', repeats: 1, warm: false });
      const { accuracy, loss } = judged as unknown as { accuracy: number; loss: number };
      accuracies.push(Number(accuracy.toFixed(5)));
      losses.push(Number(loss.toFixed(5)));
      seconds.push(Number((ms / 1000).toPrecision(3)));
    }
  } finally {
    worker.stop();
  }
  return { name, seed, accuracies, losses, seconds };
}
