import { opsInUse } from 'kernel-lib/native';
import { expect, test, vi } from 'vitest';

// The same tests once more, on TensorFlow's own ops: what serves where no compiler is.
vi.hoisted(() => {
  process.env.UNROLLED_OPS = 'stock';
});

import './agreement';
import './dropout-masks.test';
import './ids.test';
import './lstm.test';
import './packed-lstm.test';
import './packed.test';

test('runs on the stock ops', () => {
  expect(opsInUse()).toEqual({ ops: 'stock', reason: 'UNROLLED_OPS is stock.' });
});
