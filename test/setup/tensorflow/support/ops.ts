import fs from 'node:fs';
import path from 'node:path';
import { worldWithServer } from './provisioning';
import { tensorflow, type World } from './world';

export const installed = (world: World): string => path.join(path.dirname(world.addon), 'unrolled_ops.node');
export const addons = (world: World, platform = 'linux-x64'): string =>
  path.join(world.cacheDir, 'tensorflow', `${tensorflow}-${platform}-r1-addons`);
export const cached = (world: World): string[] =>
  fs.readdirSync(addons(world)).filter((name) => name.startsWith('unrolled'));
export const notes = (world: World): string[] =>
  world.lines.filter((line) => line.startsWith('note the recurrent layers'));
/** The compiler's calls for the ops. */
export const calls = (world: World): string[][] =>
  world.calls().filter((call) => call[0] === 'c++' && !call.some((word) => word.endsWith('tfjs_binding.cc')));

export function writeSources(world: World, kernel = '// a kernel\n'): void {
  fs.mkdirSync(world.ops, { recursive: true });
  for (const name of ['addon.cc', 'level.cc']) fs.writeFileSync(path.join(world.ops, name), `// ${name}\n`);
  fs.writeFileSync(path.join(world.ops, 'lstm.h'), kernel);
}

export async function worldWithOps(): Promise<World> {
  const { world } = await worldWithServer();
  writeSources(world);
  return world;
}
