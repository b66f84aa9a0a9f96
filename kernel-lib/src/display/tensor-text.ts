import { numberText } from './number-text';
import { padCells, truncate } from './text-width';

/** What a tensor looks like from outside: enough to show one, whichever copy of TensorFlow.js made it. */
export interface TensorLike {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly isDisposed: boolean;
  dataSync(): ArrayLike<number | string>;
  /** A method of every tensor once TensorFlow.js is loaded as a whole. */
  slice?(begin: number[], size: number[]): TensorLike & { dispose(): void };
}

/**
 * Whether a value is a tensor or a variable, disposed or not. Told by its members: importing TensorFlow.js for an `instanceof`
 * would cost whoever shows a string a second, and would not know the tensors of another copy.
 */
export function isTensor(value: unknown): value is TensorLike {
  return (
    typeof value === 'object' &&
    value !== null &&
    'dataSync' in value &&
    typeof value.dataSync === 'function' &&
    'dtype' in value &&
    typeof value.dtype === 'string' &&
    'shape' in value &&
    Array.isArray(value.shape) &&
    'isDisposed' in value
  );
}

/** A tensor's kind, dtype and shape: "Tensor float32 [2, 3]". A variable also says its name. */
export function tensorHead(tensor: TensorLike): string {
  const named = 'trainable' in tensor && 'name' in tensor && typeof tensor.name === 'string';
  const name = named ? ` '${truncate(String(tensor.name), 60)}'` : '';
  const head = `${named ? 'Variable' : 'Tensor'}${name} ${tensor.dtype} [${tensor.shape.join(', ')}]`;
  return tensor.isDisposed ? `${head}, disposed` : head;
}

/** A tensor in words: dtype, shape, and the values of its leading corner (at most 6 along each axis, 3 from rank 4 on). */
export function tensorText(tensor: TensorLike): string {
  const head = tensorHead(tensor);
  if (tensor.isDisposed || tensor.dtype === 'complex64') return head;
  const { shape } = tensor;
  if (shape.includes(0)) return `${head}, no values`;
  const edge = shape.length > 3 ? 3 : 6;
  const corner = shape.map((size) => Math.min(size, edge));
  const values = cornerValues(tensor, corner).map((value) =>
    typeof value === 'number' ? valueText(value, tensor.dtype) : JSON.stringify(truncate(value, 60)),
  );
  if (shape.length === 0) return `${head} ${values[0] ?? ''}`;
  const columns = corner.at(-1) ?? 1;
  const rows = Array.from({ length: values.length / columns }, (_, row) =>
    values.slice(row * columns, (row + 1) * columns),
  );
  const lines = padCells(rows, new Array<boolean>(columns).fill(true)).map((row) => row.join(' '));
  return `${head}\n${nested(lines, shape, corner, 0)}`;
}

/** The values of the leading corner in row-major order. Only they leave the tensor, however large it is. */
function cornerValues(tensor: TensorLike, corner: readonly number[]): readonly (number | string)[] {
  const { shape } = tensor;
  if (corner.every((size, axis) => size === shape[axis])) return Array.from(tensor.dataSync());
  const begin = shape.map(() => 0);
  if (tensor.slice !== undefined) {
    const piece = tensor.slice(begin, [...corner]);
    const values = Array.from(piece.dataSync());
    piece.dispose();
    return values;
  }
  const all = tensor.dataSync();
  const count = corner.reduce((product, size) => product * size, 1);
  return Array.from({ length: count }, (_, index) => all[flatIndex(index, corner, shape)] ?? NaN);
}

/** Where the `index`-th value of the corner lies among all values. */
function flatIndex(index: number, corner: readonly number[], shape: readonly number[]): number {
  let rest = index;
  let stride = 1;
  let flat = 0;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = corner[axis] ?? 1;
    flat += (rest % size) * stride;
    rest = Math.floor(rest / size);
    stride *= shape[axis] ?? 1;
  }
  return flat;
}

function valueText(value: number, dtype: string): string {
  return dtype === 'bool' ? String(value !== 0) : numberText(value);
}

/** The lines of the innermost axis in the brackets of the axes around it; consumes `lines` from the front. */
function nested(lines: string[], shape: readonly number[], corner: readonly number[], axis: number): string {
  const hidden = (shape[axis] ?? 0) > (corner[axis] ?? 0);
  if (axis === shape.length - 1) return `[${lines.shift() ?? ''}${hidden ? ' …' : ''}]`;
  const inner = Array.from({ length: corner[axis] ?? 0 }, () => nested(lines, shape, corner, axis + 1));
  if (hidden) inner.push('…');
  const gap = '\n'.repeat(Math.max(1, shape.length - axis - 1)) + ' '.repeat(axis + 1);
  return `[${inner.join(gap)}]`;
}
