/**
 * Ends the process at once, and what cells started with it where the kernel leads its process group, as Jupyter's own launcher
 * makes it. A thread other than the main one has no gentler way, and the main thread may be in an endless loop.
 */
export function killKernel(): void {
  try {
    // there is a group of this number only when this process leads it
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    process.kill(process.pid, 'SIGKILL');
  }
}
