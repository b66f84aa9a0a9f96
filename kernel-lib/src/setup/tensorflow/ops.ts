import { existsSync, realpathSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { SetupError, type Report } from '../report';
import { hasStamp, writeStamp, type Stamp } from '../stamp';
import type { Environment } from './cache';
import { findCompiler, noCompiler } from './compile';
import { reasonOf } from './errors';
import { copyWhole, fingerprint } from './install';
import { compileOps, opsHash, type OpsContext } from './ops-compile';
import { sweepParts } from './parts';
import type { TfjsNode } from './tfjs-node';
import { verifyOps } from './verify';

/** Where kernel-lib keeps the C++ of its ops. */
export const ownOps: string = path.resolve(__dirname, '../../../ops');

export interface OpsOptions {
  readonly project: string;
  readonly report: Report;
  readonly tfjs: TfjsNode;
  /** The folder of the sources. */
  readonly sources: string;
  /** The cache's folder of addons. */
  readonly addons: string;
  readonly platform: string;
  readonly env: Environment;
  readonly signal?: AbortSignal | undefined;
}

/** Where the addon goes: beside tfjs-node's own. */
export function opsAddon(tfjs: TfjsNode): string {
  return path.join(path.dirname(tfjs.addon), 'unrolled_ops.node');
}

/**
 * Puts kernel-lib's own TensorFlow ops beside tfjs-node's addon: from the cache, or compiled. They make the recurrent layers
 * faster and nothing depends on them, so that whatever goes wrong is a note, and no addon is left behind.
 */
export async function provideOps(options: OpsOptions): Promise<void> {
  const { tfjs, report, signal } = options;
  const installed = opsAddon(tfjs);
  try {
    const hash = opsHash(options.sources, options.platform);
    if (hasStamp(stampFile(tfjs), stampOf(hash, tfjs))) return;
    await install(options, hash);
    writeStamp(stampFile(tfjs), stampOf(hash, tfjs));
  } catch (error) {
    signal?.throwIfAborted();
    const reason = error instanceof SetupError ? error.message : reasonOf(error);
    report.note(
      `the recurrent layers run on TensorFlow's stock ops until this is mended and set-up runs again: ${reason}`,
    );
    await rm(installed, { force: true }).catch(() => undefined);
  }
}

async function install(options: OpsOptions, hash: string): Promise<void> {
  const { tfjs, report, addons, env, signal } = options;
  const cached = path.join(addons, `unrolled-ops-${hash}-napi-${tfjs.napi}.node`);
  if (existsSync(cached) && (await copyAndVerify(options, cached)) === undefined) return;
  const compiler = await findCompiler(env, signal);
  if (compiler === undefined) throw noCompiler('the recurrent ops');
  const context: OpsContext = { ...options, ...tensorflowOf(tfjs) };
  report.note(`compiling the recurrent ops with ${compiler.program}`);
  await compileOps(context, compiler, cached);
  const reason = await copyAndVerify(options, cached);
  if (reason === undefined) return;
  await rm(cached, { force: true });
  throw new SetupError(
    `The ops compiled and do not load (${reason}): try another compiler with CXX, or report this line.`,
  );
}

async function copyAndVerify({ tfjs, env, signal }: OpsOptions, cached: string): Promise<string | undefined> {
  const installed = opsAddon(tfjs);
  await mkdir(path.dirname(installed), { recursive: true });
  sweepParts(path.dirname(installed));
  await copyWhole(cached, installed);
  return verifyOps(installed, tfjs, env, signal);
}

/** The headers lie beside the libraries, in the cache as in what the official installer leaves. */
function tensorflowOf(tfjs: TfjsNode): { headers: string; libraries: string } {
  const libraries = existsSync(tfjs.libraries) ? realpathSync(tfjs.libraries) : tfjs.libraries;
  const headers = path.resolve(libraries, '../include');
  if (!existsSync(path.join(headers, 'tensorflow/c/kernels.h'))) {
    throw new SetupError(
      `TensorFlow's C headers are not in ${headers}: remove ${tfjs.addon} and run this again to get TensorFlow with them.`,
    );
  }
  return { headers, libraries };
}

function stampFile(tfjs: TfjsNode): string {
  return path.join(tfjs.folder, 'deps', 'unrolled-ops.json');
}

/** What an addon that was verified depends on. A file that is missing is part of no stamp. */
function stampOf(hash: string, tfjs: TfjsNode): Stamp {
  const files = [tfjs.addon, opsAddon(tfjs)].map((file) => (existsSync(file) ? fingerprint(file) : `no ${file}`));
  return { hash, node: process.version, files: files.join(' ') };
}
