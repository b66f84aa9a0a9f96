import util from 'node:util';

/**
 * tfjs-node 4.22 still calls two `util` helpers that Node 22 warns of, on stderr, and Node 23 began to remove. Import this
 * module before the first op runs.
 */
Object.assign(util, {
  isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
  isArray: (value: unknown): boolean => Array.isArray(value),
});
