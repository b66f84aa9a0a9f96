import * as tf from '@tensorflow/tfjs-node';
import { at } from '../tensor';

/** What TensorFlow calls an attribute of an op: a constant that the op is configured with. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: boolean | number | string | readonly number[];
}

/** A tensor as TensorFlow gives it, not yet one of tfjs. */
interface OpOutput {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** The part of tfjs-node's backend that runs an op by its name. */
interface NodeBackend {
  readonly binding: Readonly<
    Record<
      | 'TF_FLOAT'
      | 'TF_INT32'
      | 'TF_INT64'
      | 'TF_COMPLEX64'
      | 'TF_ATTR_BOOL'
      | 'TF_ATTR_INT'
      | 'TF_ATTR_FLOAT'
      | 'TF_ATTR_STRING'
      | 'TF_ATTR_SHAPE'
      | 'TF_ATTR_TYPE',
      number
    >
  > & {
    executeOp(name: string, attributes: Attribute[], inputs: number[], count: number): OpOutput[];
    deleteTensor(id: number): void;
  };
  getInputTensorIds(tensors: tf.Tensor[]): number[];
  createOutputTensor(output: OpOutput): tf.Tensor;
  executeMultipleOutputs(name: string, attributes: Attribute[], inputs: tf.Tensor[], count: number): tf.Tensor[];
  write(values: tf.backend_util.BackendValues, shape: number[], dtype: string): object;
}

/** Makes the attributes of ops. */
export const attribute: {
  readonly bool: (name: string, value: boolean) => Attribute;
  readonly int: (name: string, value: number) => Attribute;
  readonly float: (name: string, value: number) => Attribute;
  readonly string: (name: string, value: string) => Attribute;
  readonly shape: (name: string, value: readonly number[]) => Attribute;
  readonly float32: (name: string) => Attribute;
  readonly complex64: (name: string) => Attribute;
} = {
  bool: (name, value) => ({ name, type: nodeBackend().binding.TF_ATTR_BOOL, value }),
  int: (name, value) => ({ name, type: nodeBackend().binding.TF_ATTR_INT, value }),
  float: (name, value) => ({ name, type: nodeBackend().binding.TF_ATTR_FLOAT, value }),
  string: (name, value) => ({ name, type: nodeBackend().binding.TF_ATTR_STRING, value }),
  shape: (name, value) => ({ name, type: nodeBackend().binding.TF_ATTR_SHAPE, value }),
  float32: (name) => ({ name, type: nodeBackend().binding.TF_ATTR_TYPE, value: nodeBackend().binding.TF_FLOAT }),
  complex64: (name) => ({ name, type: nodeBackend().binding.TF_ATTR_TYPE, value: nodeBackend().binding.TF_COMPLEX64 }),
};

/**
 * Runs the TensorFlow op of that name, which has `count` outputs. It checks nothing, leaves nothing on the gradient tape, and
 * TensorFlow may abort the process on a wrong shape: callers check first.
 *
 * @throws Error where the backend is not TensorFlow's
 */
export function runOp(
  name: string,
  attributes: readonly Attribute[],
  inputs: readonly tf.Tensor[],
  count: number,
): tf.Tensor[] {
  return nodeBackend().executeMultipleOutputs(name, attributes as Attribute[], inputs as tf.Tensor[], count);
}

/**
 * {@link runOp} for an op with outputs of int64: they become int32. tfjs would keep them as 64 bits under the name of int32, and
 * warn on the console each time.
 */
export function runOpWithInt64(
  name: string,
  attributes: readonly Attribute[],
  inputs: readonly tf.Tensor[],
  count: number,
): tf.Tensor[] {
  const backend = nodeBackend();
  const { binding } = backend;
  const ids = backend.getInputTensorIds(inputs as tf.Tensor[]);
  const casts = (
    [
      ['SrcT', binding.TF_INT64],
      ['DstT', binding.TF_INT32],
    ] as const
  ).map(([name, value]) => ({ name, type: binding.TF_ATTR_TYPE, value }));
  return binding.executeOp(name, attributes as Attribute[], ids, count).map((output) => {
    if (output.dtype !== binding.TF_INT64) return backend.createOutputTensor(output);
    const [cast] = binding.executeOp('Cast', casts, [output.id], 1);
    binding.deleteTensor(output.id);
    return backend.createOutputTensor(cast ?? output);
  });
}

/** {@link runOp} for an op with one output. */
export function runOp1(name: string, attributes: readonly Attribute[], inputs: readonly tf.Tensor[]): tf.Tensor {
  return at(runOp(name, attributes, inputs, 1), 0);
}

/**
 * Whole numbers as int64, which some ops want for counts and places, as an input for {@link runOp} alone: tfjs takes them for
 * int32. tfjs's own Int64Scalar leaves a native tensor behind each time that it is used, and a cast warns on the console.
 */
export function int64(values: readonly number[], shape: number[]): tf.Tensor {
  // The binding reads two int32 for each int64, the lower half first.
  const halves = Int32Array.from(values.flatMap((value) => [value, value < 0 ? -1 : 0]));
  const dataId = nodeBackend().write(halves, shape, 'int64');
  return tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype: 'int32' });
}

/**
 * @throws Error inside of the gradient of a gradient, to which these ops, untaped, would contribute nothing
 */
export function refuseSecondDerivative(name: string): void {
  if (tf.engine().isTapeOn()) {
    throw new Error(
      `${name}: got a gradient of a gradient, expected a first one; native ops have no second derivative, the equations on tf's own ops have.`,
    );
  }
}

/**
 * The tensor as a function of x that has no gradient, so that tf.grads says so rather than leaving it out.
 *
 * @param what what has none, and what has one instead, as a sentence
 */
export function withoutGradient<T extends tf.Tensor>(x: tf.Tensor, value: T, what: string): T {
  const fixed = tf.customGrad(() => ({
    value: value.clone(),
    gradFunc: () => {
      throw new Error(what);
    },
  }));
  return fixed(x);
}

function nodeBackend(): NodeBackend {
  if (tf.getBackend() !== 'tensorflow') {
    throw new Error(
      `native ops: got the backend '${tf.getBackend()}', expected 'tensorflow'; call tf.setBackend('tensorflow').`,
    );
  }
  return tf.backend() as unknown as NodeBackend;
}
