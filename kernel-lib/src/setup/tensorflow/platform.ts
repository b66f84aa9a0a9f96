import { SetupError } from '../report';

/** The TensorFlow that every chapter and every golden value was measured on. From 2.18 on, `round` on int32 is broken. */
export const TENSORFLOW_VERSION = '2.16.2';

/** A platform for which the TensorFlow wheel holds the C libraries, and what is known about that wheel. */
export interface WheelTarget {
  /** `process.platform`-`process.arch`. */
  readonly name: string;
  readonly tensorflow: string;
  /** Name of the Python package whose wheel holds the libraries. */
  readonly distribution: string;
  /** Platform tags to ask pip for, best first. */
  readonly tags: readonly string[];
  readonly wheelSha256: string;
  /** Size of the whole wheel, for where only the whole can be had; bytes. */
  readonly wheelSize: number;
  /** Size of the libraries; bytes. */
  readonly unpackedSize: number;
  /** The shared libraries at the top of the wheel's `tensorflow/` folder, with their sha256. */
  readonly libraries: Readonly<Record<string, string>>;
}

/** What decides the route: passed in, so that a test can pretend. */
export interface HostPlatform {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** False where the C library is musl (Alpine), on which glibc wheels do not load. */
  readonly glibc: boolean;
}

const targets: readonly WheelTarget[] = [
  {
    name: 'linux-x64',
    tensorflow: TENSORFLOW_VERSION,
    distribution: 'tensorflow-cpu',
    tags: ['manylinux2014_x86_64', 'manylinux_2_17_x86_64'],
    wheelSha256: 'c855cb6bf05d32dd5928086b03a5f6b4189b63c22b95e017703cbee4291023ca',
    wheelSize: 214_055_683,
    unpackedSize: 631_549_472,
    libraries: {
      'libtensorflow_cc.so.2': 'ad2b61ad4fce16fb22bb1fcd113d97adfb5906ee06621c9003c8e2189f2de52a',
      'libtensorflow_framework.so.2': 'd678cefd32d163e8c6705821814dd896f6e6027a733b14293bf1b516f3e0fd53',
    },
  },
  {
    name: 'linux-arm64',
    tensorflow: TENSORFLOW_VERSION,
    distribution: 'tensorflow',
    tags: ['manylinux2014_aarch64', 'manylinux_2_17_aarch64'],
    wheelSha256: '8728b12bc86941d90d0a927c40d4b21f8820964a80439a7c45f850eb37d57067',
    wheelSize: 218_904_025,
    unpackedSize: 711_508_048,
    libraries: {
      'libtensorflow_cc.so.2': '4be7a275eb670a141023713dc8542c2308b03a09a23f938dae0f6a66a350281e',
      'libtensorflow_framework.so.2': 'b5c553046dc2a0b3ba756a7ee8c53a530b79b9e26123b14ad279f8255d8c4638',
    },
  },
  {
    name: 'darwin-arm64',
    tensorflow: TENSORFLOW_VERSION,
    distribution: 'tensorflow',
    tags: ['macosx_12_0_arm64'],
    wheelSha256: '2c8a0e79395639b762e62002db99b2f6cc608f744312c9940899c1128f325331',
    wheelSize: 227_025_342,
    unpackedSize: 614_552_924,
    libraries: {
      'libtensorflow_cc.2.dylib': '6505034581715704bbd6ccde709190dc63a12433846117c9b02385ab9fae5fbd',
      'libtensorflow_framework.2.dylib': 'a73b6be1ac363d8add7529ca7d07ccc05a8171fa379f6c19728a3825892bb69f',
    },
  },
  {
    name: 'darwin-x64',
    tensorflow: TENSORFLOW_VERSION,
    distribution: 'tensorflow',
    tags: ['macosx_10_15_x86_64'],
    wheelSha256: 'ec06570d57bfa0e2be804405e3cdc2960e94887e7619ffb6bc053e9775b695aa',
    wheelSize: 259_588_062,
    unpackedSize: 735_388_648,
    libraries: {
      'libtensorflow_cc.2.dylib': 'a28ead851b9b13c902fac9c8c1834823c93a780783c45003b9c39b0a06b644ee',
      'libtensorflow_framework.2.dylib': '6265fd9f0d0b0f38075fe96ffe3f697b5f23af769b978f3fc3f48a526f5c3b8a',
    },
  },
];

/** This machine, as {@link wheelTarget} takes it. */
export function thisHost(): HostPlatform {
  return { platform: process.platform, arch: process.arch, glibc: process.platform !== 'linux' || hasGlibc() };
}

/**
 * The wheel for a platform.
 * @throws {SetupError} where TensorFlow publishes no usable wheel; the sentence names the alternatives.
 */
export function wheelTarget(host: HostPlatform): WheelTarget {
  const name = `${host.platform}-${host.arch}`;
  if (host.platform === 'win32') {
    throw new SetupError(
      'On Windows the TensorFlow libraries cannot be taken from a wheel: run this inside WSL (Ubuntu), or run the official ' +
        'installer with `npm rebuild @tensorflow/tfjs-node --ignore-scripts=false` on a network that reaches its host.',
    );
  }
  if (!host.glibc) {
    throw new SetupError(
      'TensorFlow is built for glibc and this Linux uses musl (Alpine): use a glibc system such as Debian, Ubuntu or Fedora, ' +
        'for example the official Node.js container image without "-alpine".',
    );
  }
  const target = targets.find((candidate) => candidate.name === name);
  if (target === undefined) {
    throw new SetupError(
      `TensorFlow ${TENSORFLOW_VERSION} has no build for ${name}, only for ${targets.map((t) => t.name).join(', ')}: ` +
        'use one of these, or a virtual machine or container that is one.',
    );
  }
  return target;
}

function hasGlibc(): boolean {
  const report: unknown = process.report.getReport();
  if (typeof report !== 'object' || report === null || !('header' in report)) return true;
  const header: unknown = report.header;
  return typeof header === 'object' && header !== null && 'glibcVersionRuntime' in header;
}
