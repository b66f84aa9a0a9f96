import path from 'node:path';
import type { Environment } from './cache';
import { runCommand } from '../command';
import type { TfjsNode } from './tfjs-node';

/** Platforms for which the makers of tfjs-node publish a compiled addon, as its file is named. */
const published: Readonly<Record<string, string>> = {
  'linux-x64': 'CPU-linux-VERSION.tar.gz',
  'darwin-x64': 'CPU-darwin-VERSION.tar.gz',
  'win32-x64': 'CPU-windows-VERSION.zip',
};

export interface OfficialOptions {
  readonly env: Environment;
  readonly signal?: AbortSignal | undefined;
  /** How long the host has to answer; ms. */
  readonly patience?: number;
}

/** Whether the official prebuilt addon for `platform` can be reached, found out in three seconds at most. */
export async function officialIsReachable(
  tfjs: TfjsNode,
  platform: string,
  options: OfficialOptions,
): Promise<boolean> {
  const file = published[platform]?.replace('VERSION', tfjs.version);
  if (file === undefined || tfjs.prebuilt === undefined) return false;
  const patience = AbortSignal.timeout(options.patience ?? 3000);
  try {
    const signal = options.signal === undefined ? patience : AbortSignal.any([options.signal, patience]);
    const response = await fetch(`${tfjs.prebuilt.replace(/\/$/, '')}/${file}`, { method: 'HEAD', signal });
    return response.ok;
  } catch {
    options.signal?.throwIfAborted();
    return false;
  }
}

/** Runs tfjs-node's own install script. Whether it did any good, only loading the addon tells. */
export async function runOfficialInstaller(tfjs: TfjsNode, options: OfficialOptions): Promise<void> {
  // The script calls node-pre-gyp by name, as npm lets it.
  const commands = path.resolve(tfjs.folder, '..', '..', '.bin');
  const variable = Object.keys(options.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  await runCommand(process.execPath, [path.join('scripts', 'install.js')], {
    cwd: tfjs.folder,
    env: { ...options.env, [variable]: `${commands}${path.delimiter}${options.env[variable] ?? ''}` },
    signal: options.signal,
    timeout: 15 * 60_000,
  });
}
