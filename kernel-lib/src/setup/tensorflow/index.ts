import { existsSync } from 'node:fs';
import { SetupError, type Report } from '../report';
import { cacheLayout, cacheRoot, type CacheLayout, type Environment } from './cache';
import { cachedAddon, compileAddon, findCompiler, noCompiler, type CompileContext, type Compiler } from './compile';
import type { TransferOptions } from './http';
import { installInto, readStamp, stampHolds, writeStamp, type Source } from './install';
import { officialIsReachable, runOfficialInstaller } from './official';
import { TENSORFLOW_VERSION, thisHost, wheelTarget, type HostPlatform, type WheelTarget } from './platform';
import { ownOps, provideOps } from './ops';
import { pythonCandidates } from './python';
import { ensureRuntime } from './runtime';
import { findTfjsNode, type TfjsNode } from './tfjs-node';
import { verify, type Verdict } from './verify';

export { cacheRoot } from './cache';
export { TENSORFLOW_VERSION };

export interface ProvisionOptions {
  /** The folder with the project's package.json and node_modules. */
  readonly project: string;
  readonly report: Report;
  /** Instead of the user's cache folder; see {@link cacheRoot}. */
  readonly cacheDir?: string;
  /** Environment variables for look-ups and children; `process.env` unless told. */
  readonly env?: Environment;
  readonly signal?: AbortSignal;
  /** Python interpreters to ask for pip, best first. */
  readonly pythons?: readonly string[];
  /** Pretends to be another machine. */
  readonly host?: HostPlatform;
  /** Another wheel than the one for this machine. */
  readonly target?: WheelTarget;
  /** The folder with the C++ of the recurrent ops; kernel-lib's own unless told. */
  readonly ops?: string;
  /** Retries and time limits of downloads. */
  readonly transfer?: Omit<TransferOptions, 'signal'>;
}

/** What is there afterwards. */
export interface Provisioned {
  /** Version of the TensorFlow that runs, as the addon reports it. */
  readonly tensorflow: string;
  readonly source: Source;
  /** Nothing had to be done. */
  readonly alreadyThere: boolean;
}

/**
 * Makes `@tensorflow/tfjs-node` work in a project: an addon that already loads is kept; else TensorFlow's libraries come out of
 * its Python wheel into the user's cache, tfjs-node's own two C++ files are compiled against them, and both are put where
 * tfjs-node looks. The official prebuilt addon is tried only where that cannot be done (no compiler, no wheel for this
 * platform): it brings TensorFlow 2.9 instead of the version everything here was measured on, from a host that many networks
 * block. The recurrent ops are compiled last, where that can be done. Can be repeated at no cost, and killed at any point.
 * @throws {SetupError} with one sentence that says what to do.
 */
export async function provisionTensorFlow(options: ProvisionOptions): Promise<Provisioned> {
  const { project, report, signal } = options;
  const env = options.env ?? process.env;
  const task: Task = { ...options, env, tfjs: findTfjsNode(project) };
  signal?.throwIfAborted();
  report.start('TensorFlow runtime');
  const made = (await whatIsThere(task)) ?? (await provide(task));
  await addOps(task, made.tensorflow);
  report.done(
    `TensorFlow ${made.tensorflow} ${made.alreadyThere ? 'already there' : `for tfjs-node ${task.tfjs.version}`}`,
  );
  return made;
}

async function provide(task: Task): Promise<Provisioned> {
  const route = await wheelRoute(task);
  return route instanceof SetupError ? fromOfficial(task, route) : fromWheel(task, route);
}

/** The recurrent ops for the TensorFlow that is there now, wherever it came from. */
async function addOps(task: Task, tensorflow: string): Promise<void> {
  const { platform, arch } = task.host ?? process;
  const name = task.target?.name ?? `${platform}-${arch}`;
  const { addons } = cacheLayout(task.cacheDir ?? cacheRoot(task.env), tensorflow, name);
  await provideOps({ ...task, sources: task.ops ?? ownOps, addons, platform: name });
}

interface Task extends ProvisionOptions {
  readonly env: Environment;
  readonly tfjs: TfjsNode;
}

/** An addon that works already, whoever put it there; but not one that an older version of this program made. */
async function whatIsThere(task: Task): Promise<Provisioned | undefined> {
  const { tfjs, env, signal } = task;
  const stamp = readStamp(tfjs);
  if (stamp?.source === 'wheel' && stamp.tensorflow !== (task.target?.tensorflow ?? TENSORFLOW_VERSION))
    return undefined;
  if (stamp !== undefined && stampHolds(stamp, tfjs)) {
    return { tensorflow: stamp.tensorflow, source: stamp.source, alreadyThere: true };
  }
  if (!existsSync(tfjs.addon)) return undefined;
  const verdict = await verify(tfjs, env, signal);
  if (!verdict.works) return undefined;
  const source = stamp?.source ?? 'found';
  await writeStamp(tfjs, source, verdict.tensorflow);
  return { tensorflow: verdict.tensorflow, source, alreadyThere: true };
}

interface WheelRoute {
  readonly target: WheelTarget;
  readonly compiler: Compiler;
}

/** What the wheel route needs, or why it is closed; asked before anything large is fetched. */
async function wheelRoute({ target, host, env, signal }: Task): Promise<WheelRoute | SetupError> {
  try {
    const usable = target ?? wheelTarget(host ?? thisHost());
    const compiler = await findCompiler(env, signal);
    return compiler === undefined ? noCompiler() : { target: usable, compiler };
  } catch (error) {
    if (error instanceof SetupError) return error;
    throw error;
  }
}

async function fromWheel(task: Task, { target, compiler }: WheelRoute): Promise<Provisioned> {
  const { project, report, tfjs, env, signal } = task;
  const layout = cacheLayout(task.cacheDir ?? cacheRoot(env), target.tensorflow, target.name);
  await ensureRuntime({
    ...{ target, layout, report, env },
    pythons: task.pythons ?? pythonCandidates(project),
    transfer: { ...task.transfer, signal },
  });
  const compile: CompileContext = { project, tfjs, target, layout, env, signal };
  const cached = cachedAddon(compile);
  let verdict = existsSync(cached) ? await installAndVerify(task, layout, cached) : undefined;
  if (verdict?.works !== true) {
    // A cached addon that does not load came from another system that shares this cache, or was damaged: make it anew.
    report.note(`compiling the addon with ${compiler.program}`);
    verdict = await installAndVerify(task, layout, await compileAddon(compile, compiler));
  }
  if (!verdict.works) {
    throw new SetupError(
      `TensorFlow ${target.tensorflow} is installed and does not load (${verdict.reason}): remove ${layout.runtime} and run this ` +
        'again; if that does not help, report it with this line.',
    );
  }
  await writeStamp(tfjs, 'wheel', verdict.tensorflow);
  return { tensorflow: verdict.tensorflow, source: 'wheel', alreadyThere: false };
}

async function installAndVerify({ tfjs, env, signal }: Task, layout: CacheLayout, addon: string): Promise<Verdict> {
  await installInto(tfjs, layout, addon);
  return verify(tfjs, env, signal);
}

async function fromOfficial({ tfjs, host, report, env, signal }: Task, otherwise: SetupError): Promise<Provisioned> {
  const { platform, arch } = host ?? process;
  if (!(await officialIsReachable(tfjs, `${platform}-${arch}`, { env, signal }))) throw otherwise;
  report.note('running the official installer of tfjs-node');
  await runOfficialInstaller(tfjs, { env, signal });
  const verdict = await verify(tfjs, env, signal);
  if (!verdict.works) throw otherwise;
  await writeStamp(tfjs, 'official', verdict.tensorflow);
  return { tensorflow: verdict.tensorflow, source: 'official', alreadyThere: false };
}
