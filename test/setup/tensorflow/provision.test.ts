import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  compilations,
  expectInstalled,
  fromWheel,
  present,
  setPip,
  wheelFile,
  worldWithServer,
} from './support/provisioning';
import { makeWorld, targetFor, tensorflow, wheel, type FakePip, type World } from './support/world';

describe('a first run', () => {
  it('reads only the wanted parts of the wheel, and compiles', async () => {
    const { world, server } = await worldWithServer();
    expect(await world.provision()).toEqual(fromWheel);
    expectInstalled(world);
    const runtime = path.join(world.cacheDir, 'tensorflow', `${tensorflow}-linux-x64-r1`);
    const files = fs.readdirSync(runtime, { recursive: true, encoding: 'utf8' });
    expect(files.filter((name) => fs.statSync(path.join(runtime, name)).isFile()).sort()).toEqual([
      'LICENSE',
      'complete.json',
      'include/tensorflow/c/c_api.h',
      'include/tensorflow/c/eager/c_api.h',
      'include/tensorflow/c/kernels.h',
      'include/tsl/platform/ctstring.h',
      'lib/libbig.so.2',
      'lib/libsmall.so.2',
    ]);
    const far = wheel.indexOf('tensorflow/python/far.bin');
    const slices = server.asked.map((item) => item.range).filter((range) => range && range.end - range.start > 70_000);
    expect(slices.every((range) => range && (range.end <= far || range.start > far))).toBe(true);
    expect(world.lines[0]).toBe('start TensorFlow runtime');
    expect(world.lines.at(-1)).toBe(`done TensorFlow ${tensorflow} for tfjs-node 4.22.0`);
    const total = /^progress (\d+)\/\1$/;
    expect(world.lines.some((line) => total.test(line))).toBe(true);
  });

  it('tells the compiler where the headers, libraries and sources are', async () => {
    const { world } = await worldWithServer();
    await world.provision();
    const call = world.calls().find(([program]) => program === 'c++') ?? [];
    const real = fs.realpathSync(world.libraries);
    expect(call).toEqual(
      expect.arrayContaining([
        '-DNAPI_VERSION=8',
        `-L${real}`,
        '-l:libbig.so.2',
        '-Wl,-rpath,$ORIGIN/../../deps/lib',
        `-I${path.join(real, '../include')}`,
        path.join(fs.realpathSync(world.tfjsNode), 'binding/tfjs_backend.cc'),
      ]),
    );
  });

  it('takes a wheel that lies on this machine', async () => {
    const world = makeWorld({});
    const file = wheelFile(world);
    setPip(world, { url: `file://${file}` });
    expect(await world.provision()).toEqual(fromWheel);
    expectInstalled(world);
    expect(fs.existsSync(file)).toBe(true);
    const other = makeWorld({});
    setPip(other, { url: `file://${wheelFile(other, Buffer.from('no wheel'))}` });
    await expect(other.provision()).rejects.toThrow(/not the genuine tensorflow-cpu 9\.8\.7 wheel/);
  });

  it('fetches the whole wheel where the index knows no ranges', async () => {
    const { world } = await worldWithServer({ ranges: false });
    expect(await world.provision()).toEqual(fromWheel);
    expectInstalled(world);
    expect(world.lines).toContainEqual(expect.stringMatching(/^note the index serves no parts of files/));
  });

  it('changes to the whole wheel where ranges are promised and then not kept', async () => {
    const { world } = await worldWithServer({ mood: ({ index }) => (index > 2 ? { ignoreRange: true } : {}) });
    expect(await world.provision()).toEqual(fromWheel);
    expectInstalled(world);
    expect(world.lines).toContainEqual(expect.stringMatching(/^note the index serves no parts of files/));
  });
});

describe('a later run', () => {
  it('does nothing, and asks nobody', async () => {
    const { world, server } = await worldWithServer();
    await world.provision();
    const [asked, calls] = [server.asked.length, world.calls().length];
    expect(await world.provision({ env: { PATH: '' } })).toEqual(present);
    expect([server.asked.length, world.calls().length]).toEqual([asked, calls]);
    expect(world.lines.at(-1)).toBe(`done TensorFlow ${tensorflow} already there`);
  });

  it('loads the addon again when Node or a file changed, and keeps it when it works', async () => {
    const { world } = await worldWithServer();
    await world.provision();
    const stamp = path.join(world.tfjsNode, 'deps/unrolled-stamp.json');
    fs.writeFileSync(stamp, fs.readFileSync(stamp, 'utf8').replace(process.version, 'v1.2.3'));
    fs.utimesSync(world.addon, new Date(0), new Date(0));
    expect(await world.provision()).toEqual(present);
    expect(fs.readFileSync(stamp, 'utf8')).toContain(process.version);
    expect(compilations(world)).toBe(1);
  });

  it('installs into another clone from the cache, without network and without compiling', async () => {
    const { world, server } = await worldWithServer();
    await world.provision();
    await server.close();
    const clone = makeWorld({});
    expect(await clone.provision({ cacheDir: world.cacheDir })).toEqual(fromWheel);
    expectInstalled(clone);
    expect(compilations(clone)).toBe(0);
  });

  it('provides again when an older version of this program had another TensorFlow', async () => {
    const { world } = await worldWithServer();
    await world.provision();
    const newer = { ...targetFor(wheel), tensorflow: '9.9.9' };
    expect(await world.provision({ target: newer })).toMatchObject({ alreadyThere: false });
    expect(compilations(world)).toBe(2);
  });

  it('keeps an addon that somebody else made work', async () => {
    const world = makeWorld({});
    fs.mkdirSync(path.dirname(world.addon), { recursive: true });
    fs.writeFileSync(world.addon, 'prebuilt');
    const found = { tensorflow: '2.9.1', source: 'found', alreadyThere: true };
    expect(await world.provision()).toEqual(found);
    expect(await world.provision({ env: { PATH: '' } })).toEqual(found);
  });
});

describe('repair', () => {
  const damages: [string, (world: World) => void][] = [
    [
      'a removed addon',
      (world) => {
        fs.rmSync(world.addon);
      },
    ],
    [
      'a damaged addon',
      (world) => {
        fs.writeFileSync(world.addon, 'half');
      },
    ],
    [
      'a removed link',
      (world) => {
        fs.rmSync(world.libraries);
      },
    ],
    [
      'a link to nowhere',
      (world) => {
        fs.rmSync(world.libraries);
        fs.symlinkSync('/nowhere', world.libraries);
      },
    ],
    [
      'a folder in the place of the link',
      (world) => {
        fs.rmSync(world.libraries);
        fs.mkdirSync(world.libraries);
        fs.writeFileSync(path.join(world.libraries, 'old'), '');
      },
    ],
    [
      'a removed cache',
      (world) => {
        fs.rmSync(world.cacheDir, { recursive: true });
      },
    ],
    [
      'a library cut short',
      (world) => {
        fs.truncateSync(path.join(world.libraries, 'libsmall.so.2'), 5);
        fs.rmSync(world.addon);
      },
    ],
    [
      'a damaged addon in the cache',
      (world) => {
        fs.writeFileSync(
          path.join(world.cacheDir, 'tensorflow', `${tensorflow}-linux-x64-r1-addons`, 'tfjs-node-4.22.0-napi-8.node'),
          'half',
        );
        fs.rmSync(world.addon);
      },
    ],
  ];
  it.each(damages)('mends %s', async (_what, damage) => {
    const { world } = await worldWithServer();
    await world.provision();
    damage(world);
    expect(await world.provision()).toEqual(fromWheel);
    expectInstalled(world);
    expect(await world.provision()).toEqual(present);
  });
});

it('keeps two runs at once out of each other’s way', async () => {
  const { world } = await worldWithServer();
  const clone = makeWorld({});
  setPip(clone, JSON.parse(world.options.env.FAKE_PIP) as FakePip);
  const both = [world.provision(), clone.provision({ cacheDir: world.cacheDir }), world.provision()];
  expect(await Promise.all(both)).toEqual([fromWheel, fromWheel, fromWheel]);
  expectInstalled(world);
  expectInstalled(clone);
});

it('stops when told to', async () => {
  const stop = new AbortController();
  const { world } = await worldWithServer({
    mood: ({ range }) => {
      if (range !== undefined && range.end - range.start > 1_000_000) stop.abort(new Error('enough'));
      return {};
    },
  });
  await expect(world.provision({ signal: stop.signal })).rejects.toThrow('enough');
});
