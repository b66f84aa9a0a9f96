import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { serve, type Asked, type FileServer, type Mood } from './server';
import { makeWorld, members, sha256, tensorflow, wheel, type FakePip, type World } from './world';

export const fromWheel = { tensorflow, source: 'wheel', alreadyThere: false };
export const present = { tensorflow, source: 'wheel', alreadyThere: true };

export interface Behaviour {
  ranges?: boolean;
  mood?: (asked: Asked) => Mood;
  content?: Buffer;
}

export async function worldWithServer(
  behaviour: Behaviour = {},
  pip: FakePip = {},
): Promise<{ world: World; server: FileServer }> {
  const server = await serve(behaviour.content ?? wheel, behaviour);
  onTestFinished(() => server.close());
  return { world: makeWorld({ url: server.url, sha256: sha256(wheel), ...pip }), server };
}

export function wheelFile(world: World, content = wheel): string {
  const file = path.join(world.root, 'given.whl');
  fs.writeFileSync(file, content);
  return file;
}

export function setPip(world: World, pip: FakePip): void {
  world.options.env.FAKE_PIP = JSON.stringify(pip);
}

/** All that a good run leaves behind. */
export function expectInstalled(world: World): void {
  for (const name of ['libbig.so.2', 'libsmall.so.2']) {
    const content = members.find((member) => member.name === `tensorflow/${name}`)?.content;
    expect(fs.readFileSync(path.join(world.libraries, name)).equals(content ?? Buffer.alloc(0))).toBe(true);
  }
  expect(fs.readFileSync(world.addon, 'utf8')).toBe('compiled');
  expect(world.parts()).toEqual([]);
}

/** How often the compiler made an addon. */
export function compilations(world: World): number {
  return world.calls().filter(([program]) => program === 'c++').length;
}
