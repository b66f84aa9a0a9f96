import * as tf from '@tensorflow/tfjs-node';
import { at } from '../tensor';
import { shapeOf, tensorOf, type WeightArray, type WeightRecord } from './arrays';
import { checkCell, TRAITS, type Counterpart, type Layers, type Network } from './counterparts';
import { layersOfList, layersOfRecord, type KerasParts } from './keras-names';
import { checkChain, checkedLayers, pack, sizesOf, unpack, type GateOrder, type Packed } from './layout';

/** A cell that Keras computes, too. `rnn` is its SimpleRNN. */
export type KerasCell = Exclude<Counterpart, 'lstm (projection)'>;

/** What to expect among weights of Keras. */
export interface FromKerasOptions<K extends KerasCell = KerasCell, B extends boolean = boolean> {
  /** Without it, it is read from the shapes: rnn, lstm, gru (reset_after=True) or gru (reset before) (reset_after=False). */
  readonly cell?: K;
  /** Names tell it, a list does not: there it is false unless given. */
  readonly bidirectional?: B;
  /** What the names begin with, such as `layers/lstm/`: all recurrent layers are read unless given. */
  readonly prefix?: string;
}

const CELLS: readonly KerasCell[] = [
  'rnn',
  'gru',
  'gru (z replaces)',
  'gru (reset before)',
  'gru (reset before, z replaces)',
  'lstm',
];
/** Keras's c is our g, its h the candidate h̃. */
const ORDER: GateOrder = { rnn: ['h'], gru: ['z', 'r', 'h'], lstm: ['i', 'f', 'g', 'o'] };

/**
 * A recurrent network out of weights of Keras 2, Keras 3 or `tf.layers`, of SimpleRNN, GRU and LSTM layers, bidirectional or not,
 * with and without biases: a list as `layer.get_weights()` gives, of one layer or of several, one after the other, or arrays by
 * their names in an .npz or HDF5 file. Other names are ignored.
 * Keras's weights stand the gates side by side: kernel [input, gates · units], recurrent_kernel [units, gates · units], bias
 * [gates · units]; with reset_after, a GRU's bias is [2, 3 units], of which the second row counts apart in the candidate.
 * The tensors are new and the caller's to dispose.
 *
 * @throws Error for weights without a recurrent layer, missing parts, and shapes that do not fit
 */
export function fromKeras<K extends KerasCell = KerasCell, B extends boolean = boolean>(
  weights: WeightRecord | readonly WeightArray[],
  { cell: told, bidirectional, prefix = '' }: FromKerasOptions<K, B> = {},
): Network<K, B> {
  if (told !== undefined) checkCell(told, CELLS, 'Keras');
  const found = Array.isArray(weights)
    ? layersOfList(weights.map((array: WeightArray, n) => [`weights[${n}]`, array]), bidirectional ?? false) // prettier-ignore
    : layersOfRecord(weights as WeightRecord, prefix, bidirectional ?? false);
  if (found.length === 0) throw new Error('weights: got an empty list, expected kernel, recurrent kernel and bias.');
  const both = at(found, 0).length === 2;
  if (bidirectional !== undefined && bidirectional !== both) {
    const name = (really: boolean): string => (really ? 'both directions' : 'one direction');
    throw new Error(`bidirectional: got weights of ${name(both)}, expected ${name(bidirectional)}.`);
  }
  const cell = told ?? cellOf(at(at(found, 0), 0));
  const network = tf.tidy((): tf.TensorContainerObject => {
    const layers = found.map((directions) => directions.map((parts) => unpack(cell, ORDER, packed(cell, parts))));
    checkChain(layers.map((directions) => directions.map((params) => sizesOf(cell, params))));
    return {
      cell,
      bidirectional: both,
      layers: layers.map(([forward, backward]) => (both ? { forward, backward } : forward)),
    };
  });
  return network as unknown as Network<K, B>;
}

function cellOf({ recurrentKernel, bias }: KerasParts): KerasCell {
  const [units = 0, columns = 0] = shapeOf(...recurrentKernel);
  if (units > 0 && columns === units) return 'rnn';
  if (units > 0 && columns === 4 * units) return 'lstm';
  const [name] = recurrentKernel;
  if (units === 0 || columns !== 3 * units) {
    throw new Error(
      `${name}: got shape [${units}, ${columns}], expected 1 (SimpleRNN), 3 (GRU) or 4 (LSTM) times as many columns as rows.`,
    );
  }
  if (!bias)
    throw new Error(`${name}: got a GRU without a bias; tell by cell whether it is 'gru' or 'gru (reset before)'.`);
  return shapeOf(...bias).length === 2 ? 'gru' : 'gru (reset before)';
}

function packed(cell: KerasCell, { kernel, recurrentKernel, bias }: KerasParts): Packed {
  const { family, resetAfter = false } = TRAITS[cell];
  const gates = ORDER[family].length;
  const units = shapeOf(...recurrentKernel)[0] ?? 0;
  const columns = gates * units;
  const match = `it must match ${recurrentKernel[0]}`;
  const side = `the ${gates} gates of '${cell}' stand side by side`;
  const recurrent = tensorOf(...recurrentKernel, [{ units }, { columns }], side).tensor as tf.Tensor2D;
  const input = tensorOf(...kernel, ['input', { columns }], match).tensor as tf.Tensor2D;
  const none = tf.zeros<tf.Rank.R1>([columns]);
  const weights = { kernel: input, recurrentKernel: recurrent };
  if (!bias) return { ...weights, bias: none, recurrentBias: none };
  const rows = resetAfter ? 'reset_after=True makes two rows' : match;
  const { tensor } = tensorOf(...bias, resetAfter ? [2, { columns }] : [{ columns }], rows);
  const [first, second] = resetAfter ? tf.unstack(tensor) : [tensor, none];
  return { ...weights, bias: first as tf.Tensor1D, recurrentBias: second as tf.Tensor1D };
}

/**
 * The inverse of {@link fromKeras}: what `layer.set_weights` takes for the layers of a network, of each layer, forward before
 * backward: kernel, recurrent_kernel, bias. The tensors are new and the caller's to dispose.
 *
 * @param layers one layer's parameters or a list of several, the lowest first; in both directions, each `{ forward, backward }`
 * @throws Error for a cell that Keras does not compute, parameters that do not fit the cell, and layers that do not fit each other
 */
export function toKeras<K extends KerasCell>(layers: Layers<K>, { cell }: { readonly cell: K }): tf.Tensor[] {
  checkCell(cell, CELLS, 'Keras');
  const checked = checkedLayers(cell, layers);
  return tf.tidy(() =>
    checked.flatMap((directions) =>
      directions.flatMap((params) => {
        const { kernel, recurrentKernel, bias, recurrentBias } = pack(cell, ORDER, params);
        return [kernel, recurrentKernel, TRAITS[cell].resetAfter ? tf.stack([bias, recurrentBias]) : bias];
      }),
    ),
  );
}

/**
 * The arrays of {@link toKeras} by the names that Keras 3 gives them in a `.weights.h5` of a model with no other recurrent layers:
 * `layers/lstm/cell/vars/0`, `layers/lstm_1/...`, and `layers/bidirectional/forward_layer/cell/vars/0` for both directions.
 *
 * @throws Error as {@link toKeras}
 */
export function toKerasNames<K extends KerasCell>(
  layers: Layers<K>,
  { cell }: { readonly cell: K },
): Record<string, tf.Tensor> {
  const arrays = toKeras(layers, { cell });
  const directions = checkedLayers(cell, layers).map((layer) => layer.length);
  const named = directions.flatMap((count, n) => {
    const kind = count === 2 ? 'bidirectional' : { rnn: 'simple_rnn', gru: 'gru', lstm: 'lstm' }[TRAITS[cell].family];
    const folder = `layers/${kind}${n === 0 ? '' : `_${n}`}`;
    const folders = count === 2 ? [`${folder}/forward_layer`, `${folder}/backward_layer`] : [folder];
    return folders.flatMap((each) => [0, 1, 2].map((part) => `${each}/cell/vars/${part}`));
  });
  return Object.fromEntries(named.map((name, n) => [name, at(arrays, n)]));
}
