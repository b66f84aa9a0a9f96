import path from 'node:path';
import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findPythonWithPip, pythonCandidates } from 'kernel-lib/setup/tensorflow/python';
import { usesProxy } from 'kernel-lib/setup/tensorflow/proxy';
import { downloadWheel, locateWheel, type Pip } from 'kernel-lib/setup/tensorflow/wheel-source';
import { makeWorld, targetFor, wheel, type FakePip } from './support/world';

const target = targetFor(wheel);

function pipOf(behaviour: FakePip): Pip & { calls: () => string[][] } {
  const world = makeWorld(behaviour);
  return { python: 'python3', env: world.options.env, temporary: world.root, calls: world.calls };
}

describe('locateWheel', () => {
  it('reads URL and sha256 out of pip’s report', async () => {
    const pip = pipOf({ url: 'https://index.invalid/w.whl', sha256: 'ABC' });
    expect(await locateWheel(pip, target)).toEqual({ url: 'https://index.invalid/w.whl', sha256: 'abc' });
    const [call = []] = pip.calls();
    expect(call).toEqual(
      expect.arrayContaining(['--dry-run', '--report', 'manylinux2014_x86_64', 'tensorflow-cpu==9.8.7']),
    );
  });

  it('does without a sha256, and without a pip that can report', async () => {
    expect(await locateWheel(pipOf({ url: 'file:///w.whl' }), target)).toEqual({
      url: 'file:///w.whl',
      sha256: undefined,
    });
    const old = pipOf({ installError: 'no such option: --dry-run', exitCode: 2 });
    expect(await locateWheel(old, target)).toBeUndefined();
  });

  it.each([
    [
      'no network',
      "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...)'\nERROR: No matching distribution found (from versions: none)",
      /could not be reached.*HTTPS_PROXY/,
    ],
    [
      'no such version',
      'ERROR: Could not find a version that satisfies the requirement tensorflow-cpu==9.8.7 (from versions: 2.12.0, 2.13.0)',
      /has no tensorflow-cpu 9\.8\.7 for linux-x64 \(only 2\.12\.0, 2\.13\.0\)/,
    ],
    [
      'no version at all',
      'ERROR: Could not find a version (from versions: none)',
      /has no tensorflow-cpu.*none at all.*PIP_INDEX_URL/,
    ],
    ['many versions', 'ERROR: Could not find a version (from versions: 1, 2, 3, 4, 5, 6)', /only 1, 2 … 5, 6/],
    [
      'a certificate',
      "Could not fetch URL: SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed'))",
      /certificate.*PIP_CERT.*NODE_EXTRA_CA_CERTS/,
    ],
    [
      'a full disk',
      'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device',
      /disk is full.*UNROLLED_CACHE/,
    ],
    ['anything else', 'Traceback\nERROR: the moon is full\nmore', /pip could not find.*the moon is full/],
  ])('tells %s apart', async (_case, installError, message) => {
    await expect(locateWheel(pipOf({ installError }), target)).rejects.toThrow(message);
    await expect(downloadWheel(pipOf({ downloadError: installError }), target, '/')).rejects.toThrow(message);
  });

  it('says when the report is not one', async () => {
    await expect(locateWheel(pipOf({}), target)).rejects.toThrow(/pip install --upgrade pip/);
  });
});

describe('findPythonWithPip', () => {
  it('prefers the project’s own Python, and skips one that is not there or has no pip', async () => {
    const world = makeWorld({});
    const { env } = world.options;
    const own = path.join(world.project, '.venv/bin/python');
    expect(await findPythonWithPip({ candidates: pythonCandidates(world.project), env })).toBe('python3');
    fs.mkdirSync(path.dirname(own), { recursive: true });
    fs.writeFileSync(own, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    expect(await findPythonWithPip({ candidates: pythonCandidates(world.project), env })).toBe('python3');
    fs.copyFileSync(path.join(world.bin, 'python3'), own);
    expect(await findPythonWithPip({ candidates: pythonCandidates(world.project), env })).toBe(own);
  });

  it('tells no Python from no pip', async () => {
    const { env } = makeWorld({ absent: true }).options;
    await expect(findPythonWithPip({ candidates: ['python3'], env })).rejects.toThrow(
      /python3 has no pip.*apt install/,
    );
    const search = { candidates: ['python3'], env: { ...env, PATH: '/nowhere' } };
    await expect(findPythonWithPip(search)).rejects.toThrow(/Python 3 was not found.*apt install.*dnf.*xcode-select/);
  });
});

describe('usesProxy', () => {
  it.each([
    ['https://a.test/x', { HTTPS_PROXY: 'http://p' }, true],
    ['https://a.test/x', { https_proxy: 'http://p' }, true],
    ['https://a.test/x', { ALL_PROXY: 'http://p' }, true],
    ['https://a.test/x', { HTTP_PROXY: 'http://p', HTTPS_PROXY: '' }, false],
    ['http://a.test/x', { HTTP_PROXY: 'http://p' }, true],
    ['https://b.a.test/x', { HTTPS_PROXY: 'http://p', NO_PROXY: 'x, .a.test' }, false],
    ['https://a.test:8443/x', { HTTPS_PROXY: 'http://p', no_proxy: 'a.test:8443' }, false],
    ['https://ba.test/x', { HTTPS_PROXY: 'http://p', NO_PROXY: 'a.test' }, true],
    ['https://a.test/x', { HTTPS_PROXY: 'http://p', NO_PROXY: '*' }, false],
    ['https://a.test/x', {}, false],
  ])('%s with %o: %s', (url, env, expected) => {
    expect(usesProxy(url, env)).toBe(expected);
  });
});
