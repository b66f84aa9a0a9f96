import path from 'node:path';
import type { CellName } from './plan.ts';
import { WorkerProcess, type Path, type Replies } from './worker-process.ts';

const project = path.resolve(import.meta.dirname, '../../..');

type WorkerName = 'own' | 'stock' | 'keras' | 'torch';

/** A column of the table. */
export interface Contender {
  readonly name: string;
  readonly worker: WorkerName;
  readonly slot: Path;
}

/** The first is what the others are compared with. */
export const contenders: readonly Contender[] = [
  { name: 'native, own ops', worker: 'own', slot: 'native' },
  { name: 'native, stock ops', worker: 'stock', slot: 'native' },
  { name: 'equations', worker: 'own', slot: 'equations' },
  { name: 'tf.layers', worker: 'own', slot: 'layers' },
  { name: 'Keras', worker: 'keras', slot: 'module' },
  { name: 'PyTorch', worker: 'torch', slot: 'module' },
];

/** What a reader must know of a contender to read its figures right. */
export const remarks = (cell: CellName): Readonly<Record<string, string>> =>
  cell === 'lstm'
    ? {}
    : {
        'native, stock ops': 'the equations, as TensorFlow has no op for a whole sequence',
        ...(cell === 'gru' ? { 'tf.layers': 'reset before the product, the only form that it has' } : {}),
      };

/** A worker that answered, and what it says it is. */
export interface Present extends Readonly<Replies['hello']> {
  readonly process: WorkerProcess;
}

/** Why a contender cannot be measured though its worker runs. */
export function refusal({ worker, slot }: Contender, { reason }: Present): string | undefined {
  return worker === 'own' && slot === 'native' ? reason : undefined;
}

/** Starts a contender's worker. @throws Error in one sentence when it is not to be had here */
export async function startWorker(name: WorkerName, env: NodeJS.ProcessEnv): Promise<Present> {
  const worker = launch(name, env);
  try {
    const hello = await worker.ask({ do: 'hello' });
    return { process: worker, ...hello };
  } catch (error) {
    worker.stop();
    throw error;
  }
}

function launch(name: WorkerName, env: NodeJS.ProcessEnv): WorkerProcess {
  if (name === 'own' || name === 'stock') {
    const args = ['--import', 'tsx', path.join(import.meta.dirname, 'tfjs-worker.ts')];
    const ops = name === 'stock' ? 'stock' : undefined;
    return new WorkerProcess(name, process.execPath, args, { ...env, UNROLLED_OPS: ops, TF_CPP_MIN_LOG_LEVEL: '2' });
  }
  const python = env.UNROLLED_PYTHON_BENCH ?? '';
  if (python === '') throw new Error('UNROLLED_PYTHON_BENCH does not name a Python that has it.');
  return new WorkerProcess(name, python, [path.join(project, 'scripts/bench_worker.py'), name], {
    ...env,
    ...{ KERAS_BACKEND: 'tensorflow', TF_CPP_MIN_LOG_LEVEL: '2', CUDA_VISIBLE_DEVICES: '-1' },
  });
}
