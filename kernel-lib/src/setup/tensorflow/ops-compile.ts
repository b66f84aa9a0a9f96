import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Report } from '../report';
import type { Environment } from './cache';
import { linkArguments, nodeApiHeaders, runCompiler, type Compiler } from './compile';
import { partOf, sweepParts } from './parts';
import { explainDiskError } from './space';

export interface OpsContext {
  readonly project: string;
  readonly report: Report;
  /** The folder with `addon.cc`, `level.cc` and their headers. */
  readonly sources: string;
  /** TensorFlow's headers, and the folder of its libraries. */
  readonly headers: string;
  readonly libraries: string;
  /** As the cache names it: `linux-x64`. */
  readonly platform: string;
  readonly env: Environment;
  readonly signal?: AbortSignal | undefined;
}

/**
 * `tensorflow/c/kernels.h` asks this header whether it is on a phone, and then includes one for a function that a slim build
 * leaves out. Neither is a C header, so that caches lack them: an empty file, and a slim build, stand in.
 */
const standIn = 'tsl/platform/platform.h';

const common = [
  ...['-std=c++17', '-O3', '-fPIC', '-fno-math-errno', '-fno-trapping-math'],
  ...['-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION', '-DIS_SLIM_BUILD', '-pthread', '-fvisibility=hidden'],
];

/**
 * `level.cc` is compiled once for each of these, and the addon takes the best that the processor knows when it is loaded: what
 * the cache holds then serves every machine of a platform.
 */
const levels: Readonly<Record<string, readonly string[]>> = {
  v4: ['-mavx512f', '-mavx512vl', '-mavx512bw', '-mavx512dq', '-mavx2', '-mfma', '-mbmi2'],
  v3: ['-mavx2', '-mfma', '-mbmi2'],
  v1: [],
};

/** An object file: its source and the flags that are its own. */
interface Unit {
  readonly name: string;
  readonly source: string;
  readonly flags: readonly string[];
}

function units(platform: string): Unit[] {
  const x64 = platform.endsWith('-x64');
  const names = x64 ? Object.keys(levels) : ['v1'];
  return [
    { name: 'addon', source: 'addon.cc', flags: x64 ? ['-DUNROLLED_X64=1'] : [] },
    ...names.map((name) => ({
      name,
      source: 'level.cc',
      flags: [`-DUNROLLED_LEVEL=${name}`, ...(levels[name] ?? [])],
    })),
  ];
}

/** Changes with every source and every flag. @throws when the folder of the sources cannot be read. */
export function opsHash(sources: string, platform: string): string {
  const hash = createHash('sha256').update(JSON.stringify([common, units(platform)]));
  for (const name of readdirSync(sources).sort()) {
    const content = readFileSync(path.join(sources, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * Compiles the ops to the file `addon`, as many objects at a time as there are cores; it appears by rename.
 * @throws {SetupError} with the compiler's own last words when it fails.
 */
export async function compileOps(context: OpsContext, compiler: Compiler, addon: string): Promise<void> {
  const { sources, headers, libraries, platform, report } = context;
  const folder = path.dirname(addon);
  const objects = partOf(addon);
  const standIns = path.join(objects, 'include');
  const include = [headers, nodeApiHeaders(context.project), standIns].map((name) => `-I${name}`);
  const all = units(platform);
  const objectOf = (unit: Unit): string => path.join(objects, `${unit.name}.o`);
  try {
    await mkdir(path.join(standIns, path.dirname(standIn)), { recursive: true });
    sweepParts(folder);
    await writeFile(path.join(standIns, standIn), '');
    let done = 0;
    await inParallel(all, context.signal, async (unit, signal) => {
      const source = path.join(sources, unit.source);
      const args = [...common, ...unit.flags, ...include, '-c', source];
      await runCompiler(compiler, args, objectOf(unit), `the recurrent ops (${unit.name})`, {
        env: context.env,
        signal,
      });
      report.progress((done += 1), all.length, 'items');
    });
    const linked = path.join(objects, 'linked.node');
    const link = linkArguments(libraries, versioned(libraries), platform);
    const args = ['-shared', '-pthread', ...all.map(objectOf), ...link];
    await runCompiler(compiler, args, linked, 'the recurrent ops', context);
    await rename(linked, addon);
  } catch (error) {
    throw explainDiskError(error, folder);
  } finally {
    // Where that cannot be done, nothing was written either, and the error that says why must get through.
    await rm(objects, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** The libraries under the names that programs are linked to: `libtensorflow_cc.so.2`, `libtensorflow_cc.2.dylib`. */
function versioned(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^lib[^.]+(?:\.so\.\d+|\.\d+\.dylib)$/.test(name))
    .sort();
}

/** At most one `work` a core at a time; the first that fails stops the others. */
async function inParallel<Item>(
  items: readonly Item[],
  signal: AbortSignal | undefined,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const either = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item, either);
  };
  const workers = Array.from({ length: os.availableParallelism() }, async () => {
    try {
      await worker();
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  });
  const [first] = (await Promise.allSettled(workers)).filter((outcome) => outcome.status === 'rejected');
  if (first !== undefined) throw either.reason;
}
