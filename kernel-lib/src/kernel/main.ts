#!/usr/bin/env node
/**
 * The TypeScript kernel, as Jupyter starts it: `node main.js --config-path CONNECTION_FILE`. Three threads: this one runs cells,
 * one speaks the Jupyter protocol, one knows TypeScript (link.ts).
 */
import './execution/own-globals';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { MessageChannel, Worker } from 'node:worker_threads';
import '../tensor/node-compat';
import { kernelInfo } from './about';
import { startExecution } from './execution/main-thread';
import {
  SHARED_WORDS,
  type FromExecution,
  type LanguageData,
  type MessagingData,
  type ToExecution,
  type ToLanguage,
} from './link';
import { warmUp } from './warm-up';

function main(args: readonly string[]): void {
  const { values } = parseArgs({ args: [...args], options: { 'config-path': { type: 'string' } } });
  const connectionFile = values['config-path'];
  if (connectionFile === undefined) throw new Error('The notebook kernel needs --config-path CONNECTION_FILE.');
  const shared = new SharedArrayBuffer(SHARED_WORDS * Int32Array.BYTES_PER_ELEMENT);
  const between = new MessageChannel();
  const folder = process.cwd();
  const languageData: LanguageData = { folder, messaging: between.port1 };
  const language = startThread('language', languageData, between.port1);
  const messagingData: MessagingData = {
    kernelInfo: kernelInfo(version()),
    connectionFile,
    shared,
    language: between.port2,
  };
  const messaging = startThread('messaging', messagingData, between.port2);
  const post = (message: FromExecution): void => { messaging.postMessage(message); }; // prettier-ignore
  const { receive, load } = startExecution({ folder, post, shared: new Int32Array(shared), language });
  messaging.on('message', (message: ToExecution) => { receive(message); }); // prettier-ignore
  const ask = (request: ToLanguage): void => { language.postMessage(request); }; // prettier-ignore
  void warmUp({ packages: process.env.UNROLLED_WARM, load, ask });
}

// taken before a cell can replace it
const exit = process.exit.bind(process);

const YOUNG_MB = 4;

/** A thread that the kernel cannot do without: when it fails, the kernel says why and ends. */
function startThread(name: 'language' | 'messaging', data: object, port: MessageChannel['port1']): Worker {
  const file = path.join(__dirname, name, 'worker.js');
  // left to itself, V8 lets the compiler's short-lived objects take three times the memory before it looks at them
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB };
  const worker = new Worker(file, { workerData: data, transferList: [port], resourceLimits });
  worker.on('error', (error) => { fail(error); }); // prettier-ignore
  return worker;
}

function version(): string {
  const manifest = fs.readFileSync(path.join(__dirname, '../../package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return exit(1);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  fail(error);
}
