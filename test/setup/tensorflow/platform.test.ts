import { describe, expect, it } from 'vitest';
import { cacheLayout, cacheRoot } from 'kernel-lib/setup/tensorflow/cache';
import { wheelTarget } from 'kernel-lib/setup/tensorflow/platform';
import { SetupError } from 'kernel-lib/setup/report';

describe('wheelTarget', () => {
  it.each([
    ['linux', 'x64', 'tensorflow-cpu', 'libtensorflow_cc.so.2'],
    ['linux', 'arm64', 'tensorflow', 'libtensorflow_cc.so.2'],
    ['darwin', 'arm64', 'tensorflow', 'libtensorflow_cc.2.dylib'],
    ['darwin', 'x64', 'tensorflow', 'libtensorflow_cc.2.dylib'],
  ] as const)('knows %s-%s', (platform, arch, distribution, library) => {
    const target = wheelTarget({ platform, arch, glibc: true });
    expect(target).toMatchObject({ name: `${platform}-${arch}`, distribution, tensorflow: '2.16.2' });
    expect(Object.keys(target.libraries)).toContain(library);
    for (const hash of [target.wheelSha256, ...Object.values(target.libraries)]) expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['win32', 'x64', true, /WSL.*official installer/],
    ['linux', 'x64', false, /musl.*glibc system/],
    ['linux', 'ia32', true, /no build for linux-ia32, only for linux-x64, linux-arm64/],
    ['freebsd', 'x64', true, /no build for freebsd-x64/],
  ] as const)('says what to do on %s-%s (glibc: %s)', (platform, arch, glibc, message) => {
    const ask = (): unknown => wheelTarget({ platform, arch, glibc });
    expect(ask).toThrow(SetupError);
    expect(ask).toThrow(message);
  });
});

describe('cacheRoot', () => {
  it.each([
    [{ HOME: '/h', UNROLLED_CACHE: '/u', XDG_CACHE_HOME: '/x' }, 'linux', '/u'],
    [{ HOME: '/h', UNROLLED_CACHE: '', XDG_CACHE_HOME: '/x' }, 'linux', '/x/unrolled'],
    [{ HOME: '/h', XDG_CACHE_HOME: 'relative' }, 'linux', '/h/.cache/unrolled'],
    [{ HOME: '/h' }, 'linux', '/h/.cache/unrolled'],
    [{ HOME: '/h' }, 'darwin', '/h/Library/Caches/unrolled'],
  ] as const)('%o on %s is %s', (env, platform, folder) => {
    expect(cacheRoot(env, platform)).toBe(folder);
  });

  it('keeps versions and platforms apart', () => {
    const folders = [
      ['2.16.2', 'linux-x64'],
      ['2.16.2', 'linux-arm64'],
      ['2.17.0', 'linux-x64'],
    ].map(([version = '', platform = '']) => Object.values(cacheLayout('/c', version, platform)) as string[]);
    expect(new Set(folders.flat()).size).toBe(3 * 5);
  });
});
