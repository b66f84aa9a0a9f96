import * as tf from '@tensorflow/tfjs-node';
import { cells, gruWith, rnnWith, type Cell, type Directions, type Params, type State } from 'kernel-lib/cells';
import * as native from 'kernel-lib/native';
import { bidirectional, deepBidirectional, stacked, unroll } from 'kernel-lib/sequence';
import type { Network, WeightRecord } from 'kernel-lib/weights';
import { expect } from 'vitest';
import { relativeError, type Nested } from '../cells/reference/case';

type AnyCell = Cell<Params, State, never>;

/** What a network made of a sequence: its final states the lowest layer's first, forward before backward, as in PyTorch. */
export interface Walked {
  readonly outputs: tf.Tensor3D;
  readonly final: readonly State[];
}

/** What PyTorch or Keras does not store. */
export interface Unstored {
  readonly relu?: boolean;
}

export const cellOf = (network: Network, { relu = false }: Unstored = {}): AnyCell =>
  relu ? rnnWith('relu') : cells[network.cell];

/** By the equations, with the function that takes such a network. */
export function byEquations(network: Network, xs: tf.Tensor3D, unstored?: Unstored): Walked {
  const cell = cellOf(network, unstored);
  if (!network.bidirectional) {
    const layers = network.layers as readonly Params[];
    if (layers.length > 1) {
      const walked = stacked(cell, layers, xs);
      return { outputs: walked.outputs, final: walked.layers.map(({ final }) => final) };
    }
    const { outputs, final } = unroll(cell, layers[0] ?? {}, xs);
    return { outputs, final: [final] };
  }
  const layers = network.layers as readonly Directions<Params>[];
  const [only] = layers;
  if (layers.length > 1 || !only) {
    const walked = deepBidirectional(cell, layers, xs);
    return { outputs: walked.outputs, final: walked.layers.flatMap(({ forward, backward }) => [forward.final, backward.final]) }; // prettier-ignore
  }
  const { outputs, forward, backward } = bidirectional(cell, only, xs);
  return { outputs, final: [forward.final, backward.final] };
}

/** By the native ops, layer by layer. */
export function natively(network: Network, xs: tf.Tensor3D, { relu = false }: Unstored = {}): Walked {
  const walk = (params: Params, below: tf.Tensor3D, reverse: boolean): { outputs: tf.Tensor3D; final: State } => {
    if (network.cell === 'lstm') return native.lstm(params as never, below, { reverse });
    if (network.cell === 'rnn') {
      return native.rnn(params as never, below, { reverse, activation: relu ? 'relu' : 'tanh' });
    }
    const reset = network.cell.includes('before') ? 'before' : 'after';
    const update = network.cell.includes('replaces') ? 'replace' : 'keep';
    expect(gruWith({ reset, update }).name).toBe(network.cell);
    return native.gru(params as never, below, { reverse, reset, update });
  };
  let outputs = xs;
  const final: State[] = [];
  for (const layer of network.layers) {
    const { forward, backward } = (network.bidirectional ? layer : { forward: layer }) as Directions<Params>;
    const both = [walk(forward, outputs, false), ...(network.bidirectional ? [walk(backward, outputs, true)] : [])];
    outputs = tf.concat(both.map((each) => each.outputs), 2); // prettier-ignore
    final.push(...both.map((each) => each.final));
  }
  return { outputs, final };
}

/** Every path to a network's outputs; the native ops know no projection. */
export const ways = (network: Network): [string, typeof byEquations][] => [
  ['equations', byEquations],
  ...(network.cell === 'lstm (projection)' ? [] : [['native', natively] as [string, typeof byEquations]]),
];

/** Within 1e-5 of the outputs and final states in PyTorch's layout [layers · directions, batch, hidden]. */
export function expectSolved({ outputs, final }: Walked, golden: WeightRecord): void {
  const got: Record<string, tf.Tensor> = { outputs };
  for (const part of Object.keys(final[0] ?? {})) got[part] = tf.stack(final.map((state) => state[part] ?? tf.scalar(NaN))); // prettier-ignore
  for (const [name, value] of Object.entries(got)) expectClose(name, value, golden);
}

/** Within 1e-5 of what the record has by that name. */
export function expectClose(name: string, value: tf.Tensor, golden: WeightRecord): void {
  const { shape, data } = golden[name] as { shape: number[]; data: Float32Array };
  const wanted = tf.tensor(data, shape).arraySync() as Nested;
  expect(relativeError(value.arraySync() as Nested, wanted), name).toBeLessThan(1e-5);
}

/** Each tensor's bits, so that −0 is not 0. */
export function bitsOf(network: unknown): unknown {
  if (network instanceof tf.Tensor) return [network.shape, [...new Uint32Array(network.dataSync<'float32'>().buffer.slice(0))]]; // prettier-ignore
  if (Array.isArray(network)) return network.map(bitsOf);
  if (typeof network !== 'object' || network === null) return network;
  return Object.fromEntries(Object.entries(network).map(([key, value]) => [key, bitsOf(value)]));
}
