/**
 * A kernel without TypeScript: the real messaging thread, with a main thread that runs JavaScript and a language thread that
 * answers what it was asked. Run as Jupyter runs a kernel: `--config-path CONNECTION_FILE`.
 *
 * A cell sees `print(text)`, `show(text)`, `result(text)`, `input(prompt)`, `require` and `state`.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import inspector from 'node:inspector';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { MessageChannel, Worker } from 'node:worker_threads';
import {
  OUTSTANDING,
  SHARED_WORDS,
  type Content,
  type FromExecution,
  type MessagingData,
  type ToExecution,
} from 'kernel-lib/kernel/link';

const LIMIT = 1 << 20;
const { values } = parseArgs({ options: { 'config-path': { type: 'string' } } });

const shared = new SharedArrayBuffer(SHARED_WORDS * Int32Array.BYTES_PER_ELEMENT);
const words = new Int32Array(shared);
const { port1: toLanguage, port2: language } = new MessageChannel();
const languageThread = new Worker(
  `const { workerData: port } = require('node:worker_threads');
  port.on('message', ({ type, serial, content }) => {
    if (content.code === 'never') return;
    if (content.code === 'end') process.exit();
    port.postMessage({ type: 'answer', serial, content: { status: 'ok', type, asked: content } });
  });`,
  { eval: true, workerData: toLanguage, transferList: [toLanguage] },
);
languageThread.unref();

const data: MessagingData = {
  kernelInfo: { protocol_version: '5.4', implementation: 'fake', banner: 'fake' },
  connectionFile: values['config-path'] ?? '',
  shared,
  language,
};
const script = path.resolve(import.meta.dirname, '../../../kernel-lib/dist/kernel/messaging/worker.js');
const messaging = new Worker(script, { workerData: data, transferList: [language] });
const post = (message: FromExecution): void => { messaging.postMessage(message); }; // prettier-ignore
messaging.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});

const cell = new AsyncLocalStorage<string>();
let running: { readonly id: string; fail(error: Error): void } | undefined;
let answer: ((value: string) => void) | undefined;

function output(message: 'stream' | 'display_data' | 'execute_result', content: Content): void {
  const bytes = 200 + JSON.stringify(content).length;
  Atomics.add(words, OUTSTANDING, bytes);
  post({ type: 'output', id: cell.getStore() ?? '', message, content, bytes });
  while (Atomics.load(words, OUTSTANDING) > LIMIT)
    Atomics.wait(words, OUTSTANDING, Atomics.load(words, OUTSTANDING), 100);
}

const state = { interrupts: 0, comms: [] as unknown[], peak: 0 };
Object.assign(globalThis, {
  state,
  require: createRequire(import.meta.url),
  print: (text: string) => { output('stream', { name: 'stdout', text }); },
show: (text: string) => { output('display_data', { data: { 'text/plain': text }, metadata: {} }); },
  result: (text: string) => { output('execute_result', { data: { 'text/plain': text }, metadata: {}, execution_count: 0 }); },
  input: async (prompt: string) => {
    post({ type: 'input-request', id: cell.getStore() ?? '', prompt, password: prompt.startsWith('password') });
    return new Promise<string>((resolve) => { answer = resolve; });
  },
}); // prettier-ignore

const session = new inspector.Session();
session.connect();

function evaluate(code: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const options = { expression: code, replMode: true, awaitPromise: true };
    session.post('Runtime.evaluate', options, (error, reply: inspector.Runtime.EvaluateReturnType) => {
      if (error) reject(new Error('interrupted'));
      else if (reply.exceptionDetails) reject(new Error(reply.exceptionDetails.exception?.description?.split('\n')[0]));
      else resolve(reply.result.value);
    });
  });
}

async function execute({ id, code }: Extract<ToExecution, { type: 'execute' }>): Promise<void> {
  const interrupted = new Promise<never>((_, reject) => { running = { id, fail: reject }; }); // prettier-ignore
  const end = { type: 'executed', id, userExpressions: {}, payload: [] } as const;
  try {
    await Promise.race([cell.run(id, () => evaluate(code)), interrupted]);
    post(end);
  } catch (error) {
    const { message } = error as Error;
    post({ ...end, failure: { ename: 'Error', evalue: message, traceback: [message] } });
  }
  running = undefined;
}

messaging.on('message', (message: ToExecution) => {
  switch (message.type) {
    case 'execute':
      void execute(message);
      break;
    case 'comm':
      state.comms.push([message.message, message.content, message.buffers.map((buffer) => [...buffer])]);
      if (message.message === 'comm_open')
        post({ type: 'comms', targets: { [String(message.content.comm_id)]: 'slider' } });
      post({ type: 'comm-handled', id: message.id });
      break;
    case 'input':
      answer?.(message.value);
      break;
    case 'interrupt':
      state.interrupts += 1;
      post({ type: 'interrupted', serial: message.serial });
      if (running) post({ type: 'input-dropped', id: running.id });
      running?.fail(new Error('interrupted'));
      break;
    case 'shutdown':
      process.exit(0);
  }
});
post({ type: 'ready' });
