/**
 * The messaging thread: the kernel's sockets and the Jupyter protocol. It has a thread of its own so that heartbeats,
 * interrupts, completion and output go on while a cell keeps the main thread busy. What it throws while it starts is one
 * sentence for the user, and reaches the main thread as the worker's `error`.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { FromExecution, MessagingData, ToExecution } from '../link';
import { readConnection } from './connection';
import { Kernel } from './kernel';
import { createLog } from './log';
import { watchParent } from './parent-watch';
import { watchSigint } from './sigint-watch';
import { Sockets } from './sockets';
import { loadZeromq } from './zeromq';

async function main(): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('The messaging thread is started by the kernel, not by itself.');
  const data = workerData as MessagingData;
  const log = createLog();
  watchParent();
  const connection = readConnection(data.connectionFile);
  const sockets = new Sockets(loadZeromq(), log);
  const post = (message: ToExecution): void => { port.postMessage(message); }; // prettier-ignore
  const kernel = new Kernel({ data, connection, sockets, post, log });
  await sockets.bind(connection);
  port.on('message', (message: FromExecution) => { kernel.fromExecution(message); }); // prettier-ignore
  kernel.start();
  watchSigint(() => { kernel.interrupt(); }, log); // prettier-ignore
  // a kernel without its sockets is lost, so what was overlooked may cost a message but not the thread
  process.on('uncaughtException', (error) => { log(`the messaging thread failed: ${String(error.stack)}`); }); // prettier-ignore
}

main().catch((error: unknown) => {
  // out of the promise, so that the main thread hears of it as an error of this thread
  setImmediate(() => { throw error; }); // prettier-ignore
});
