import * as tf from '@tensorflow/tfjs-node';
import type { Recurrent } from './recurrent';
import { layerFrom } from './registry';

/** A layer that computes the same, or why there is none. */
export type Twin = { readonly layer: Recurrent; readonly why?: undefined } | { readonly why: string };

/** What tf.layers takes for a recurrent layer and does not apply when it trains it. */
const unapplied = [
  'kernelRegularizer',
  'recurrentRegularizer',
  'biasRegularizer',
  'kernelConstraint',
  'recurrentConstraint',
  'biasConstraint',
] as const;

interface LoopCell extends tf.layers.Layer {
  readonly dropoutFunc?: unknown;
  readonly kernel: tf.LayerVariable;
  readonly recurrentKernel: tf.LayerVariable;
  readonly bias: tf.LayerVariable | null;
}

/** A layer of this library that computes, and learns, what that one of tf.layers does, on the very same weights. */
export function twinOf(loop: tf.RNN): Twin {
  const cell = loop.cell as unknown as LoopCell;
  const kind = loop.getClassName() === 'RNN' ? cell.getClassName().replace(/Cell$/, '') : loop.getClassName();
  if (cell.dropoutFunc) return { why: 'It has a dropoutFunc, which native dropout cannot call.' };
  const config = loop.getConfig();
  const ignored = unapplied.find((name) => config[name] !== null && config[name] !== undefined);
  if (ignored) {
    return { why: `tf.layers leaves the ${ignored} of a ${kind} out of training, a native layer would not.` };
  }

  let layer;
  try {
    layer = layerFrom(`Native${kind}`, { ...config, unitForgetBias: config.unitForgetBias ?? false });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { why: error.message };
  }
  if (!layer) return { why: `There is no native ${kind}.` };
  if (cell.built) takeOver(layer, loop, cell);
  return { layer };
}

function takeOver(layer: Recurrent, loop: tf.RNN, { kernel, recurrentKernel, bias }: LoopCell): void {
  const states = loop.getStates() as (tf.Tensor | null)[];
  const batch = states[0]?.shape[0] ?? null;
  layer.adopt(
    [batch, null, kernel.shape[0] ?? null],
    bias ? [kernel, recurrentKernel, bias] : [kernel, recurrentKernel],
  );
  if (!loop.stateful) return;
  layer.resetStates(states as tf.Tensor[]);
  // Its states and those that it keeps for training, then the zeros that stand in their place.
  loop.resetStates();
  tf.dispose(loop.getStates());
}
