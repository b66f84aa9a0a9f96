import * as tf from '@tensorflow/tfjs-node';
import type { Params } from '../cells';
import { at } from '../tensor';
import { shapeOf, tensorOf, type WeightRecord } from './arrays';
import { checkCell, TRAITS, type Counterpart, type Layers, type Network } from './counterparts';
import { checkChain, checkedLayers, pack, sizesOf, unpack, type GateOrder, type Packed } from './layout';
import { findTorchLayers, torchName, type TorchNames } from './torch-names';

/** A cell that PyTorch computes, too. */
export type TorchCell = Exclude<Counterpart, 'gru (reset before)' | 'gru (reset before, z replaces)'>;

/** What to expect in a state_dict. What is not told is read from the shapes and names. */
export interface FromTorchOptions<K extends TorchCell = TorchCell, B extends boolean = boolean> {
  /** Without it: rnn, gru, lstm or lstm (projection). PyTorch does not store whether an RNN's nonlinearity is tanh or relu. */
  readonly cell?: K;
  /** Told, it is checked, and the type says which of both it is. */
  readonly bidirectional?: B;
  /** What the network's names begin with, such as `encoder.lstm.`: needed where a state_dict holds more than one. */
  readonly prefix?: string;
}

const CELLS: readonly TorchCell[] = ['rnn', 'gru', 'gru (z replaces)', 'lstm', 'lstm (projection)'];
/** PyTorch's n is our h̃. */
const ORDER: GateOrder = { rnn: ['h'], gru: ['r', 'z', 'h'], lstm: ['i', 'f', 'g', 'o'] };

/**
 * A recurrent network out of the `state_dict()` of a PyTorch model: torch.nn.RNN, GRU and LSTM, of any number of layers and
 * both directions, with proj_size and without biases, or one RNNCell, GRUCell or LSTMCell. Other names in the record are ignored.
 * PyTorch's weights stand the gates on top of each other, weight_ih [gates · cell, input] and weight_hh [gates · cell, hidden],
 * and its two biases count by their sum alone, except in the GRU's candidate: h̃ = tanh(x Wxh + bh + r ⊙ (h Whh + bhh)).
 * The tensors are new and the caller's to dispose.
 *
 * @throws Error for a record without a recurrent network or with several, missing layers or weights, and shapes that do not fit
 */
export function fromTorch<K extends TorchCell = TorchCell, B extends boolean = boolean>(
  record: WeightRecord,
  options: FromTorchOptions<K, B> = {},
): Network<K, B> {
  if (options.cell !== undefined) checkCell(options.cell, CELLS, 'PyTorch');
  const found = findTorchLayers(Object.keys(record), options.prefix);
  const bidirectional = at(found, 0).length === 2;
  if (options.bidirectional !== undefined && options.bidirectional !== bidirectional) {
    const both = (really: boolean): string => (really ? 'both directions' : 'one direction');
    throw new Error(`bidirectional: got weights of ${both(bidirectional)}, expected ${both(options.bidirectional)}.`);
  }
  const cell = options.cell ?? cellOf(at(at(found, 0), 0), record);
  const network = tf.tidy((): tf.TensorContainerObject => {
    const layers = found.map((directions) =>
      directions.map((names) => unpack(cell, ORDER, packed(cell, names, record))),
    );
    checkChain(layers.map((directions) => directions.map((params) => sizesOf(cell, params))));
    return {
      cell,
      bidirectional,
      layers: layers.map(([forward, backward]) => (bidirectional ? { forward, backward } : forward)),
    };
  });
  return network as unknown as Network<K, B>;
}

/** How many rows each hidden unit has tells the cell. */
function cellOf({ weight_hh = '', weight_hr }: TorchNames, record: WeightRecord): TorchCell {
  if (weight_hr !== undefined) return 'lstm (projection)';
  const [rows = 0, hidden = 0] = shapeOf(weight_hh, record[weight_hh]);
  const cell = CELLS.find((name) => ORDER[TRAITS[name].family].length * hidden === rows);
  if (cell !== undefined && hidden > 0) return cell;
  throw new Error(
    `${weight_hh}: got shape [${rows}, ${hidden}], expected 1 (RNN), 3 (GRU) or 4 (LSTM) times as many rows as columns.`,
  );
}

function packed(cell: TorchCell, names: TorchNames, record: WeightRecord): Packed {
  const { family, projects = false } = TRAITS[cell];
  const gates = ORDER[family].length;
  const get = (part: keyof TorchNames): [string, never] => [names[part] ?? part, record[names[part] ?? ''] as never];
  if (projects !== (names.weight_hr !== undefined)) {
    const got = projects ? 'none' : names.weight_hr;
    throw new Error(`weight_hr: got ${got}, expected ${projects ? 'one' : 'none'} for '${cell}'; proj_size makes one.`);
  }
  const hr = projects ? tensorOf(...get('weight_hr'), ['hidden', 'cell']) : undefined;
  const [hhName, hhArray] = get('weight_hh');
  const hidden = hr?.sizes.hidden ?? shapeOf(hhName, hhArray)[1] ?? 0;
  const rows = gates * (hr?.sizes.cell ?? hidden);
  const side = `the ${gates} gates of '${cell}' stand on top of each other`;
  const hh = tensorOf(hhName, hhArray, [{ rows }, { hidden }], side);
  const ih = tensorOf(...get('weight_ih'), [{ rows }, 'input'], `it must match ${hhName}`);
  const bias = (part: 'bias_ih' | 'bias_hh'): tf.Tensor1D =>
    names[part] === undefined
      ? tf.zeros([rows])
      : (tensorOf(...get(part), [{ rows }], `it must match ${hhName}`).tensor as tf.Tensor1D);
  return {
    kernel: ih.tensor.transpose(),
    recurrentKernel: hh.tensor.transpose(),
    bias: bias('bias_ih'),
    recurrentBias: bias('bias_hh'),
    ...(hr && { projection: hr.tensor.transpose() }),
  };
}

/** How to name what goes to PyTorch. */
export interface ToTorchOptions<K extends TorchCell = TorchCell> {
  readonly cell: K;
  /** What every name is to begin with, such as `encoder.lstm.`: nothing unless given. */
  readonly prefix?: string;
}

/**
 * The inverse of {@link fromTorch}: what `model.load_state_dict` takes for the layers of a network. bias_hh is zero but for bhh
 * of the GRU. The tensors are new and the caller's to dispose.
 *
 * @param layers one layer's parameters or a list of several, the lowest first; in both directions, each `{ forward, backward }`
 * @throws Error for a cell that PyTorch does not compute, parameters that do not fit the cell, and layers that do not fit each other
 */
export function toTorch<K extends TorchCell>(
  layers: Layers<K>,
  { cell, prefix = '' }: ToTorchOptions<K>,
): Record<string, tf.Tensor> {
  checkCell(cell, CELLS, 'PyTorch');
  const checked = checkedLayers(cell, layers);
  return tf.tidy(() => {
    const named = checked.flatMap((directions, layer) =>
      directions.flatMap((params: Params, direction) => {
        const { kernel, recurrentKernel, bias, recurrentBias, projection } = pack(cell, ORDER, params);
        const name = (part: keyof TorchNames): string => torchName(prefix, part, layer, direction === 1);
        return [
          [name('weight_ih'), kernel.transpose()],
          [name('weight_hh'), recurrentKernel.transpose()],
          [name('bias_ih'), bias],
          [name('bias_hh'), recurrentBias],
          ...(projection ? [[name('weight_hr'), projection.transpose()]] : []),
        ];
      }),
    );
    return Object.fromEntries(named) as Record<string, tf.Tensor>;
  });
}
