import * as tf from '@tensorflow/tfjs-node';
import {
  cells,
  checkDirections,
  flipUpdateGate,
  type Cell,
  type Directions,
  type GruParams,
  type Params,
  type State,
} from '../cells';
import { at, checkDtype, within } from '../tensor';
import { TRAITS, type Counterpart, type Layers } from './counterparts';

/**
 * One layer in one direction with its gates side by side.
 * Shapes: kernel [input, gates · cell], recurrentKernel [hidden, gates · cell], both biases [gates · cell], projection [cell, hidden].
 */
export interface Packed {
  readonly kernel: tf.Tensor2D;
  readonly recurrentKernel: tf.Tensor2D;
  readonly bias: tf.Tensor1D;
  /** Added to what the recurrent kernel makes of h: zeros, but for the candidate of a GRU that resets after the product. */
  readonly recurrentBias: tf.Tensor1D;
  readonly projection?: tf.Tensor2D;
}

/** The gates in the order in which a library puts them side by side. */
export type GateOrder = Readonly<Record<'rnn' | 'gru' | 'lstm', readonly string[]>>;

/** How the parameters are called in the equations. The two biases of a gate become their sum, which is all that counts. */
export function unpack(cell: Counterpart, order: GateOrder, packed: Packed): Params {
  const { family, resetAfter = false, replaces = false } = TRAITS[cell];
  const gates = order[family];
  const parts = <T extends tf.Tensor>(joined: T): T[] => tf.split(joined, gates.length, joined.rank - 1);
  const [Wx, Wh] = [parts(packed.kernel), parts(packed.recurrentKernel)];
  const [bx, bh] = [parts(packed.bias), parts(packed.recurrentBias)];
  const named = gates.flatMap((gate, k) => {
    const apart = resetAfter && gate === 'h';
    return [
      [`Wx${gate}`, at(Wx, k)],
      // An RNN's only gate and a GRU's candidate are both called h: Wxh, Whh, bh.
      [`Wh${gate}`, at(Wh, k)],
      [`b${gate}`, apart ? at(bx, k) : sum(at(bx, k), at(bh, k))],
      ...(apart ? [['bhh', at(bh, k)]] : []),
    ];
  });
  const params: Params = {
    ...(Object.fromEntries(named) as Params),
    ...(packed.projection && { Wmh: packed.projection }),
  };
  return replaces ? flipUpdateGate(params as GruParams) : params;
}

/** −0 + 0 is 0: only so do parameters come back bit for bit. */
function sum(b: tf.Tensor1D, second: tf.Tensor1D): tf.Tensor1D {
  return tf.where(second.equal(0), b, b.add<tf.Tensor1D>(second));
}

/** The inverse of {@link unpack}, with a recurrent bias of zeros but for bhh. */
export function pack(cell: Counterpart, order: GateOrder, params: Params): Packed {
  const { family, replaces = false } = TRAITS[cell];
  const gates = order[family];
  const named: Params = replaces ? flipUpdateGate(params as GruParams) : params;
  const all = <T extends tf.Tensor>(kind: string): T[] => gates.map((gate) => named[`${kind}${gate}`] as T);
  const biases = all<tf.Tensor1D>('b');
  const recurrent = gates.map((gate, k) => (gate === 'h' ? named.bhh : undefined) ?? tf.zerosLike(at(biases, k)));
  return {
    kernel: tf.concat(all<tf.Tensor2D>('Wx'), 1),
    recurrentKernel: tf.concat(all<tf.Tensor2D>('Wh'), 1),
    bias: tf.concat(biases),
    recurrentBias: tf.concat(recurrent as tf.Tensor1D[]),
    ...(named.Wmh && { projection: named.Wmh as tf.Tensor2D }),
  };
}

/** One layer's parameters, a list of one direction or of both, forward first. */
export type LayerParams = readonly [Params] | readonly [Params, Params];

/**
 * Layers as a caller hands them over, checked: each for itself, that all have the same directions, and that each takes what the
 * one below puts out.
 *
 * @throws Error for the first layer that does not fit
 */
export function checkedLayers<K extends Counterpart>(cell: K, layers: Layers<K>): readonly LayerParams[] {
  const list: readonly unknown[] = Array.isArray(layers) ? layers : [layers];
  const checked = list.map((layer, k) => {
    const place = list.length === 1 ? '' : `layers[${k}]`;
    if (!isRecord(layer))
      throw new Error(`${place || 'layers'}: got ${String(layer)}, expected parameters of '${cell}'.`);
    const both = 'forward' in layer || 'backward' in layer;
    if (both) checkDirections(place || 'layers', layer);
    const { forward, backward } = layer as Directions<Params>;
    const params: LayerParams = both ? [forward, backward] : [layer as Params];
    const sizes = params.map((one, d) => sizesOf(cell, one, [place, ...(both ? [d ? 'backward' : 'forward'] : [])]));
    return { params, sizes };
  });
  checkChain(checked.map(({ sizes }) => sizes));
  return checked.map(({ params }) => params);
}

interface Sizes {
  readonly inputSize: number;
  readonly hiddenSize: number;
}

/**
 * @param layers of each layer, the sizes of one direction or of both
 * @throws Error unless each layer has the same directions and takes what the one below puts out
 */
export function checkChain(layers: readonly (readonly Sizes[])[]): void {
  if (layers.length === 0) throw new Error('layers: got none, expected the parameters of one or more layers.');
  const directions = at(layers, 0).length;
  layers.forEach((sizes, k) => {
    if (sizes.length !== directions) {
      throw new Error(`layers[${k}]: got ${sizes.length} directions, expected ${directions}, as in layers[0].`);
    }
    const below = layers[k - 1]?.reduce((width, { hiddenSize }) => width + hiddenSize, 0);
    const inputs = below ?? at(sizes, 0).inputSize;
    const other = sizes.find(({ inputSize }) => inputSize !== inputs);
    if (other === undefined) return;
    const source = below === undefined ? 'as the other direction takes' : `as wide as layers[${k - 1}] puts out`;
    throw new Error(`layers[${k}]: got input size ${other.inputSize}, expected ${inputs}, ${source}.`);
  });
}

/** The sizes of one layer in one direction, checked by its cell. */
export function sizesOf(cell: Counterpart, params: Params, place: readonly string[] = []): Sizes {
  const check = (): Sizes => {
    const sizes = (cells[cell] as unknown as Cell<Params, State, never>).sizes(params);
    for (const [name, value] of Object.entries(params)) checkDtype(name, value, 'float32');
    return sizes;
  };
  const places = place.filter((part) => part !== '');
  return places.length === 0 ? check() : within(places.join('.'), check);
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
