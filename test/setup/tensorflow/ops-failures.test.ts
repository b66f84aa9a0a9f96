import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { addons, installed, notes, worldWithOps, writeSources } from './support/ops';
import { present, worldWithServer } from './support/provisioning';
import { makeWorld, tensorflow, type World } from './support/world';

describe('without the ops', () => {
  /** What goes wrong, and the note about it. */
  const failures: [string, (world: World) => NodeJS.Dict<string>, RegExp][] = [
    [
      'one level does not compile',
      () => ({ FAKE_CXX_ERROR: 'x.h:1: error: no AVX-512', FAKE_CXX_FAILS: 'v4.o' }),
      /could not compile the recurrent ops \(v4\) \(x\.h:1: error: no AVX-512\): install/,
    ],
    [
      'linking fails',
      () => ({ FAKE_CXX_ERROR: 'ld: error: no disk', FAKE_CXX_FAILS: '-shared' }),
      /could not compile the recurrent ops \(ld: error: no disk\)/,
    ],
    [
      'there is no compiler',
      (world) => ({ PATH: path.join(world.root, 'nowhere') }),
      /No C\+\+ compiler .* and the recurrent ops must be compiled here: .*apt install g\+\+/,
    ],
    [
      'there are no headers',
      (world) => {
        fs.rmSync(path.join(fs.realpathSync(world.libraries), '../include/tensorflow/c/kernels.h'));
        return {};
      },
      /C headers are not in/,
    ],
    [
      'the sources are missing',
      (world) => {
        fs.rmSync(world.ops, { recursive: true });
        return {};
      },
      /ENOENT/,
    ],
    [
      'the cache cannot be written',
      (world) => {
        fs.rmSync(addons(world), { recursive: true });
        fs.writeFileSync(addons(world), '');
        return {};
      },
      /Could not write to/,
    ],
    [
      'they do not load',
      () => ({ FAKE_OPS: '{"level":"v3"}' }),
      /do not load \(Error: it does not export a version and a level\)/,
    ],
    [
      'TensorFlow refuses them',
      () => ({ FAKE_OPS: '{"version":1,"level":"v3","failure":"the op is registered already"}' }),
      /do not load \(Error: the op is registered already\)/,
    ],
  ];
  it.each(failures)('is no error when %s', async (_what, fail, expected) => {
    const { world } = await worldWithServer();
    await world.provision();
    writeSources(world);
    world.lines.length = 0;
    const env = { ...world.options.env, ...fail(world) };
    expect(await world.provision({ env })).toEqual(present);
    expect(notes(world)).toEqual([expect.stringMatching(expected)]);
    expect(notes(world)[0]).toContain('stock ops until this is mended and set-up runs again');
    expect(fs.existsSync(installed(world))).toBe(false);
    expect(world.parts()).toEqual([]);
    expect(world.lines.at(-1)).toBe(`done TensorFlow ${tensorflow} already there`);

    expect(await world.provision({ env })).toEqual(present);
    expect(notes(world)).toHaveLength(2);
  });

  it('leaves no ops of older sources behind when the new ones fail, and takes them up once mended', async () => {
    const world = await worldWithOps();
    await world.provision();
    writeSources(world, '// broken\n');
    await world.provision({ env: { ...world.options.env, FAKE_CXX_ERROR: 'error: broken' } });
    expect(fs.existsSync(installed(world))).toBe(false);
    await world.provision();
    expect(fs.existsSync(installed(world))).toBe(true);
  });

  it('keeps the official addon, which has no headers', async () => {
    const world = makeWorld({});
    writeSources(world);
    fs.mkdirSync(path.dirname(world.addon), { recursive: true });
    fs.writeFileSync(world.addon, 'prebuilt');
    expect(await world.provision()).toMatchObject({ source: 'found', tensorflow: '2.9.1' });
    expect(notes(world)).toEqual([
      expect.stringMatching(/C headers are not in .*include: remove .*tfjs_binding\.node/),
    ]);
  });
});
