import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findCompiler } from 'kernel-lib/setup/tensorflow/compile';
import { serve } from './support/server';
import { makeWorld, program, sha256, wheel } from './support/world';

describe('findCompiler', () => {
  it('takes $CXX with its arguments first, and skips it when it does not run', async () => {
    const { bin, options } = makeWorld({});
    program(path.join(bin, 'ccache'), 'process.exit(process.argv.includes("g++") ? 0 : 1)');
    const env = options.env;
    expect(await findCompiler({ ...env, CXX: 'ccache g++ -m64' })).toEqual({
      program: 'ccache',
      args: ['g++', '-m64'],
    });
    expect(await findCompiler({ ...env, CXX: 'missing++' })).toEqual({ program: 'c++', args: [] });
    expect(await findCompiler({ ...env, CXX: ' ' })).toEqual({ program: 'c++', args: [] });
    fs.renameSync(path.join(bin, 'c++'), path.join(bin, 'clang++'));
    expect(await findCompiler(env)).toEqual({ program: 'clang++', args: [] });
    expect(await findCompiler({ ...env, PATH: '/nowhere' })).toBeUndefined();
  });
});

it('without a compiler, says which to install before anything is fetched', async () => {
  const world = makeWorld({});
  fs.rmSync(path.join(world.bin, 'c++'));
  await expect(world.provision()).rejects.toThrow(
    /No C\+\+ compiler.*apt install g\+\+.*dnf install gcc-c\+\+.*xcode-select --install/,
  );
  expect(world.calls()).toEqual([]);
  expect(fs.existsSync(world.cacheDir)).toBe(false);
});

it('repeats what the compiler complains about, and leaves no addon', async () => {
  const server = await serve(wheel);
  onTestFinished(() => server.close());
  const world = makeWorld({ url: server.url, sha256: sha256(wheel) });
  const env = {
    ...world.options.env,
    FAKE_CXX_ERROR: 'In file x:\nx.cc:1: fatal error: cstring: No such file\ncompilation terminated.\n',
  };
  await expect(world.provision({ env })).rejects.toThrow(
    /c\+\+ could not compile.*fatal error: cstring: No such file.*install a complete/,
  );
  expect(world.parts()).toEqual([]);
  expect(fs.existsSync(world.addon)).toBe(false);
});

it('asks for the Node packages when they are missing', async () => {
  const world = makeWorld({});
  fs.rmSync(world.tfjsNode, { recursive: true });
  await expect(world.provision()).rejects.toThrow(/tfjs-node is not installed in .*npm ci/);
});

it('says why an addon that compiled does not load', async () => {
  const server = await serve(wheel);
  onTestFinished(() => server.close());
  const world = makeWorld({ url: server.url, sha256: sha256(wheel) });
  fs.appendFileSync(path.join(world.tfjsNode, 'index.js'), "\nthrow new Error('libc is too old')");
  await expect(world.provision()).rejects.toThrow(
    /does not load \(Error: libc is too old\): remove .* and run this again/,
  );
  fs.appendFileSync(path.join(world.tfjsNode, 'index.js'), '');
  fs.writeFileSync(path.join(world.tfjsNode, 'index.js'), "process.kill(process.pid, 'SIGILL'); for (;;);");
  await expect(world.provision()).rejects.toThrow(/lacks instructions \(AVX\)/);
});
