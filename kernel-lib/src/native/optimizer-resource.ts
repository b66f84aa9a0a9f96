import * as tf from '@tensorflow/tfjs-node';
import { attribute, runOp, runOp1 } from './op';

/**
 * A float32 variable inside of TensorFlow. The optimizer ops update it in place as long as nothing else holds its memory, and
 * write to a copy otherwise: tensors that were read from it or put into it never change.
 */
export interface Resource {
  readonly shape: readonly number[];
  /** What the ops know it by. Its memory goes with it. */
  readonly handle: tf.Tensor;
}

/** TensorFlow's own name for variables that are shared by nobody: each is a new one. */
const ANONYMOUS = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347';

/** A variable with that value, whose memory it shares. It outlives every tidy, until {@link disposeResource}. */
export function makeResource(value: tf.Tensor): Resource {
  const { shape } = value;
  const attributes = [
    attribute.float32('dtype'),
    attribute.shape('shape', shape),
    attribute.string('container', ''),
    attribute.string('shared_name', ANONYMOUS),
  ];
  const resource = { shape, handle: tf.keep(runOp1('VarHandleOp', attributes, [])) };
  assignResource(resource, value);
  return resource;
}

/** Its value now, whose memory the tensor shares. */
export function readResource({ handle }: Resource): tf.Tensor {
  return runOp1('ReadVariableOp', [attribute.float32('dtype')], [handle]);
}

/** Makes it that value, whose memory it shares. */
export function assignResource({ handle }: Resource, value: tf.Tensor): void {
  runOp('AssignVariableOp', [attribute.float32('dtype')], [handle, value], 0);
}

export function disposeResource({ handle }: Resource): void {
  handle.dispose();
}

/** A tensor of that shape without any memory, which no op may read: what stands in a tf.Variable while its own is away. */
export function placeholder(shape: readonly number[]): tf.Tensor {
  const dataId = tf.backend().write(new Float32Array(0), [...shape], 'float32');
  return tf.engine().makeTensorFromTensorInfo({ dataId, shape: [...shape], dtype: 'float32' });
}
