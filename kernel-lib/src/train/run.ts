import { access } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-node';
import { checkDtype, rng, rngFrom, type Rng, type RngState } from '../tensor';
import { disposeCheckpoint, loadCheckpoint, saveCheckpoint, type Checkpoint } from './checkpoint';
import type { EarlyStopState } from './early-stop';
import type { CheckpointOptions, FitOptions } from './fit-options';
import type { Variables } from './gradient-step';
import { emptyHistory, type History } from './history';
import { checkOptimizerFits, optimizerState, restoreOptimizer } from './optimizer';
import { checkNames, checkSameShapes, flatten, mapValues, unflatten, type FlatParams, type ParamTree } from './params';

/** Where a run stands, as plain JSON: with the parameters and the optimizer's moments, all that a resumed run needs. */
export interface Position {
  /** Steps taken. */
  step: number;
  /** Epochs ended. */
  epoch: number;
  /** Steps taken in the epoch that has not ended. */
  stepInEpoch: number;
  earlyStop: EarlyStopState;
  /** An early stop has ended the run. */
  ended: boolean;
}

export interface Run<P extends ParamTree> {
  readonly variables: Variables;
  /** The variables in the tree that `loss` takes. */
  readonly params: P;
  readonly rng: Rng;
  readonly history: History;
  readonly position: Position;
  /** The parameters of the best epoch. */
  best: FlatParams | undefined;
  /** The step that was last saved. */
  saved: string;
}

interface SavedState {
  readonly run: 'fit';
  readonly optimizer: string;
  readonly position: Position;
  readonly history: History;
  readonly rng: RngState;
}

/** A run at its start, or where its checkpoint left it. */
export async function startRun<P extends ParamTree, Batch>(options: FitOptions<P, Batch>): Promise<Run<P>> {
  const flat = flatten('params', options.params);
  checkNames('params', options.params);
  for (const [path, tensor] of Object.entries(flat)) checkDtype(`params.${path}`, tensor, 'float32');
  await checkOptimizerFits(options.optimizer, flat, options.checkpoint !== undefined);

  const saved = options.checkpoint?.resume === true ? await resumable(options.checkpoint, flat, options) : undefined;
  const initial = { ...flat, ...(saved && flatten('params', saved.checkpoint.params)) };
  const variables = mapValues(initial, (tensor) => tf.variable(tensor));
  const { position, history, rng: rngState } = saved?.state ?? {};
  const run: Run<P> = {
    variables,
    params: unflatten(options.params, variables),
    rng: rngState === undefined ? (options.rng ?? rng(0)) : rngFrom(rngState),
    history: history ?? emptyHistory(),
    position: position ?? { step: 0, epoch: 0, stepInEpoch: 0, earlyStop: { waited: 0 }, ended: false },
    best: undefined,
    saved: '',
  };
  if (saved === undefined) return run;
  const { best, optimizer } = saved.checkpoint;
  run.best = best && mapValues(flatten('best', best), (tensor) => tf.clone(tensor));
  run.saved = savedMark(run);
  if (optimizer !== undefined) await restoreOptimizer(options.optimizer, optimizer);
  disposeCheckpoint(saved.checkpoint);
  return run;
}

/** Writes where the run stands, unless the file already says so. */
export async function saveRun<P extends ParamTree, Batch>(run: Run<P>, options: FitOptions<P, Batch>): Promise<void> {
  if (options.checkpoint === undefined || run.saved === savedMark(run)) return;
  const state: SavedState = {
    run: 'fit',
    optimizer: options.optimizer.constructor.name,
    position: run.position,
    history: run.history,
    rng: run.rng.state(),
  };
  const optimizer = await optimizerState(options.optimizer);
  try {
    const { best } = run;
    await saveCheckpoint(options.checkpoint.path, { params: run.params, optimizer, ...(best && { best }), state });
  } finally {
    tf.dispose([...optimizer.weights]);
  }
  run.saved = savedMark(run);
}

/** The variables as plain tensors, for the caller. */
export function detached<P extends ParamTree>(run: Run<P>): P {
  return unflatten(
    run.params,
    mapValues(run.variables, (variable) => tf.clone(variable)),
  );
}

export function disposeRun<P extends ParamTree>(run: Run<P>): void {
  tf.dispose(Object.values(run.variables));
  tf.dispose(Object.values(run.best ?? {}));
}

/** The checkpoint to go on from, or undefined when the file is not there yet. */
async function resumable<P extends ParamTree, Batch>(
  { path }: CheckpointOptions,
  params: FlatParams,
  { optimizer }: FitOptions<P, Batch>,
): Promise<{ checkpoint: Checkpoint; state: SavedState } | undefined> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (!exists) return undefined;
  const checkpoint = await loadCheckpoint(path);
  try {
    const state = checkpoint.state as Partial<SavedState> | null | undefined;
    if (state?.run !== 'fit')
      throw new Error(`${path}: this checkpoint was not written by fit; load it with loadCheckpoint.`);
    checkSameShapes(
      `${path}: params`,
      flatten('params', checkpoint.params),
      params,
      'resume with the model that was saved',
    );
    const name = optimizer.constructor.name;
    if (state.optimizer !== name) {
      throw new Error(
        `${path}: got the state of ${state.optimizer ?? 'no optimizer'}, expected ${name}; resume with the optimizer that was saved.`,
      );
    }
    return { checkpoint, state: state as SavedState };
  } catch (error) {
    disposeCheckpoint(checkpoint);
    throw error;
  }
}

function savedMark<P extends ParamTree>({ position }: Run<P>): string {
  return JSON.stringify(position);
}
