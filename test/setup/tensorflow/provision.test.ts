import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SetupError } from 'kernel-lib/setup/report';
import { serve, type Asked, type FileServer, type Mood } from './support/server';
import { makeWorld, members, sha256, targetFor, tensorflow, wheel, type FakePip, type World } from './support/world';

const fromWheel = { tensorflow, source: 'wheel', alreadyThere: false };
const present = { tensorflow, source: 'wheel', alreadyThere: true };

interface Behaviour {
  ranges?: boolean;
  mood?: (asked: Asked) => Mood;
  content?: Buffer;
}

async function worldWithServer(
  behaviour: Behaviour = {},
  pip: FakePip = {},
): Promise<{ world: World; server: FileServer }> {
  const server = await serve(behaviour.content ?? wheel, behaviour);
  onTestFinished(() => server.close());
  return { world: makeWorld({ url: server.url, sha256: sha256(wheel), ...pip }), server };
}

function wheelFile(world: World, content = wheel): string {
  const file = path.join(world.root, 'given.whl');
  fs.writeFileSync(file, content);
  return file;
}

function setPip(world: World, pip: FakePip): void {
  world.options.env.FAKE_PIP = JSON.stringify(pip);
}

/** All that a good run leaves behind. */
function expectInstalled(world: World): void {
  for (const name of ['libbig.so.2', 'libsmall.so.2']) {
    const content = members.find((member) => member.name === `tensorflow/${name}`)?.content;
    expect(fs.readFileSync(path.join(world.libraries, name)).equals(content ?? Buffer.alloc(0))).toBe(true);
  }
  expect(fs.readFileSync(world.addon, 'utf8')).toBe('compiled');
  expect(world.parts()).toEqual([]);
}

/** How often the compiler made an addon. */
function compilations(world: World): number {
  return world.calls().filter(([program]) => program === 'c++').length;
}

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

describe('a bad connection', () => {
  it('goes on after cuts', async () => {
    const { world } = await worldWithServer({ mood: () => ({ cutAfter: 500_000 }) });
    expect(await world.provision()).toEqual(fromWheel);
    expectInstalled(world);
  });

  it('that stays bad is said to have stopped, and the next run ends well', async () => {
    let broken = true;
    const { world } = await worldWithServer({ mood: ({ index }) => (broken && index > 3 ? { cutAfter: 0 } : {}) });
    await expect(world.provision()).rejects.toThrow(/stopped.*run this again; it goes on where it stopped/);
    broken = false;
    expect(await world.provision()).toEqual(fromWheel);
  });

  it('lets pip download where Node cannot', async () => {
    const { world } = await worldWithServer({ mood: () => ({ status: 404 }) });
    const file = wheelFile(world);
    const { url } = JSON.parse(world.options.env.FAKE_PIP) as FakePip;
    setPip(world, { url: url ?? '', file });
    expect(await world.provision()).toEqual(fromWheel);
    expectInstalled(world);
    expect(world.lines).toContainEqual(
      expect.stringMatching(/^note the server answered 404.*pip downloads the whole wheel/),
    );
  });

  it('says so when nothing gets through', async () => {
    const { world, server } = await worldWithServer();
    const { url } = JSON.parse(world.options.env.FAKE_PIP) as FakePip;
    await server.close();
    setPip(world, { url: url ?? '', downloadError: 'connection broken by NewConnectionError' });
    await expect(world.provision()).rejects.toThrow(/could not be reached.*check the network/);
    expect(world.parts()).toEqual([]);
    expect(fs.existsSync(world.addon)).toBe(false);
  });

  it.each([
    ['a proxy is set', {}, { HTTP_PROXY: 'http://127.0.0.1:9' }],
    ['pip is too old', { installError: 'no such option: --report', exitCode: 2 }, {}],
  ])('leaves the download to pip when %s', async (why, pip, env) => {
    const { world, server } = await worldWithServer();
    setPip(world, { url: server.url, file: wheelFile(world), ...pip });
    expect(await world.provision({ env: { ...world.options.env, ...env } })).toEqual(fromWheel);
    expectInstalled(world);
    expect(server.asked).toEqual([]);
    expect(world.lines).toContainEqual(expect.stringContaining(`note ${why}`));
  });
});

describe('a damaged download', () => {
  const flip = (body: Buffer): Buffer => {
    body.writeUInt8(body.readUInt8(1000) ^ 1, 1000);
    return body;
  };
  const isLarge = ({ range }: Asked): boolean => range !== undefined && range.end - range.start > 1_000_000;

  it('is fetched again once', async () => {
    let bad = 1;
    const { world } = await worldWithServer({ mood: (asked) => (isLarge(asked) && bad-- > 0 ? { alter: flip } : {}) });
    expect(await world.provision()).toEqual(fromWheel);
    expectInstalled(world);
    expect(world.lines).toContainEqual(expect.stringMatching(/^note the download was damaged/));
  });

  it.each([
    ['by ranges', true],
    ['whole', false],
  ])('fails the second time, and leaves nothing: %s', async (_way, ranges) => {
    const { world } = await worldWithServer({
      ranges,
      mood: (asked) => (!ranges || isLarge(asked) ? { alter: flip } : {}),
    });
    const run = world.provision();
    await expect(run).rejects.toThrow(SetupError);
    await expect(run).rejects.toThrow(/arrived damaged twice.*was removed/);
    expect(world.parts()).toEqual([]);
    expect(fs.existsSync(world.addon)).toBe(false);
  });

  it('is found by sha256 where the CRC was made to fit', async () => {
    const { world } = await worldWithServer();
    const target = { ...targetFor(wheel), libraries: { 'libbig.so.2': sha256(Buffer.from('x')) } };
    await expect(world.provision({ target })).rejects.toThrow(
      /lib\/libbig\.so\.2 has sha256 [0-9a-f]{64} and must have/,
    );
    expect(world.parts()).toEqual([]);
  });

  it('is told from an index that offers something else', async () => {
    const { world } = await worldWithServer({}, { sha256: 'f'.repeat(64) });
    await expect(world.provision()).rejects.toThrow(
      /offers a tensorflow-cpu 9\.8\.7 with sha256 f{64}.*pip config list/,
    );
    const lacking = await worldWithServer();
    const target = { ...targetFor(wheel), libraries: { 'libnone.so': '' } };
    await expect(lacking.world.provision({ target })).rejects.toThrow(/holds no libnone\.so/);
  });

  it('truncated for good is said to have stopped', async () => {
    const { world } = await worldWithServer({
      ranges: false,
      mood: ({ index }) => (index > 0 ? { cutAfter: 100_000, chunked: true } : {}),
    });
    await expect(world.provision()).rejects.toThrow(/damaged twice \(the 100000 bytes of the wheel/);
    expect(world.parts()).toEqual([]);
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
