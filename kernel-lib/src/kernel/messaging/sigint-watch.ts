import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Log } from './log';

/**
 * Hears SIGINT whatever the main thread does. Node runs signal handlers on the main thread between other work, so an endless
 * loop would keep one from ever running; but Node stops a script that was started with `breakOnSigint` in any thread, so a
 * thread of its own waits in one.
 */
export function watchSigint(onSigint: () => void, log: Log): void {
  const worker = new Worker(path.join(__dirname, 'sigint-watch.worker.js'), {
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  });
  worker.on('message', onSigint);
  // without it a kernel still hears interrupt_request
  worker.on('error', (error) => { log(`SIGINT is not heard: ${error.message}`); }); // prettier-ignore
  worker.unref();
}
