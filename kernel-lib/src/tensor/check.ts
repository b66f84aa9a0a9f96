import * as tf from '@tensorflow/tfjs-node';

/**
 * One expected axis: a name for an axis of any size, a size, or both, as in `{ input: 4 }`.
 * A name that stands twice must have one size: `['hidden', 'hidden']` is a square matrix.
 */
export type Axis = string | number | Readonly<Record<string, number>>;

/** The sizes of the axes that a specification names. */
export type NamedSizes<Spec extends readonly Axis[]> = Readonly<Record<NameOf<Spec[number]>, number>>;
type NameOf<A extends Axis> = A extends string ? A : A extends number ? never : keyof A & string;

/**
 * Checks a tensor's shape before any op sees it (a bad shape inside a TensorFlow kernel can abort the process) and returns
 * the sizes by name: `const { batch, time } = checkShape('xs', xs, ['batch', 'time', { input: 4 }])`.
 *
 * @param name the argument's name, which begins every message
 * @param reason why a size is expected: "the last axis must match the first of Wxh"
 * @throws Error for what is no tensor, a disposed tensor, another rank or size, or an empty axis
 */
export function checkShape<const Spec extends readonly Axis[]>(
  name: string,
  tensor: tf.Tensor,
  spec: Spec,
  reason?: string,
): NamedSizes<Spec> {
  checkUsable(name, tensor);
  const fail = (why: string): never => {
    throw new Error(`${name}: got shape ${list(tensor.shape)}, expected ${describeSpec(spec)}; ${why}.`);
  };

  if (tensor.rank !== spec.length) {
    fail(
      `it has ${count(tensor.rank, 'axis', 'axes')} where ${spec.length} ${spec.length === 1 ? 'is' : 'are'} needed`,
    );
  }
  const sizes = new Map<string, number>();
  spec.forEach((axis, i) => {
    const size = tensor.shape[i] ?? 0;
    const [axisName, expected] = nameAndSize(axis);
    const wanted = expected ?? (axisName === undefined ? undefined : sizes.get(axisName));
    if (wanted !== undefined && size !== wanted) fail(reason ?? `axis ${i} has size ${size} where ${wanted} is needed`);
    if (size === 0) fail(`axis ${i}${axisName === undefined ? '' : `, ${axisName},`} is empty`);
    if (axisName !== undefined) sizes.set(axisName, size);
  });
  return Object.fromEntries(sizes) as NamedSizes<Spec>;
}

/**
 * @throws Error unless the tensor holds one of the given types
 */
export function checkDtype(name: string, tensor: tf.Tensor, ...expected: [tf.DataType, ...tf.DataType[]]): void {
  checkUsable(name, tensor);
  if (!expected.includes(tensor.dtype)) {
    throw new Error(
      `${name}: got dtype ${tensor.dtype}, expected ${expected.join(' or ')}; convert it with ${name}.cast('${expected[0]}').`,
    );
  }
}

/**
 * Reads the tensor back to look at every number: for what a user hands in once, not for a training loop.
 *
 * @throws Error that counts the numbers that are NaN or infinite and says where the first stands
 */
export function checkFinite(name: string, tensor: tf.Tensor): void {
  checkUsable(name, tensor);
  const values = Array.from<number>(tensor.dataSync());
  const first = values.findIndex((value) => !Number.isFinite(value));
  if (first < 0) return;
  const bad = values.filter((value) => !Number.isFinite(value)).length;
  throw new Error(
    `${name}: got ${bad} of ${values.length} numbers that are not finite, the first ${values[first]} at ` +
      `${list(position(first, tensor.shape))}, expected finite numbers only.`,
  );
}

/**
 * @throws Error unless the value is a tensor whose memory is still there
 */
export function checkUsable(name: string, tensor: tf.Tensor): void {
  if (!(tensor instanceof tf.Tensor)) {
    throw new Error(`${name}: got ${kindOf(tensor)}, expected a tensor; make one with tf.tensor(...).`);
  }
  if (tensor.isDisposed) {
    throw new Error(
      `${name}: got a disposed tensor, expected a live one; clone it, or tf.keep it, before its tidy ends.`,
    );
  }
}

/**
 * @throws Error unless the size of an axis is a positive integer
 */
export function checkSize(name: string, size: number): void {
  if (!Number.isSafeInteger(size) || size < 1) throw new Error(`${name}: got ${size}, expected a positive integer.`);
}

/**
 * TensorFlow makes zeros of an id that is out of range, without a word.
 *
 * @param name the argument's name, after the function's where that helps: 'ngram: context'
 * @throws RangeError naming the first id that is not an integer in 0 .. size − 1
 */
export function checkIds(
  name: string,
  ids: ArrayLike<number>,
  size: number,
  {
    shape = [ids.length],
    fix = 'encode with the vocabulary whose size was given',
  }: {
    /** Of the tensor that the ids come from, so that the message may say where. */
    readonly shape?: readonly number[];
    /** What to do about it. */
    readonly fix?: string;
  } = {},
): void {
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] ?? NaN;
    if (Number.isInteger(id) && id >= 0 && id < size) continue;
    const place = position(i, shape).map((index) => `[${index}]`).join(''); // prettier-ignore
    throw new RangeError(`${name}${place} is ${id}; expected an integer from 0 to ${size - 1}: ${fix}.`);
  }
}

function nameAndSize(axis: Axis): readonly [string | undefined, number | undefined] {
  if (typeof axis === 'string') return [axis, undefined];
  if (typeof axis === 'number') return [undefined, axis];
  return Object.entries(axis)[0] ?? [undefined, undefined];
}

function describeSpec(spec: readonly Axis[]): string {
  const axes = spec.map((axis) => {
    const [name, size] = nameAndSize(axis);
    return name === undefined ? size : size === undefined ? name : `${name} = ${size}`;
  });
  return list(axes);
}

function position(flat: number, shape: readonly number[]): number[] {
  let rest = flat;
  return shape
    .toReversed()
    .map((size) => {
      const index = rest % size;
      rest = (rest - index) / size;
      return index;
    })
    .reverse();
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? `a ${value.constructor.name}` : `the ${typeof value} ${JSON.stringify(value)}`;
}

const list = (items: readonly unknown[]): string => `[${items.join(', ')}]`;
const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
