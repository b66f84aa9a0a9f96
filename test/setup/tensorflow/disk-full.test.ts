import fs from 'node:fs';
import type * as FilePromises from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { serve } from './support/server';
import { makeWorld, sha256, tensorflow, wheel, type World } from './support/world';

/** What the make-believe disk does: bytes that it says are free, and how many it takes before it is full. */
const disk = vi.hoisted(() => ({ free: Infinity, takes: Infinity }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof FilePromises>();
  return {
    ...real,
    statfs: (folder: string) =>
      disk.free === Infinity ? real.statfs(folder) : Promise.resolve({ bavail: disk.free, bsize: 1 }),
    open: async (...args: Parameters<typeof real.open>) => {
      const handle = await real.open(...args);
      const append = handle.appendFile.bind(handle);
      handle.appendFile = async (data) => {
        disk.takes -= data.length;
        if (disk.takes < 0)
          throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
        await append(data);
      };
      return handle;
    },
  };
});

async function world(ranges = true): Promise<World> {
  Object.assign(disk, { free: Infinity, takes: Infinity });
  const server = await serve(wheel, { ranges });
  onTestFinished(() => server.close());
  return makeWorld({ url: server.url, sha256: sha256(wheel) });
}

it.each([
  ['parts of the wheel', true],
  ['the whole wheel', false],
])('asks before it fetches %s, and says how much is needed and where', async (_what, ranges) => {
  const there = await world(ranges);
  disk.free = 1000;
  await expect(there.provision()).rejects.toThrow(
    /^TensorFlow needs 4 MB in \S+cache\/tensorflow\S* and the disk has 1 MB free: free some space, or set UNROLLED_CACHE/,
  );
  expect(fs.existsSync(there.addon)).toBe(false);
});

it('says so when the disk fills up on the way, does not retry, and ends well once there is room', async () => {
  const there = await world();
  disk.takes = 400_000;
  await expect(there.provision()).rejects.toThrow(
    /^The disk is full: TensorFlow \(4 MB in all\) did not fit into .*UNROLLED_CACHE/,
  );
  expect(disk.takes).toBeGreaterThan(-200_000);
  disk.takes = Infinity;
  expect(await there.provision()).toMatchObject({ tensorflow, alreadyThere: false });
});

it('says so when the cache cannot be a folder', async () => {
  const there = await world();
  const file = path.join(there.root, 'file');
  fs.writeFileSync(file, '');
  await expect(there.provision({ cacheDir: file })).rejects.toThrow(/Could not write to .*\(ENOTDIR\).*UNROLLED_CACHE/);
});
