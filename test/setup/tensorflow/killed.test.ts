import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { serve, type Asked } from './support/server';
import { makeWorld, program, sha256, tensorflow, wheel, type World } from './support/world';

const repository = path.resolve(import.meta.dirname, '../../..');

/** Starts the provisioner in a process of its own and kills it with SIGKILL at the first line that `isMoment`. */
async function killAt(world: World, isMoment: (line: string) => boolean): Promise<string[]> {
  const script = path.join(import.meta.dirname, 'support/run-provision.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(world.options)], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (isMoment(line)) child.kill('SIGKILL');
  }
  return lines;
}

it('killed in the middle of the download, goes on from there the next time', async () => {
  let slow = true;
  const isLarge = ({ range }: Asked): boolean => range !== undefined && range.end - range.start > 1_000_000;
  const server = await serve(wheel, { mood: (asked) => (slow && isLarge(asked) ? { hangAfter: 700_000 } : {}) });
  onTestFinished(() => server.close());
  const world = makeWorld({ url: server.url, sha256: sha256(wheel) });
  const lines = await killAt(world, (line) => Number(/^progress (\d+)/.exec(line)?.[1]) > 500_000);
  expect(lines.some((line) => line.startsWith('done'))).toBe(false);
  expect(world.parts().some((name) => name.includes('slice-'))).toBe(true);
  expect(fs.existsSync(world.addon)).toBe(false);

  slow = false;
  const large = server.asked.find(isLarge)?.range;
  const before = server.asked.length;
  expect(await world.provision()).toMatchObject({ tensorflow, alreadyThere: false });
  const rest = server.asked.slice(before).find((asked) => asked.range?.end === large?.end)?.range;
  expect(rest?.start).toBeGreaterThan((large?.start ?? 0) + 400_000);
  expect(world.parts()).toEqual([]);
});

/** Starts the provisioner with a compiler that writes half a file, tells that it did, and waits; kills it then. */
async function killWhileItCompiles(world: World): Promise<void> {
  const compiler = fs.readFileSync(path.join(world.bin, 'c++'), 'utf8');
  program(
    path.join(world.bin, 'c++'),
    `const args = process.argv.slice(2), parent = process.ppid;
     if (!args.includes('--version')) {
       require('fs').writeFileSync(args[args.indexOf('-o') + 1], 'comp');
       require('fs').writeFileSync(${JSON.stringify(path.join(world.root, 'begun'))}, '');
       // one of several may begin when its parent has ended already
       setInterval(() => { if (process.ppid !== parent || !require('fs').existsSync(__filename)) process.exit(); }, 50);
     }`,
  );
  const script = path.join(import.meta.dirname, 'support/run-provision.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(world.options)], {
    cwd: repository,
  });
  const begun = path.join(world.root, 'begun');
  const compilers = (): string[] => (fs.existsSync(begun) ? fs.readFileSync(begun, 'utf8').trim().split('\n') : []);
  await expect.poll(() => compilers().length, { timeout: 150_000 }).toBeGreaterThan(0);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  fs.writeFileSync(path.join(world.bin, 'c++'), compiler);
}

it('killed while it compiles, compiles again and needs no network', async () => {
  const server = await serve(wheel);
  onTestFinished(() => server.close());
  const world = makeWorld({ url: server.url, sha256: sha256(wheel) });
  await killWhileItCompiles(world);
  expect(world.parts().some((name) => name.includes('napi-8.node'))).toBe(true);
  expect(fs.existsSync(world.addon)).toBe(false);

  await server.close();
  expect(await world.provision()).toMatchObject({ tensorflow, alreadyThere: false });
  expect(fs.readFileSync(world.addon, 'utf8')).toBe('compiled');
  expect(world.parts()).toEqual([]);
});

it('killed while it compiles the recurrent ops, leaves no half addon and compiles again', async () => {
  const server = await serve(wheel);
  onTestFinished(() => server.close());
  const world = makeWorld({ url: server.url, sha256: sha256(wheel) });
  await world.provision();
  fs.mkdirSync(world.ops);
  await killWhileItCompiles(world);
  const ops = path.join(path.dirname(world.addon), 'unrolled_ops.node');
  expect(world.parts().some((name) => /unrolled-ops-.*\.part$/.test(name))).toBe(true);
  expect(fs.existsSync(ops)).toBe(false);

  expect(await world.provision()).toMatchObject({ alreadyThere: true });
  expect(fs.readFileSync(ops, 'utf8')).toBe('compiled');
  expect(world.parts()).toEqual([]);
});
