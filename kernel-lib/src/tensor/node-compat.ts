import util from 'node:util';

/**
 * tfjs-node 4.22 still calls two `util` helpers that Node 23 removed. Import this module before the first op runs.
 */
const legacy = util as unknown as Record<string, unknown>;
legacy.isNullOrUndefined ??= (value: unknown): boolean => value === null || value === undefined;
legacy.isArray ??= Array.isArray;
