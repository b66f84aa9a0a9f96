import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rng } from 'kernel-lib/tensor/rng';
import { Fuzzer } from './fuzz';
import { Client } from './messaging/client';
import { realKernel } from './messaging/kernels';

const seconds = Number(process.env.UNROLLED_FUZZ_SECONDS ?? (process.env.CI === 'true' ? 60 : 10));
// in CI always the same, as with property tests: a commit gets one answer
const seed = Number(process.env.UNROLLED_FUZZ_SEED ?? (process.env.CI === 'true' ? 20261122 : Date.now()));
const STEPS = 400;
// gigabytes are sent; what the kernel holds between two collections of garbage is some hundred megabytes
const MAX_GROWTH_MB = 500;

let client: Client;
beforeAll(async () => {
  client = await Client.start({ command: realKernel });
  // what it takes to run a first cell is no growth
  await client.run('1');
});
afterAll(() => {
  client.close();
});

const residentMegabytes = (): number =>
  Number(execFileSync('ps', ['-o', 'rss=', '-p', String(client.process.pid)], { encoding: 'utf8' })) / 1024;

it(
  `outlives ${seconds} s of rubbish, runs none of it, and answers the next good request`,
  { timeout: (seconds + 120) * 1000 },
  async () => {
    console.log(`UNROLLED_FUZZ_SEED=${seed}`);
    const good = path.join(client.folder, 'good');
    const bad = path.join(client.folder, 'bad');
    const append = (file: string, line: number): string =>
      `require("node:fs").appendFileSync(${JSON.stringify(file)}, "${line}\\n");`;
    const fuzzer = new Fuzzer(client, rng(seed), append(bad, 0));
    const before = residentMegabytes();
    let peak = before;
    let rounds = 0;
    for (const end = Date.now() + seconds * 1000; Date.now() < end; rounds++) {
      for (let i = 0; i < STEPS; i++) fuzzer.step();
      await client.flushed();
      // an interrupt among the rubbish may hit a cell, and what fails aborts what waits: the good request comes after both
      await client.reply(client.send('control', 'kernel_info_request', {}));
      while ((await client.run('0')).content.status !== 'ok');
      const id = fuzzer.good(append(good, rounds));
      expect((await client.reply(id)).content).toMatchObject({ status: 'ok' });
      peak = Math.max(peak, residentMegabytes());
      client.forget();
    }
    fuzzer.close();
    console.log(
      `${fuzzer.sent} messages in ${rounds} rounds; from ${before.toFixed()} to ${peak.toFixed()} MB at most`,
    );
    expect(client.process.exitCode ?? client.process.signalCode).toBeNull();
    // each once and in order, though sent again and again
    expect(fs.readFileSync(good, 'utf8')).toBe(Array.from({ length: rounds }, (_, i) => `${i}\n`).join(''));
    expect(fs.existsSync(bad)).toBe(false);
    expect(peak - before).toBeLessThan(MAX_GROWTH_MB);
    expect(rounds).toBeGreaterThan(0);
  },
);
