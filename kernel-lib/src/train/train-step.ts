import { performance } from 'node:perf_hooks';
import * as tf from '@tensorflow/tfjs-node';
import type { ProgressBar } from '../display';
import { DivergedError } from './diverged-error';
import type { FitOptions } from './fit-options';
import { byAutodiff, byHand, clipped, type Gradient } from './gradient-step';
import { setLearningRate } from './optimizer';
import type { ParamTree } from './params';
import { detached, type Run } from './run';

/** One step: gradient, clipping, update, then what is to be told of it. */
export async function trainStep<P extends ParamTree, Batch>(
  run: Run<P>,
  options: FitOptions<P, Batch>,
  batch: Batch,
  bar: ProgressBar | undefined,
): Promise<void> {
  const { position, history } = run;
  const began = performance.now();
  const step = position.step + 1;
  const epoch = position.epoch + 1;
  const { learningRate } = options;
  if (learningRate !== undefined) setLearningRate(options.optimizer, learningRate(step, history), step);

  const gradient = differentiate(run, options, batch, step);
  const { loss } = gradient;
  const gradientNorm = applyGradient(run, options, gradient, step);

  position.step = step;
  position.stepInEpoch += 1;
  history.steps.loss.push(loss);
  history.steps.gradientNorm.push(gradientNorm);
  history.steps.milliseconds.push(performance.now() - began);
  bar?.update(step, { epoch: options.epochs === undefined ? epoch : `${epoch}/${options.epochs}`, loss });
  await options.onStep?.({ step, epoch, loss, gradientNorm, params: run.params, history });
}

function differentiate<P extends ParamTree, Batch>(
  { variables, params, rng }: Run<P>,
  options: FitOptions<P, Batch>,
  batch: Batch,
  step: number,
): Gradient {
  const { loss, gradients } = options;
  const draws = rng.fork(`step ${step}`);
  return loss === undefined
    ? byHand(variables, () => gradients(params, batch, draws))
    : byAutodiff(variables, () => loss(params, batch, draws));
}

/** Clips and applies; returns the norm before clipping. Takes no step that would carry a NaN into the parameters. */
function applyGradient<P extends ParamTree, Batch>(
  run: Run<P>,
  options: FitOptions<P, Batch>,
  { loss, grads: raw }: Gradient,
  step: number,
): number {
  const { grads, norm } = clipped(raw, options.clipNorm);
  try {
    if (!Number.isFinite(loss)) throw diverged(run, options, `the loss is ${loss}`, step);
    if (!Number.isFinite(norm))
      throw diverged(run, options, `the loss is ${loss}, but the gradient's norm is ${norm},`, step);
    options.optimizer.applyGradients(
      Object.entries(grads).map(([path, tensor]) => ({ name: run.variables[path]?.name ?? path, tensor })),
    );
    return norm;
  } finally {
    tf.dispose(Object.values(grads));
  }
}

function diverged<P extends ParamTree, Batch>(
  run: Run<P>,
  { clipNorm }: FitOptions<P, Batch>,
  what: string,
  step: number,
): DivergedError {
  const clip = clipNorm === undefined ? 'clipNorm: 1' : `a smaller clipNorm than ${clipNorm}`;
  const advice =
    step === 1
      ? 'look for NaN in the batch and the params, and for a log or a division of 0 in the loss'
      : `try a smaller learning rate or ${clip}, and look for NaN in the batch`;
  return new DivergedError(what, step, run.position.epoch + 1, detached(run), run.history, advice);
}
