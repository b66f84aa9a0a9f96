import path from 'node:path';
import { Worker } from 'node:worker_threads';

/**
 * Ends the kernel when the process that started it is gone: a killed runner or server would leave it behind. The watch runs in
 * a worker, because an endless loop in a cell would keep a timer of the main thread from ever firing. Jupyter sets
 * JPY_PARENT_PID unless the kernel is meant to outlive it.
 */
export function watchParent(): void {
  if (!process.env.JPY_PARENT_PID) return;
  const worker = new Worker(path.join(__dirname, 'parent-watch.worker.js'), { stdout: true, stderr: true });
  worker.unref();
}
