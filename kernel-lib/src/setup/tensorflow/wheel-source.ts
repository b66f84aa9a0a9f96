import { saysDiskFull } from '../disk';
import { saysNetworkFailed, saysUntrusted } from '../network';
import { SetupError } from '../report';
import type { Environment } from './cache';
import type { WheelTarget } from './platform';
import { lastLine, runCommand, type CommandOutcome } from '../command';

/** pip, bound to one interpreter. */
export interface Pip {
  readonly python: string;
  readonly env: Environment;
  readonly signal?: AbortSignal | undefined;
  /** Where pip keeps its temporary files: beside the cache, because /tmp is often small. */
  readonly temporary: string;
}

/** Where the wheel lies, in the index that the user's pip is set to. */
export interface WheelLocation {
  /** `https:` or, for a local index, `file:`. */
  readonly url: string;
  /** As the index tells it; undefined when it does not. */
  readonly sha256: string | undefined;
}

/**
 * Asks pip where the wheel is, without installing anything: pip knows the user's index, mirrors, proxies and certificates.
 * @returns undefined when pip is older than 22.2 and cannot say; {@link downloadWheel} still works then.
 * @throws {SetupError} when the index cannot be reached or has no such wheel.
 */
export async function locateWheel(pip: Pip, target: WheelTarget): Promise<WheelLocation | undefined> {
  const outcome = await runPip(pip, [
    ...['install', '--dry-run', '--ignore-installed', '--report', '-', '--target', pip.temporary],
    ...selection(target),
  ]);
  if (outcome.code === 2 && outcome.stderr.includes('no such option')) return undefined;
  if (outcome.code !== 0) throw explainPip(outcome, target);
  return parseReport(outcome.stdout);
}

/**
 * Lets pip download the whole wheel into `folder`: the way through proxies, logins and certificates that Node does not know.
 * @throws {SetupError} when pip cannot.
 */
export async function downloadWheel(pip: Pip, target: WheelTarget, folder: string): Promise<void> {
  const outcome = await runPip(pip, ['download', '--no-cache-dir', '--dest', folder, ...selection(target)]);
  if (outcome.code !== 0) throw explainPip(outcome, target);
}

/** The wheels of all Pythons hold the same libraries; naming one makes the choice the same everywhere. */
function selection(target: WheelTarget): string[] {
  return [
    ...['--no-deps', '--only-binary=:all:', '--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311'],
    ...target.tags.flatMap((tag) => ['--platform', tag]),
    `${target.distribution}==${target.tensorflow}`,
  ];
}

async function runPip(pip: Pip, args: readonly string[]): Promise<CommandOutcome> {
  const [command = '', ...rest] = args;
  const options = ['--quiet', '--retries', '2', '--disable-pip-version-check', '--no-input'];
  return runCommand(pip.python, ['-m', 'pip', command, ...options, ...rest], {
    // A user's `user = true` would clash with --target, `require-virtualenv` with asking at all; nothing is installed here.
    env: { ...pip.env, PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0', TMPDIR: pip.temporary },
    signal: pip.signal,
  });
}

function parseReport(text: string): WheelLocation {
  let report: unknown;
  try {
    report = JSON.parse(text);
  } catch {
    report = undefined;
  }
  const [item] = arrayAt(report, 'install');
  const info = at(item, 'download_info');
  const url = at(info, 'url');
  const sha256 = at(at(at(info, 'archive_info'), 'hashes'), 'sha256');
  if (typeof url !== 'string') {
    throw new SetupError(
      'pip did not say where the TensorFlow wheel is: update it with `python3 -m pip install --upgrade pip`.',
    );
  }
  return { url, sha256: typeof sha256 === 'string' ? sha256.toLowerCase() : undefined };
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function arrayAt(value: unknown, key: string): unknown[] {
  const found = at(value, key);
  return Array.isArray(found) ? found : [];
}

function explainPip(outcome: CommandOutcome, target: WheelTarget): SetupError {
  const wanted = `${target.distribution} ${target.tensorflow}`;
  const said = outcome.stderr;
  if (saysDiskFull(said)) {
    return new SetupError(
      `The disk is full: pip could not store ${wanted}; free some space, or set UNROLLED_CACHE to a folder on a larger disk.`,
    );
  }
  if (saysUntrusted(said)) {
    return new SetupError(
      `pip does not trust the certificate of its package index: set PIP_CERT (and NODE_EXTRA_CA_CERTS) to your ` +
        "organisation's certificate file, and run this again.",
    );
  }
  // An index without a wheel for this platform says "none" too, so that word alone is no sign of a dead network.
  if (saysNetworkFailed(said.replace(/\(from versions: none\)/g, ''))) {
    return new SetupError(
      `The package index could not be reached for ${wanted}: check the network (and HTTPS_PROXY or PIP_INDEX_URL, where you ` +
        'need one), and run this again.',
    );
  }
  const versions = /from versions: (?<list>[^)]*)\)/.exec(said)?.groups?.list;
  if (versions !== undefined) {
    const offers = versions === 'none' ? 'none at all' : `only ${shortened(versions)}`;
    return new SetupError(
      `The package index has no ${wanted} for ${target.name} (${offers}): set PIP_INDEX_URL to an index that has it, or check ` +
        'the network.',
    );
  }
  const line = said.split('\n').find((text) => text.startsWith('ERROR:')) ?? lastLine(said);
  return new SetupError(
    `pip could not find ${wanted} (${line || `exit code ${outcome.code ?? 'none'}`}): mend that and run this again.`,
  );
}

function shortened(versions: string): string {
  const list = versions.split(', ');
  return list.length <= 4 ? list.join(', ') : `${list.slice(0, 2).join(', ')} … ${list.slice(-2).join(', ')}`;
}
