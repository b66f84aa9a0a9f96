import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { provisionTensorFlow, type Provisioned, type ProvisionOptions } from 'kernel-lib/setup/tensorflow/index';
import type { WheelTarget } from 'kernel-lib/setup/tensorflow/platform';
import type { Report } from 'kernel-lib/setup/report';
import { noise, zip, type Member } from './archive';

export const tensorflow = '9.8.7';
const big = noise(1_500_000, 1);
const small = Buffer.from('the framework library\n'.repeat(500));

/** What the synthetic wheel holds: two libraries, headers near each other, and much that nobody wants. */
export const members: readonly Member[] = [
  { name: 'tensorflow/python/unwanted.py', content: Buffer.from('import this\n') },
  { name: 'tensorflow/include/tensorflow/c/c_api.h', content: Buffer.from('// the C API\n') },
  { name: 'tensorflow/include/tensorflow/c/kernels.h', content: Buffer.from('// kernels\n') },
  { name: 'tensorflow/include/tensorflow/c/eager/c_api.h', content: Buffer.alloc(0), stored: true },
  { name: 'tensorflow/libbig.so.2', content: big },
  { name: 'tensorflow/libsmall.so.2', content: small },
  { name: 'tensorflow/python/far.bin', content: noise(400_000, 2), stored: true },
  { name: 'tensorflow/include/tsl/platform/ctstring.h', content: Buffer.from('// strings\n'), stored: true },
  { name: 'tensorflow_cpu-9.8.7.dist-info/LICENSE', content: Buffer.from('Apache\n') },
];

export const wheel: Buffer = zip(members);
export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

export function targetFor(bytes: Buffer): WheelTarget {
  return {
    name: 'linux-x64',
    tensorflow,
    distribution: 'tensorflow-cpu',
    tags: ['manylinux2014_x86_64'],
    wheelSha256: sha256(bytes),
    wheelSize: bytes.length,
    unpackedSize: big.length + small.length,
    libraries: { 'libbig.so.2': sha256(big), 'libsmall.so.2': sha256(small) },
  };
}

/** A temporary folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'unrolled-test-'));
  onTestFinished(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Writes a program that Node runs, with a shebang that needs no PATH. */
export function program(file: string, body: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `#!${process.execPath}\n${body}`, { mode: 0o755 });
}

/** How pip is to behave: `$FAKE_PIP` holds one of these as JSON. */
export interface FakePip {
  readonly url?: string;
  readonly sha256?: string;
  /** `pip download` copies this file. */
  readonly file?: string;
  /** What `pip install --dry-run` says on standard error before it fails. */
  readonly installError?: string;
  readonly downloadError?: string;
  readonly exitCode?: number;
  readonly absent?: boolean;
}

const python = `
const fs = require('fs'), path = require('path');
const pip = JSON.parse(process.env.FAKE_PIP), args = process.argv.slice(2);
fs.appendFileSync(process.env.FAKE_LOG, JSON.stringify(args) + '\\n');
const fail = (text) => { process.stderr.write(text + '\\n'); process.exit(pip.exitCode ?? 1); };
if (pip.absent) fail('python3: No module named pip');
if (args[2] === '--version') process.exit(0);
if (args[2] === 'install') {
  if (pip.installError) fail(pip.installError);
  process.stdout.write(JSON.stringify({ install: [{ download_info: { url: pip.url, archive_info: { hashes: { sha256: pip.sha256 } } } }] }));
} else {
  if (pip.downloadError) fail(pip.downloadError);
  const to = args[args.indexOf('--dest') + 1];
  fs.copyFileSync(pip.file, path.join(to, 'tensorflow.whl'));
}
`;

const compiler = `
const fs = require('fs'), args = process.argv.slice(2);
fs.appendFileSync(process.env.FAKE_LOG, JSON.stringify(['c++', ...args]) + '\\n');
if (args.includes('--version')) process.exit(0);
if (process.env.FAKE_CXX_ERROR && args.some((arg) => arg.endsWith(process.env.FAKE_CXX_FAILS ?? ''))) { process.stderr.write(process.env.FAKE_CXX_ERROR); process.exit(1); }
fs.writeFileSync(args[args.indexOf('-o') + 1], 'compiled');
`;

/** Works when the addon and both libraries are where tfjs-node and its addon look for them. */
const tfjs = `
const fs = require('fs'), path = require('path');
const addon = fs.readFileSync(path.join(__dirname, 'lib/napi-v8/tfjs_binding.node'), 'utf8');
if (addon !== 'compiled' && addon !== 'prebuilt') throw new Error('the addon is broken');
if (addon === 'compiled') for (const name of ['libbig.so.2', 'libsmall.so.2']) fs.readFileSync(path.join(__dirname, 'deps/lib', name));
exports.ones = (shape) => shape;
exports.matMul = (a, b) => ({ arraySync: () => Array.from({ length: a[0] }, () => Array(b[1]).fill(a[1])) });
require.extensions['.node'] = (module, file) => {
  if (fs.readFileSync(file, 'utf8') !== 'compiled') throw new Error('invalid ELF header');
  module.exports = JSON.parse(process.env.FAKE_OPS ?? '{"version":1,"level":"v3"}');
};
exports.backend = () => ({ binding: { TF_Version: addon === 'compiled' ? '${tensorflow}' : '2.9.1' } });
`;

export interface FakeEnvironment extends Record<string, string> {
  FAKE_PIP: string;
}

export interface World {
  readonly root: string;
  readonly project: string;
  readonly cacheDir: string;
  readonly bin: string;
  readonly tfjsNode: string;
  readonly addon: string;
  readonly libraries: string;
  /** Where the recurrent ops' sources may be put; the folder is not there at first. */
  readonly ops: string;
  readonly lines: string[];
  readonly options: ProvisionOptions & { readonly env: FakeEnvironment };
  provision(changes?: Partial<ProvisionOptions>): Promise<Provisioned>;
  /** Calls of pip and of the compiler, `--version` left out. */
  readonly calls: () => string[][];
  /** Unfinished files anywhere. */
  parts(): string[];
}

/** A project with a make-believe tfjs-node, pip and compiler, and an empty cache. */
export function makeWorld(pip: FakePip, prebuiltHost?: string): World {
  const root = temporaryFolder();
  const [project, bin, cacheDir] = ['project', 'bin', 'cache'].map((name) => path.join(root, name)) as [
    string,
    string,
    string,
  ];
  const tfjsNode = path.join(project, 'node_modules/@tensorflow/tfjs-node');
  const manifest = {
    name: '@tensorflow/tfjs-node',
    version: '4.22.0',
    main: 'index.js',
    binary: { host: prebuiltHost, remote_path: './napi-v{napi_build_version}/{version}/', napi_versions: [3, 8] },
  };
  fs.mkdirSync(path.join(project, 'node_modules/node-api-headers'), { recursive: true });
  fs.mkdirSync(tfjsNode, { recursive: true });
  fs.writeFileSync(path.join(project, 'package.json'), '{}');
  fs.writeFileSync(path.join(project, 'node_modules/node-api-headers/package.json'), '{}');
  fs.writeFileSync(path.join(tfjsNode, 'package.json'), JSON.stringify(manifest));
  fs.writeFileSync(path.join(tfjsNode, 'index.js'), tfjs);
  program(path.join(bin, 'python3'), python);
  program(path.join(bin, 'c++'), compiler);
  const log = path.join(root, 'log');
  fs.writeFileSync(log, '');
  const lines: string[] = [];
  const report: Report = {
    start: (step) => lines.push(`start ${step}`),
    progress: (done, total) => lines.push(`progress ${done}/${total ?? '?'}`),
    note: (line) => lines.push(`note ${line}`),
    done: (summary) => lines.push(`done ${summary}`),
  };
  const options = {
    ...{ project, report, cacheDir, target: targetFor(wheel), ops: path.join(root, 'ops') },
    env: { PATH: bin, HOME: root, FAKE_PIP: JSON.stringify(pip), FAKE_LOG: log },
    transfer: { pauses: [1, 1], stallAfter: 10_000 },
  };
  return {
    ...{ root, project, cacheDir, bin, tfjsNode, lines, options },
    addon: path.join(tfjsNode, 'lib/napi-v8/tfjs_binding.node'),
    libraries: path.join(tfjsNode, 'deps/lib'),
    ops: options.ops,
    provision: (changes) => provisionTensorFlow({ ...options, ...changes }),
    calls: () =>
      fs
        .readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== '' && !line.includes('--version"'))
        .map((line) => JSON.parse(line) as string[]),
    parts: () => fs.readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.part')),
  };
}
