import util from 'node:util';
import 'kernel-lib/tensor/node-compat';
import { expect, test } from 'vitest';

test('util has the two helpers that tfjs-node calls, on every Node', () => {
  const { isNullOrUndefined, isArray } = util as unknown as Record<string, (value: unknown) => boolean>;
  expect([null, undefined, 0, ''].map((value) => isNullOrUndefined?.(value))).toEqual([true, true, false, false]);
  expect([[], {}].map((value) => isArray?.(value))).toEqual([true, false]);
});
