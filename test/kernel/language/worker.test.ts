import fs from 'node:fs';
import path from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FromLanguage, LanguageData, ToLanguage } from '../../../kernel-lib/src/kernel/link';
import { makeFolder } from './notebook';

interface Port {
  postMessage(message: ToLanguage): void;
  on(event: 'message', listener: (message: FromLanguage) => void): unknown;
  off(event: 'message', listener: (message: FromLanguage) => void): unknown;
}

let folder: string;
let worker: Worker;
const { port1, port2 } = new MessageChannel();
let serial = 0;

function ask(port: Port, request: { type: ToLanguage['type']; [name: string]: unknown }): Promise<FromLanguage> {
  const own = ++serial;
  return new Promise((resolve) => {
    const listen = (message: FromLanguage): void => {
      if (message.serial !== own) return;
      port.off('message', listen);
      resolve(message);
    };
    port.on('message', listen);
    port.postMessage({ ...request, serial: own } as ToLanguage);
  });
}

beforeAll(() => {
  folder = makeFolder();
  const entry = path.resolve(import.meta.dirname, '../../../kernel-lib/src/kernel/language/worker.ts');
  const workerData: LanguageData = { folder, messaging: port2 };
  worker = new Worker(`require('tsx/cjs'); require(${JSON.stringify(entry)});`, {
    eval: true,
    workerData,
    transferList: [port2],
  });
});
afterAll(async () => {
  await worker.terminate();
  port1.close();
  fs.rmSync(folder, { recursive: true });
});

it('answers both of its ports, out of one memory, and survives nonsense', async () => {
  const [mine, others] = await Promise.all([
    ask(worker, { type: 'convert', code: 'const quokka = 1;', transient: false }),
    ask(port1, { type: 'is_complete', content: { code: 'if (' } }),
  ]);
  expect(mine).toMatchObject({ type: 'converted', conversion: { ok: true, files: [] } });
  expect(others).toMatchObject({ type: 'answer', content: { status: 'incomplete' } });
  expect(await ask(worker, { type: 'convert', code: 5, transient: false })).toMatchObject({
    conversion: {
      ok: false,
      problems: [{ line: 1, message: expect.stringContaining('The compiler failed on this cell') as unknown }],
    },
  });
  expect(await ask(port1, { type: 'complete', content: { code: 'quo', cursor_pos: 3 } })).toMatchObject({
    content: { matches: ['quokka'] },
  });
});
