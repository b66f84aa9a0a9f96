import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { SetupError } from '../report';
import type { CacheLayout, Environment } from './cache';
import { partOf, sweepParts } from './parts';
import type { WheelTarget } from './platform';
import { lastLine, runCommand, type CommandOptions } from '../command';
import { explainDiskError } from './space';
import type { TfjsNode } from './tfjs-node';

/** A C++ compiler: the program and the arguments that come before all others (`ccache g++`). */
export interface Compiler {
  readonly program: string;
  readonly args: readonly string[];
}

/** `$CXX`, else the usual names, the first that runs; undefined when none does. */
export async function findCompiler(env: Environment, signal?: AbortSignal): Promise<Compiler | undefined> {
  for (const command of [env.CXX ?? '', 'c++', 'g++', 'clang++']) {
    const [program, ...args] = command.trim().split(/\s+/);
    if (program === undefined || program === '') continue;
    const outcome = await runCommand(program, [...args, '--version'], { env, signal, timeout: 60_000 });
    if (outcome.code === 0) return { program, args };
  }
  return undefined;
}

/** What to tell who has no compiler. */
export function noCompiler(what = 'the TensorFlow addon'): SetupError {
  return new SetupError(
    `No C++ compiler was found (tried $CXX, c++, g++, clang++), and ${what} must be compiled here: install one ` +
      '(Debian and Ubuntu: `apt install g++`; Fedora: `dnf install gcc-c++`; macOS: `xcode-select --install`).',
  );
}

export interface CompileContext {
  readonly project: string;
  readonly tfjs: TfjsNode;
  readonly target: WheelTarget;
  readonly layout: CacheLayout;
  readonly env: Environment;
  readonly signal?: AbortSignal | undefined;
}

/** Where the cache keeps the addon of this tfjs-node and Node-API version; the folder tells TensorFlow and platform. */
export function cachedAddon({ tfjs, layout }: Pick<CompileContext, 'tfjs' | 'layout'>): string {
  return path.join(layout.addons, `tfjs-node-${tfjs.version}-napi-${tfjs.napi}.node`);
}

/**
 * Compiles tfjs-node's two C++ files against the cached TensorFlow, into the cache.
 * @throws {SetupError} with the compiler's own last words when it fails.
 */
export async function compileAddon(context: CompileContext, compiler: Compiler): Promise<string> {
  const { tfjs, layout, env, signal } = context;
  const addon = cachedAddon(context);
  const part = partOf(addon);
  try {
    await mkdir(layout.addons, { recursive: true });
    sweepParts(layout.addons);
    const options = { cwd: tfjs.folder, env, signal };
    await runCompiler(compiler, compilerArguments(context), part, 'the TensorFlow addon', options);
    await rename(part, addon);
    return addon;
  } catch (error) {
    throw explainDiskError(error, layout.addons);
  } finally {
    await rm(part, { force: true });
  }
}

function compilerArguments({ project, tfjs, target, layout }: CompileContext): string[] {
  return [
    ...['-std=c++17', '-O2', '-shared', '-fPIC', `-DNAPI_VERSION=${tfjs.napi}`, '-DBUILDING_NODE_EXTENSION'],
    ...[tfjs.folder, layout.headers, nodeApiHeaders(project)].map((folder) => `-I${folder}`),
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((source) => path.join(tfjs.folder, 'binding', source)),
    ...linkArguments(layout.libraries, Object.keys(target.libraries), target.name),
  ];
}

/**
 * Runs the compiler for the file `output`; an error calls that `what`.
 * @throws {SetupError} with the compiler's own last words when it fails.
 */
export async function runCompiler(
  compiler: Compiler,
  args: readonly string[],
  output: string,
  what: string,
  options: CommandOptions,
): Promise<void> {
  const outcome = await runCommand(compiler.program, [...compiler.args, ...args, '-o', output], options);
  if (outcome.code === 0 && existsSync(output)) return;
  const complaint = /^.*error.*$/im.exec(outcome.stderr)?.[0] ?? lastLine(outcome.stderr);
  throw new SetupError(
    `${compiler.program} could not compile ${what} (${complaint.trim() || 'it said nothing'}): install a complete ` +
      'C++17 compiler (Debian and Ubuntu: `apt install g++`), or set CXX to one.',
  );
}

/** Links TensorFlow's `libraries`, which lie in `folder`; what is linked looks for them where tfjs-node has them. */
export function linkArguments(folder: string, libraries: readonly string[], platform: string): string[] {
  if (platform.startsWith('darwin')) {
    return [
      ...['-undefined', 'dynamic_lookup', '-Wl,-rpath,@loader_path/../../deps/lib'],
      ...libraries.map((library) => path.join(folder, library)),
    ];
  }
  return [
    ...['-s', `-L${folder}`, '-Wl,-rpath,$ORIGIN/../../deps/lib'],
    ...libraries.map((library) => `-l:${library}`),
  ];
}

/** The folder of `node_api.h`: the node-api-headers package, else the headers that came with this Node. */
export function nodeApiHeaders(project: string): string {
  const beside = path.resolve(path.dirname(process.execPath), '..', 'include', 'node');
  try {
    const manifest = createRequire(path.join(path.resolve(project), 'package.json')).resolve(
      'node-api-headers/package.json',
    );
    return path.join(path.dirname(manifest), 'include');
  } catch (error) {
    if (existsSync(path.join(beside, 'node_api.h'))) return beside;
    throw new SetupError(`The package node-api-headers is not installed in ${project}: run \`npm ci\` there.`, {
      cause: error,
    });
  }
}
