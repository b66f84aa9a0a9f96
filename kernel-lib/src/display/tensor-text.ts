import * as tf from '@tensorflow/tfjs-node';
import { numberText } from './number-text';
import { padCells } from './text-width';

const EDGE = 6;

/** A tensor in words: dtype, shape, and the values of its leading corner (at most 6 along each axis). */
export function tensorText(tensor: tf.Tensor): string {
  const head = `Tensor ${tensor.dtype} [${tensor.shape.join(', ')}]`;
  if (tensor.isDisposed) return `${head}, disposed`;
  if (tensor.dtype === 'complex64') return head;
  if (tensor.size === 0) return `${head}, no values`;
  const corner = tensor.shape.map((size) => Math.min(size, EDGE));
  const cut = corner.some((size, axis) => size < (tensor.shape[axis] ?? 0));
  const piece = cut
    ? tf.slice(
        tensor,
        tensor.shape.map(() => 0),
        corner,
      )
    : tensor;
  const values = Array.from(piece.dataSync() as ArrayLike<number | string>, (value) =>
    typeof value === 'number' ? valueText(value, tensor.dtype) : JSON.stringify(value),
  );
  if (cut) piece.dispose();
  if (tensor.rank === 0) return `${head} ${values[0] ?? ''}`;
  const columns = corner.at(-1) ?? 1;
  const rows = Array.from({ length: values.length / columns }, (_, row) =>
    values.slice(row * columns, (row + 1) * columns),
  );
  const lines = padCells(rows, new Array<boolean>(columns).fill(true)).map((row) => row.join(' '));
  return `${head}\n${nested(lines, tensor.shape, corner, 0)}`;
}

function valueText(value: number, dtype: tf.DataType): string {
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
