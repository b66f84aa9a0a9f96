import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';

const DRAIN_MS = 20;
const MAX_DRAINS = 10;

/**
 * Waits until what a client sent before it could know of an error has arrived: until nothing came for a moment, and the event
 * loop has looked at the sockets since. A client that never stops sending waits no longer than ten such moments.
 */
export async function drain(arrivals: () => number): Promise<void> {
  for (let i = 0; i < MAX_DRAINS; i++) {
    const before = arrivals();
    await delay(DRAIN_MS);
    // timers come before sockets in the event loop's round
    await turn();
    await turn();
    if (arrivals() === before) return;
  }
}
