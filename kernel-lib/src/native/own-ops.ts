import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import '@tensorflow/tfjs-node';

/** Which ops the recurrences run on. */
export interface OpsInUse {
  /** `own`: one op of this library for a whole sequence. `stock`: TensorFlow's. */
  readonly ops: 'own' | 'stock';
  /** For `own`, the instructions that they use: `v4` (AVX-512), `v3` (AVX2) or `v1`. */
  readonly level?: string;
  /** For `stock`, why. */
  readonly reason?: string;
}

/** What the addon says about itself; see `ops/addon.cc`. */
interface Addon {
  readonly version?: number;
  readonly level?: string;
  readonly failure?: string;
}

/** Of what `ops/addon.cc` and `own-sequence.ts` agree on: another one's addon is not used. */
const VERSION = 3;

let inUse: OpsInUse | undefined;

/**
 * Which ops `native.lstm`, `native.gru` and `native.rnn` run on: this library's own ones, which set-up compiles where there is a
 * C++ compiler, or TensorFlow's. Both compute the same. `UNROLLED_OPS=stock` in the environment, read once, asks for TensorFlow's;
 * `UNROLLED_CPU=v3` or `v1` for older instructions, `UNROLLED_THREADS` for a number of threads other than that of the cores.
 */
export function opsInUse(): OpsInUse {
  inUse ??= load();
  return inUse;
}

function load(): OpsInUse {
  if (process.env.UNROLLED_OPS === 'stock') return { ops: 'stock', reason: 'UNROLLED_OPS is stock.' };
  const here = createRequire(__filename);
  const library = path.join(path.dirname(here.resolve('@tensorflow/tfjs-node/package.json')), 'lib');
  const file = readdirSync(library)
    .map((folder) => path.join(library, folder, 'unrolled_ops.node'))
    .find((candidate) => existsSync(candidate));
  if (file === undefined) return { ops: 'stock', reason: 'They are not compiled: `npm run setup` does it where there is a C++ compiler.' }; // prettier-ignore
  try {
    const { version, level, failure } = here(file) as Addon;
    if (version !== VERSION || level === undefined) {
      return { ops: 'stock', reason: `${file} is of version ${version ?? 'none'}, expected ${VERSION}: run \`npm run setup\`.` }; // prettier-ignore
    }
    return failure === undefined ? { ops: 'own', level } : { ops: 'stock', reason: failure };
  } catch (error) {
    return { ops: 'stock', reason: `${file} does not load (${String(error)}): run \`npm run setup\`.` };
  }
}
