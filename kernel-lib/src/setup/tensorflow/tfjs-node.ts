import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { SetupError } from '../report';

/** The installed tfjs-node package. */
export interface TfjsNode {
  readonly folder: string;
  readonly version: string;
  /** The Node-API version that it loads an addon for: the highest that both it and this Node know. */
  readonly napi: number;
  /** Where it looks for the addon. */
  readonly addon: string;
  /** Where the addon looks for TensorFlow. */
  readonly libraries: string;
  /** Where its prebuilt addons are, from its own package.json. */
  readonly prebuilt: string | undefined;
}

/**
 * Finds tfjs-node as the project would import it.
 * @throws {SetupError} when the Node packages are not installed.
 */
export function findTfjsNode(project: string): TfjsNode {
  let manifest: string;
  try {
    manifest = createRequire(path.join(path.resolve(project), 'package.json')).resolve(
      '@tensorflow/tfjs-node/package.json',
    );
  } catch (error) {
    throw new SetupError(`@tensorflow/tfjs-node is not installed in ${project}: run \`npm ci\` there.`, {
      cause: error,
    });
  }
  const folder = path.dirname(manifest);
  const { version, binary = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as Manifest;
  const known = binary.napi_versions ?? [8];
  const napi = Math.max(...known.filter((candidate) => candidate <= Number(process.versions.napi)));
  const remote = binary.remote_path?.replace('{napi_build_version}', String(napi)).replace('{version}', version);
  return {
    folder,
    version,
    napi,
    addon: path.join(folder, 'lib', `napi-v${napi}`, 'tfjs_binding.node'),
    libraries: path.join(folder, 'deps', 'lib'),
    prebuilt:
      binary.host === undefined || remote === undefined ? undefined : `${binary.host}/${path.posix.normalize(remote)}`,
  };
}

interface Manifest {
  readonly version: string;
  readonly binary?: {
    readonly host?: string;
    readonly remote_path?: string;
    readonly napi_versions?: readonly number[];
  };
}
