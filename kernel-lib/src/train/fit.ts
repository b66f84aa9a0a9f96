import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-node';
import { progress, type ProgressBar } from '../display';
import { judge } from './early-stop';
import { checkOptions, type FitOptions, type FitResult } from './fit-options';
import { closeEpoch } from './history';
import { mapValues, type ParamTree } from './params';
import { detached, disposeRun, saveRun, startRun, type Run } from './run';
import { trainStep } from './train-step';

/**
 * Trains: for each batch of each epoch
 *   g = ∂loss/∂params,  g ← clip(g, clipNorm),  params ← optimizer(params, g)
 * with a progress bar, a history, hooks, early stop and checkpoints. After each step it yields to the event loop, so an
 * abort takes effect within one step. A step leaves `tf.memory().numTensors` where it was.
 *
 * @throws DivergedError when the loss or the gradient is not finite; it carries the parameters before that step
 * @throws Error, one sentence, for an option, a loss, gradients or a checkpoint that cannot be used
 */
export async function fit<P extends ParamTree, Batch>(options: FitOptions<P, Batch>): Promise<FitResult<P>> {
  checkOptions(options);
  const run = await startRun(options);
  const bar = startBar(run, options);
  try {
    const stopped = await trainEpochs(run, options, bar);
    await saveRun(run, options);
    const bestEpoch = restoreBest(run, options);
    return { params: detached(run), history: run.history, stopped, ...(bestEpoch !== undefined && { bestEpoch }) };
  } finally {
    bar?.end();
    disposeRun(run);
  }
}

type Stopped = FitResult<ParamTree>['stopped'];

async function trainEpochs<P extends ParamTree, Batch>(
  run: Run<P>,
  options: FitOptions<P, Batch>,
  bar: ProgressBar | undefined,
): Promise<Stopped> {
  for (;;) {
    const over = whyOver(run, options);
    if (over !== undefined) return over;
    const end = await trainEpoch(run, options, bar);
    if (end !== 'whole') return end;
    await endEpoch(run, options, bar);
  }
}

function whyOver<P extends ParamTree, Batch>({ position }: Run<P>, options: FitOptions<P, Batch>): Stopped | undefined {
  const { epochs = Infinity, steps = Infinity } = options;
  if (position.ended) return 'early stop';
  if (position.epoch >= epochs || position.step >= steps) return 'finished';
  return isAborted(options) ? 'aborted' : undefined;
}

/** The rest of one epoch: 'whole' when its batches came to their end. */
async function trainEpoch<P extends ParamTree, Batch>(
  run: Run<P>,
  options: FitOptions<P, Batch>,
  bar: ProgressBar | undefined,
): Promise<'whole' | 'finished' | 'aborted'> {
  const { position } = run;
  const epoch = position.epoch + 1;
  const taken = position.stepInEpoch;
  let seen = 0;
  for await (const batch of options.batches(epoch, run.rng.fork(`epoch ${epoch}`))) {
    seen += 1;
    // A resumed epoch brings its first batches again, in the same order.
    if (seen <= taken) continue;
    if (isAborted(options)) return 'aborted';
    if (position.step >= (options.steps ?? Infinity)) return 'finished';
    await trainStep(run, options, batch, bar);
    if (position.step % (options.checkpoint?.everySteps ?? Infinity) === 0) await saveRun(run, options);
    await setImmediate();
    if (isAborted(options)) return 'aborted';
  }
  if (seen === 0)
    throw new Error(
      `batches: got none in epoch ${epoch}, expected at least one; give each epoch an iterable of its own.`,
    );
  if (seen < taken) {
    throw new Error(
      `batches: got ${seen} in epoch ${epoch}, where the checkpoint had taken ${taken}; resume with the same data.`,
    );
  }
  return 'whole';
}

async function endEpoch<P extends ParamTree, Batch>(
  run: Run<P>,
  options: FitOptions<P, Batch>,
  bar: ProgressBar | undefined,
): Promise<void> {
  const { position, history, params } = run;
  closeEpoch(history, position.stepInEpoch);
  position.epoch += 1;
  position.stepInEpoch = 0;
  const { epoch, step } = position;
  const loss = history.epochs.loss.at(-1) ?? NaN;

  const validationLoss = await options.validate?.(params);
  if (validationLoss !== undefined) {
    history.epochs.validationLoss.push(validationLoss);
    bar?.report({ 'validation loss': validationLoss });
  }
  const total = expectedSteps(run, options);
  if (total !== undefined) bar?.expect(total);
  await options.onEpoch?.({
    epoch,
    step,
    loss,
    params,
    history,
    ...(validationLoss !== undefined && { validationLoss }),
  });

  if (options.earlyStop !== undefined) {
    const verdict = judge(position.earlyStop, validationLoss ?? loss, epoch, options.earlyStop);
    position.earlyStop = verdict.state;
    position.ended = verdict.stop;
    if (verdict.improved && options.earlyStop.restoreBest !== false) keepBest(run);
  }
  if (options.checkpoint !== undefined && options.checkpoint.everySteps === undefined) await saveRun(run, options);
}

function isAborted<P extends ParamTree, Batch>({ signal }: FitOptions<P, Batch>): boolean {
  return signal?.aborted === true;
}

function keepBest<P extends ParamTree>(run: Run<P>): void {
  tf.dispose(Object.values(run.best ?? {}));
  run.best = mapValues(run.variables, (variable) => tf.clone(variable));
}

/** After the last save: a checkpoint holds where training stood, so that it can go on from there. */
function restoreBest<P extends ParamTree, Batch>(run: Run<P>, { earlyStop }: FitOptions<P, Batch>): number | undefined {
  if (run.best === undefined || earlyStop === undefined || earlyStop.restoreBest === false) return undefined;
  for (const [path, variable] of Object.entries(run.variables)) {
    const best = run.best[path];
    if (best !== undefined) variable.assign(best);
  }
  return run.position.earlyStop.best?.epoch;
}

function startBar<P extends ParamTree, Batch>(run: Run<P>, options: FitOptions<P, Batch>): ProgressBar | undefined {
  const { progress: label = true } = options;
  if (label === false) return undefined;
  return progress(expectedSteps(run, options), label === true ? 'training' : label, {
    start: run.position.step,
    keepOpen: true,
  });
}

/** How many steps the run will have, once an epoch has shown how many it has. */
function expectedSteps<P extends ParamTree, Batch>(
  { history }: Run<P>,
  { epochs = Infinity, steps = Infinity }: FitOptions<P, Batch>,
): number | undefined {
  const perEpoch = history.epochs.steps.at(-1);
  const total = Math.min(steps, perEpoch === undefined ? Infinity : epochs * perEpoch);
  return Number.isFinite(total) ? total : undefined;
}
