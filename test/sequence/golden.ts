import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-node';
import { cells, type Cell, type Params, type State } from 'kernel-lib/cells';
import type { Rng } from 'kernel-lib/tensor';
import { relativeError, type Nested } from '../cells/reference/case';

export type AnyCell = Cell<Params, State, { inputSize: number; hiddenSize: number; rng: Rng }>;
/** Every cell of the registry, whatever it carries: a test draws its parameters and states from the cell itself. */
export const anyCells = Object.values(cells as object) as readonly AnyCell[];
type Tensors = Record<string, tf.Tensor>;

/** What test/golden/sequence_golden.py wrote: PyTorch's names and layouts, [layers · directions, batch, hidden] for a state. */
export interface Golden {
  readonly network: string;
  readonly name: string;
  readonly layers: number;
  readonly bothDirections: boolean;
  readonly lengths: number[] | null;
  readonly params: Readonly<Record<string, Nested>>;
  readonly xs: Nested;
  readonly dOutputs: Nested;
  readonly dFinal: Readonly<Record<string, Nested>> | null;
  readonly initialState: Readonly<Record<string, Nested>>;
  readonly outputs: Nested;
  readonly final: Readonly<Record<string, Nested>>;
  readonly gradients: Readonly<Record<string, Nested>>;
}

/** PyTorch's parameters of one layer and direction, the gates on top of each other. */
type TorchParams = Readonly<{ Wih: tf.Tensor2D; Whh: tf.Tensor2D; bih: tf.Tensor1D; bhh: tf.Tensor1D }>;

/** A cell, and its parameters from PyTorch's, by operations that gradients pass through. */
export interface TorchCell {
  readonly cell: AnyCell;
  readonly fromTorch: (torch: TorchParams) => Params;
}

/** Wx·, Wh· and b· of each gate, in PyTorch's order, and what stands inside of the GRU's reset alone. */
function gatesFromTorch(gates: readonly string[], { Wih, Whh, bih, bhh }: TorchParams): Params {
  const parts = <T extends tf.Tensor>(joined: T): T[] => tf.split(joined, gates.length);
  const [Wx, Wh, bx, bh] = [parts(Wih), parts(Whh), parts(bih), parts(bhh)];
  const named = gates.map((gate, k) => ({
    [`Wx${gate}`]: Wx[k]?.transpose(),
    [`Wh${gate}`]: Wh[k]?.transpose(),
    ...(gate === 'h' ? { bh: bx[k], bhh: bh[k] } : { [`b${gate}`]: bh[k] && bx[k]?.add<tf.Tensor1D>(bh[k]) }),
  }));
  return Object.assign({}, ...named) as Params;
}

const adapters: Readonly<Record<string, TorchCell['fromTorch']>> = {
  rnn: ({ Wih, Whh, bih, bhh }) => ({ Wxh: Wih.transpose(), Whh: Whh.transpose(), bh: bih.add(bhh) }),
  lstm: (torch) => gatesFromTorch(['i', 'f', 'g', 'o'], torch),
  gru: (torch) => gatesFromTorch(['r', 'z', 'h'], torch),
};

const file = new URL('../golden/sequence.json', import.meta.url);
const all = (JSON.parse(readFileSync(file, 'utf8')) as { cases: Golden[] }).cases;

/** The golden cases, each with its cell. */
export const goldenCases: readonly (Golden & TorchCell)[] = all.flatMap((golden) => {
  const cell = anyCells.find(({ name }) => name === golden.network);
  const fromTorch = adapters[golden.network];
  return cell && fromTorch ? [{ ...golden, cell, fromTorch }] : [];
});

/** The cell's parameters for layer 0, 1, ... in one direction. */
export function paramsOf({ fromTorch }: TorchCell, torch: Tensors, layer: number, backward = false): Params {
  const named = (name: string): never => torch[`${name}_l${layer}${backward ? '_reverse' : ''}`] as never;
  return fromTorch({ Wih: named('weight_ih'), Whh: named('weight_hh'), bih: named('bias_ih'), bhh: named('bias_hh') });
}

/** The state that PyTorch keeps at place `index` of its first axis. */
export function stateAt(state: Tensors, index: number): State {
  const parts = Object.entries(state).map(([part, value]) => [part, value.gather(index).reshape(value.shape.slice(1))]);
  return Object.fromEntries(parts) as State;
}

/** What a network made of a golden case: final states in PyTorch's order. */
export interface Walked {
  readonly outputs: tf.Tensor3D;
  readonly final: readonly State[];
}

/** The largest relative error of a network's outputs, final states and gradients, by name. */
export function errorsAgainstTorch(
  golden: Golden,
  network: (torch: Tensors, xs: tf.Tensor3D, initialState: Tensors) => Walked,
): Record<string, number> {
  return tf.tidy(() => {
    const tensors = (record: Readonly<Record<string, Nested>>): Tensors =>
      Object.fromEntries(Object.entries(record).map(([name, value]) => [name, tf.tensor(value as never)]));
    const [params, start] = [tensors(golden.params), tensors(golden.initialState)];
    const xs = tf.tensor<tf.Rank.R3>(golden.xs);
    const dOutputs = tf.tensor(golden.dOutputs);
    const dFinal = tensors(golden.dFinal ?? {});

    const stacked = (final: readonly State[]): Tensors =>
      Object.fromEntries(
        Object.keys(start).map((part) => [part, tf.stack(final.map((state) => state[part] ?? tf.scalar(NaN)))]),
      );
    const walked = network(params, xs, start);
    const errors: Record<string, number> = {
      outputs: relativeError(walked.outputs.arraySync(), golden.outputs),
    };
    for (const [part, value] of Object.entries(stacked(walked.final))) {
      errors[`final ${part}`] = relativeError(value.arraySync(), golden.final[part] ?? []);
    }

    const inputs = { ...params, xs, ...Object.fromEntries(Object.entries(start).map(([part, s]) => [`${part}0`, s])) };
    const names = Object.keys(inputs);
    const loss = (...values: tf.Tensor[]): tf.Scalar => {
      const named = Object.fromEntries(names.map((name, i) => [name, values[i] ?? tf.scalar(NaN)]));
      const state = Object.fromEntries(Object.keys(start).map((part) => [part, named[`${part}0`] ?? tf.scalar(NaN)]));
      const { outputs, final } = network(named, named.xs as tf.Tensor3D, state);
      const states = stacked(final);
      return Object.entries(dFinal).reduce(
        (sum, [part, d]) => sum.add(d.mul(states[part] ?? NaN).sum()),
        outputs.mul(dOutputs).sum<tf.Scalar>(),
      );
    };
    tf.grads(loss)(Object.values(inputs)).forEach((gradient, i) => {
      const name = names[i] ?? '';
      errors[`d${name}`] = relativeError(gradient.arraySync(), golden.gradients[name] ?? []);
    });
    return errors;
  });
}
