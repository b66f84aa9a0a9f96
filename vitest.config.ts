import os from 'node:os';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

const source = path.resolve(import.meta.dirname, 'kernel-lib/src');

export default defineConfig({
  resolve: {
    alias: [
      { find: /^kernel-lib$/, replacement: path.join(source, 'index.ts') },
      { find: /^kernel-lib\/(.*)$/, replacement: path.join(source, '$1') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: [
      path.join(source, 'tensor/node-compat.ts'),
      path.resolve(import.meta.dirname, 'test/property-seed.ts'),
    ],
    // tfjs-node keeps one native backend per process: worker threads would share it.
    pool: 'forks',
    // one less is the default: one file at a time on the two cores that CI has
    maxWorkers: os.availableParallelism(),
    // for what hangs, not for what is slow: a busy machine may take ten times as long
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
