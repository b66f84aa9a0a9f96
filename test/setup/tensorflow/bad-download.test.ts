import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SetupError } from 'kernel-lib/setup/report';
import type { Asked } from './support/server';
import { expectInstalled, fromWheel, setPip, wheelFile, worldWithServer } from './support/provisioning';
import { sha256, targetFor, wheel, type FakePip } from './support/world';

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
