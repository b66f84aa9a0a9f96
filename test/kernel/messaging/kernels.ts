import path from 'node:path';

const project = path.resolve(import.meta.dirname, '../../..');

/** Arguments of node that start the kernel. */
export const realKernel: readonly string[] = [path.join(project, 'kernel-lib/dist/kernel/main.js')];

/** Arguments of node that start the messaging thread with a main thread that runs JavaScript. */
export const fakeKernel: readonly string[] = ['--import', 'tsx', path.join(import.meta.dirname, 'fake-main.ts')];
