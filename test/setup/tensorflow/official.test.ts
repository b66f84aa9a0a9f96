import fs from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { provisionTensorFlow, type ProvisionOptions } from 'kernel-lib/setup/tensorflow/index';
import { serve, type FileServer } from './support/server';
import { makeWorld, type World } from './support/world';

const installer = `
const fs = require('fs');
fs.mkdirSync('lib/napi-v8', { recursive: true });
fs.writeFileSync('lib/napi-v8/tfjs_binding.node', process.env.FAKE_PREBUILT);
`;

async function worldWithOfficial(status?: number): Promise<{ world: World; server: FileServer }> {
  const server = await serve(Buffer.from('prebuilt'), { mood: () => (status === undefined ? {} : { status }) });
  onTestFinished(() => server.close());
  const world = makeWorld({}, new URL(server.url).origin);
  fs.rmSync(path.join(world.bin, 'c++'));
  fs.mkdirSync(path.join(world.tfjsNode, 'scripts'));
  fs.writeFileSync(path.join(world.tfjsNode, 'scripts/install.js'), installer);
  return { world, server };
}

it('serves where no compiler is', async () => {
  const { world, server } = await worldWithOfficial();
  const env = { ...world.options.env, FAKE_PREBUILT: 'prebuilt' };
  const host = { platform: 'linux', arch: 'x64', glibc: true } as const;
  expect(await world.provision({ env, host })).toEqual({
    tensorflow: '2.9.1',
    source: 'official',
    alreadyThere: false,
  });
  expect(await world.provision({ env, host })).toEqual({ tensorflow: '2.9.1', source: 'official', alreadyThere: true });
  expect(server.asked.map((asked) => asked.method)).toEqual(['HEAD']);
});

it.each([
  ['its host refuses', 403, 'prebuilt'],
  ['what it installed does not load', undefined, 'broken'],
])('leaves the sentence about the compiler when %s', async (_case, status, FAKE_PREBUILT) => {
  const { world } = await worldWithOfficial(status);
  const env = { ...world.options.env, FAKE_PREBUILT };
  const host = { platform: 'linux', arch: 'x64', glibc: true } as const;
  await expect(world.provision({ env, host })).rejects.toThrow(/No C\+\+ compiler/);
});

/** As on a Windows machine: no target is given, so that the platform decides. */
function onWindows(world: World): ProvisionOptions {
  const { project, report, cacheDir, env } = world.options;
  const host = { platform: 'win32', arch: 'x64', glibc: true } as const;
  return { project, report, cacheDir: cacheDir ?? '', env: { ...env, FAKE_PREBUILT: 'prebuilt' }, host };
}

it('is the way on Windows, with WSL as the other', async () => {
  const { world } = await worldWithOfficial();
  expect(await provisionTensorFlow(onWindows(world))).toMatchObject({ source: 'official', alreadyThere: false });
  const blocked = await worldWithOfficial(403);
  await expect(provisionTensorFlow(onWindows(blocked.world))).rejects.toThrow(/run this inside WSL.*official/);
});
