import path from 'node:path';

/** Arguments of node that start the messaging thread with a main thread that runs JavaScript. */
export const fakeKernel: readonly string[] = ['--import', 'tsx', path.join(import.meta.dirname, 'fake-main.ts')];
