import vm from 'node:vm';
import { parentPort } from 'node:worker_threads';

const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

function wait(): void {
  Atomics.wait(never, 0, 0);
}

/** Tells of each SIGINT, for ever. */
function watch(): void {
  for (;;) {
    try {
      vm.runInThisContext('wait()', { breakOnSigint: true });
    } catch {
      parentPort?.postMessage('SIGINT');
    }
  }
}

Object.assign(globalThis, { wait, watch });
// Node listens while any such script runs, and stops the innermost: this outer one keeps it listening between two of them
vm.runInThisContext('watch()', { breakOnSigint: true });
