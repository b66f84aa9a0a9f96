import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { addons, cached, calls, installed, notes, worldWithOps, writeSources } from './support/ops';
import { fromWheel, present, worldWithServer } from './support/provisioning';
import { makeWorld, program, targetFor, tensorflow, wheel, type World } from './support/world';

const cores = Math.min(4, os.availableParallelism());

/** A compiler that logs when it begins and ends, and ends only when as many have begun as there are cores. */
const patientCompiler = (world: World): string => `
  const fs = require('fs'), args = process.argv.slice(2), log = ${JSON.stringify(path.join(world.root, 'times'))};
  if (!args.includes('--version')) {
    fs.appendFileSync(log, 'begin\\n');
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) process.exit();
      if (fs.readFileSync(log, 'utf8').split('begin').length <= ${cores}) return;
      fs.appendFileSync(log, 'end\\n');
      fs.writeFileSync(args[args.indexOf('-o') + 1], 'compiled');
      process.exit();
    }, 20);
  }`;

describe('a first run', () => {
  it('compiles one object a level and puts the addon beside that of tfjs-node', async () => {
    const world = await worldWithOps();
    expect(await world.provision()).toEqual(fromWheel);
    expect(fs.readFileSync(installed(world), 'utf8')).toBe('compiled');
    expect(cached(world)).toEqual([expect.stringMatching(/^unrolled-ops-[0-9a-f]{16}-napi-8\.node$/)]);
    expect(notes(world)).toEqual([]);
    expect(world.lines).toContain('note compiling the recurrent ops with c++');
    expect(world.lines).toContain('progress 4/4');
    expect(world.lines.at(-1)).toBe(`done TensorFlow ${tensorflow} for tfjs-node 4.22.0`);
    expect(world.parts()).toEqual([]);

    const flags = new Map(calls(world).map((call) => [path.basename(call.at(-1) ?? ''), call]));
    expect([...flags.keys()].sort()).toEqual(['addon.o', 'linked.node', 'v1.o', 'v3.o', 'v4.o']);
    expect(flags.get('addon.o')).toEqual(expect.arrayContaining(['-O3', '-DUNROLLED_X64=1', '-fvisibility=hidden']));
    expect(flags.get('v4.o')).toEqual(expect.arrayContaining(['-DUNROLLED_LEVEL=v4', '-mavx512f', '-mfma']));
    expect(flags.get('v3.o')).toEqual(expect.arrayContaining(['-DUNROLLED_LEVEL=v3', '-mavx2', '-mfma']));
    expect(flags.get('v3.o')).not.toContain('-mavx512f');
    expect(flags.get('v1.o')?.filter((flag) => flag.startsWith('-m'))).toEqual([]);
    expect(flags.get('addon.o')?.filter((flag) => flag.startsWith('-m'))).toEqual([]);
    expect(flags.get('linked.node')).toEqual(
      expect.arrayContaining(['-shared', '-l:libbig.so.2', '-l:libsmall.so.2', '-Wl,-rpath,$ORIGIN/../../deps/lib']),
    );
  });

  it.each([
    ['linux-arm64', '-Wl,-rpath,$ORIGIN/../../deps/lib'],
    ['darwin-arm64', '-Wl,-rpath,@loader_path/../../deps/lib'],
  ])('knows one level on %s', async (name, rpath) => {
    const world = await worldWithOps();
    await world.provision({ target: { ...targetFor(wheel), name } });
    expect(fs.existsSync(installed(world))).toBe(true);
    const all = calls(world);
    expect(all.map((call) => path.basename(call.at(-1) ?? '')).sort()).toEqual(['addon.o', 'linked.node', 'v1.o']);
    expect(all.flat()).not.toContain('-DUNROLLED_X64=1');
    expect(all.flat()).toContain(rpath);
  });
});

it('compiles as many objects at a time as there are cores, and links when all are there', async () => {
  const { world } = await worldWithServer();
  await world.provision();
  writeSources(world);
  program(path.join(world.bin, 'c++'), patientCompiler(world));
  await world.provision();
  let [running, most] = [0, 0];
  for (const word of fs.readFileSync(path.join(world.root, 'times'), 'utf8').trim().split('\n')) {
    running += word === 'begin' ? 1 : -1;
    most = Math.max(most, running);
  }
  expect(most).toBe(cores);
  expect(fs.existsSync(installed(world))).toBe(true);
});

it('stops when told to', async () => {
  const { world } = await worldWithServer();
  await world.provision();
  writeSources(world);
  program(path.join(world.bin, 'c++'), patientCompiler(world));
  const stop = new AbortController();
  const report = {
    ...world.options.report,
    note: () => {
      stop.abort(new Error('enough'));
    },
  };
  await expect(world.provision({ report, signal: stop.signal })).rejects.toThrow('enough');
  expect(world.parts()).toEqual([]);
});

describe('a later run', () => {
  it('does nothing', async () => {
    const world = await worldWithOps();
    await world.provision();
    const before = world.calls().length;
    // with a child process that must fail, loading again would be noticed
    expect(await world.provision({ env: { PATH: '', FAKE_OPS: '{}' } })).toEqual(present);
    expect(world.calls().length).toBe(before);
    expect(notes(world)).toEqual([]);
    expect(fs.existsSync(installed(world))).toBe(true);
  });

  it('adds the ops to a set-up from before there were any', async () => {
    const { world } = await worldWithServer();
    await world.provision();
    expect(fs.existsSync(installed(world))).toBe(false);
    writeSources(world);
    expect(await world.provision()).toEqual(present);
    expect(fs.existsSync(installed(world))).toBe(true);
  });

  it('compiles again when a source changed, and not when it changed back', async () => {
    const world = await worldWithOps();
    await world.provision();
    writeSources(world, '// a better kernel\n');
    expect(await world.provision()).toEqual(present);
    expect([calls(world).length, cached(world).length]).toEqual([10, 2]);
    writeSources(world);
    await world.provision();
    expect([calls(world).length, notes(world).length]).toEqual([10, 0]);
  });

  it('installs into another clone from the cache, without compiling', async () => {
    const world = await worldWithOps();
    await world.provision();
    const clone = makeWorld({});
    writeSources(clone);
    await clone.provision({ cacheDir: world.cacheDir });
    expect(fs.existsSync(installed(clone))).toBe(true);
    expect(calls(clone)).toEqual([]);
  });

  const damages: [string, (world: World) => void, number][] = [
    [
      'a removed addon',
      (world) => {
        fs.rmSync(installed(world));
      },
      0,
    ],
    [
      'a damaged addon',
      (world) => {
        fs.writeFileSync(installed(world), 'half');
      },
      0,
    ],
    [
      'packages installed anew',
      (world) => {
        fs.rmSync(path.join(world.tfjsNode, 'lib'), { recursive: true });
      },
      0,
    ],
    [
      'a removed cache',
      (world) => {
        fs.rmSync(world.cacheDir, { recursive: true });
      },
      5,
    ],
    [
      'a damaged addon in the cache',
      (world) => {
        fs.writeFileSync(path.join(addons(world), cached(world)[0] ?? ''), 'half');
        fs.rmSync(installed(world));
      },
      5,
    ],
  ];
  it.each(damages)('mends %s', async (_what, damage, compilations) => {
    const world = await worldWithOps();
    await world.provision();
    damage(world);
    await world.provision();
    expect(fs.readFileSync(installed(world), 'utf8')).toBe('compiled');
    expect([calls(world).length, notes(world).length]).toEqual([5 + compilations, 0]);
    expect(world.parts()).toEqual([]);
  });
});
