import type * as tf from '@tensorflow/tfjs-node';
import { checkUsable } from '../tensor';

/**
 * Parameters as models hold them: tensors by name, `{ Wxh, Whh, bh }`, or one record a part,
 * `{ rnn: { Wxh, Whh, bh }, readout: { Why, by } }`. A path names each tensor: `bh`, `rnn.bh`.
 */
export type ParamTree = Readonly<Record<string, tf.Tensor | Readonly<Record<string, tf.Tensor>>>>;

/** The same tensors by path, in the order in which they stand. */
export type FlatParams = Readonly<Record<string, tf.Tensor>>;

/**
 * @param name the argument's name, which begins every message
 * @throws Error for an empty tree or anything that is no live tensor
 */
export function flatten(name: string, tree: ParamTree): FlatParams {
  const flat: Record<string, tf.Tensor> = {};
  for (const [key, node] of Object.entries(tree)) {
    if (isTensor(node)) {
      checkUsable(`${name}.${key}`, node);
      flat[key] = node;
      continue;
    }
    for (const [inner, tensor] of Object.entries(record(`${name}.${key}`, node))) {
      checkUsable(`${name}.${key}.${inner}`, tensor);
      flat[`${key}.${inner}`] = tensor;
    }
  }
  if (Object.keys(flat).length === 0)
    throw new Error(`${name}: got no tensors, expected at least one, as in { Wxh, bh }.`);
  return flat;
}

/**
 * @throws Error for a name with a dot: its path could not be told from that of a nested tensor
 */
export function checkNames(name: string, tree: ParamTree): void {
  for (const [key, node] of Object.entries(tree)) {
    const dotted = [key, ...(isTensor(node) ? [] : Object.keys(node))].find((part) => part.includes('.'));
    if (dotted === undefined) continue;
    throw new Error(
      `${name}: got a parameter named '${dotted}'; use a name without a dot, which separates the parts of a path.`,
    );
  }
}

/** The tree of `like` with each tensor replaced by the one at its path. */
export function unflatten<P extends ParamTree>(like: P, flat: FlatParams): P {
  const leaf = (path: string): tf.Tensor => {
    const tensor = flat[path];
    if (tensor === undefined) throw new Error(`${path}: there is no tensor of this name.`);
    return tensor;
  };
  const tree = Object.entries(like).map(([key, node]) => [
    key,
    isTensor(node) ? leaf(key) : Object.fromEntries(Object.keys(node).map((inner) => [inner, leaf(`${key}.${inner}`)])),
  ]);
  return Object.fromEntries(tree) as P;
}

/** The tree that paths spell out: what a file gives back. */
export function treeOf(flat: FlatParams): ParamTree {
  const tree: Record<string, tf.Tensor | Record<string, tf.Tensor>> = {};
  for (const [path, tensor] of Object.entries(flat)) {
    const [key = '', inner] = path.split('.');
    if (inner === undefined) tree[key] = tensor;
    else tree[key] = { ...(tree[key] as Record<string, tf.Tensor> | undefined), [inner]: tensor };
  }
  return tree;
}

/**
 * Checks that one set of tensors can stand for another: the same paths, each of the same shape.
 *
 * @throws Error that names the first path that is missing, too many or of another shape
 */
export function checkSameShapes(name: string, got: FlatParams, expected: FlatParams, reason: string): void {
  const paths = (tensors: FlatParams): string => Object.keys(tensors).join(', ');
  for (const [path, { shape }] of Object.entries(expected)) {
    const tensor = got[path];
    if (tensor === undefined) throw new Error(`${name}: got ${paths(got)}, without ${path}; ${reason}.`);
    if (tensor.shape.join() !== shape.join()) {
      throw new Error(
        `${name}.${path}: got shape [${tensor.shape.join(', ')}], expected [${shape.join(', ')}]; ${reason}.`,
      );
    }
  }
  const extra = Object.keys(got).find((path) => !(path in expected));
  if (extra !== undefined) {
    throw new Error(`${name}: got ${extra}, which is not one of ${paths(expected)}; ${reason}.`);
  }
}

function isTensor(node: ParamTree[string]): node is tf.Tensor {
  return typeof node === 'object' && 'dataId' in node;
}

function record(name: string, node: unknown): Record<string, tf.Tensor> {
  if (typeof node === 'object' && node !== null && !Array.isArray(node)) return node as Record<string, tf.Tensor>;
  throw new Error(
    `${name}: got ${Array.isArray(node) ? 'an array' : String(node)}, expected a tensor or a record of tensors.`,
  );
}

/** The same keys, each with what `map` makes of its value. */
export function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
