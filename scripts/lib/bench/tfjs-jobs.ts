import 'kernel-lib/tensor/node-compat';
import * as tf from '@tensorflow/tfjs-node';
import { gru, lstm, rnn, type Cell, type Params, type State } from 'kernel-lib/cells';
import { packedGru, packedLstm, packedRnn } from 'kernel-lib/native';
import { unroll } from 'kernel-lib/sequence';
import { rng } from 'kernel-lib/tensor';
import type { CellName, Mode, Sizes } from './plan.ts';
import type { Path } from './worker-process.ts';

/** What is run again and again, and how to let its tensors go. */
export interface Job {
  readonly run: () => void;
  readonly dispose: () => void;
}

/** Outputs [batch, time, units] of a recurrence, and the tensors that a training step needs gradients of, the inputs first. */
interface Network {
  readonly outputs: () => tf.Tensor3D;
  readonly sources: readonly tf.Tensor[];
}

/** Holds a recurrence ready: forward without a tape, or forward and backward from a given gradient of the outputs. */
export function makeJob(path: Path, cell: CellName, mode: Mode, sizes: Sizes): Job {
  const { batch, time, input, units } = sizes;
  const x = tf.randomNormal<tf.Rank.R3>([batch, time, input]);
  const dy = tf.randomNormal<tf.Rank.R3>([batch, time, units]);
  const { outputs, sources } = networkOf(path, cell, sizes, x);
  const gradients = tf.grads(() => outputs());
  const run = (): void => {
    tf.tidy(() => {
      if (mode === 'forward') outputs();
      else gradients([...sources], dy);
    });
  };
  return {
    run,
    dispose: () => {
      tf.dispose([x, dy, ...sources]);
    },
  };
}

function networkOf(path: Path, cell: CellName, sizes: Sizes, x: tf.Tensor3D): Network {
  if (path === 'native') return nativeNetwork(cell, sizes, x);
  if (path === 'equations') return equations(cell, sizes, x);
  if (path === 'layers') return layersNetwork(cell, sizes, x);
  throw new Error(`There is no ${path} here.`);
}

function nativeNetwork(cell: CellName, { input, units }: Sizes, x: tf.Tensor3D): Network {
  const gates = { lstm: 4, gru: 3, rnn: 1 }[cell];
  const random = <R extends tf.Rank>(...shape: number[]): tf.Tensor<R> =>
    tf.randomUniform(shape as tf.ShapeMap[R], -1 / Math.sqrt(units), 1 / Math.sqrt(units));
  const params = {
    kernel: random<tf.Rank.R2>(input, gates * units),
    recurrentKernel: random<tf.Rank.R2>(units, gates * units),
    bias: random<tf.Rank.R1>(gates * units),
  };
  if (cell === 'gru') {
    const after = { ...params, candidateRecurrentBias: random<tf.Rank.R1>(units) };
    return { outputs: () => packedGru(after, x).outputs, sources: [x, ...Object.values(after)] };
  }
  const walk = cell === 'lstm' ? packedLstm : packedRnn;
  return { outputs: () => walk(params, x).outputs, sources: [x, ...Object.values(params)] };
}

function equations(name: CellName, { input, units }: Sizes, x: tf.Tensor3D): Network {
  const options = { inputSize: input, hiddenSize: units, rng: rng(1) };
  const network = <P extends Params, S extends State, O>(cell: Cell<P, S, O>, params: P): Network => ({
    outputs: () => unroll(cell, params, x).outputs,
    sources: [x, ...Object.values<tf.Tensor>(params)],
  });
  if (name === 'lstm') return network(lstm, lstm.init(options));
  return name === 'gru' ? network(gru, gru.init(options)) : network(rnn, rnn.init(options));
}

/** `tf.layers.gru` has only the form that resets before the product. */
function layersNetwork(cell: CellName, { units }: Sizes, x: tf.Tensor3D): Network {
  const shared = { units, returnSequences: true };
  const gated = { ...shared, recurrentActivation: 'sigmoid' as const };
  const layer =
    cell === 'rnn' ? tf.layers.simpleRNN(shared) : cell === 'gru' ? tf.layers.gru(gated) : tf.layers.lstm(gated);
  const outputs = (): tf.Tensor3D => layer.apply(x) as tf.Tensor3D;
  outputs().dispose();
  return { outputs, sources: [x, ...layer.trainableWeights.map((weight) => weight.read())] };
}
