import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkValue } from '../../kernel-lib/src/course';

const time = ['batch', 'time'];
const reference = { z: [[0.1, 0.2, 0.3]], r: [[0.4, 0.5, 0.6]], h: [[0.7, 0.8, 0.9]], width: 3 };

function refusal(change: object): string {
  try {
    checkValue('gates', { answer: { ...reference, ...change }, reference, axes: { z: time, r: time, h: time } });
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the answer passed');
}

beforeEach(() => {
  vi.spyOn(console, 'log').mockReturnValue(undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('where several fields go along time', () => {
  it('names the gate that goes wrong earliest, whatever its place', () => {
    expect(refusal({ z: [[0.1, 0.2, 0.9]], r: [[0.4, 0.9, 0.6]], h: [[0.7, 0.8, 0]] })).toContain(
      '`r` in the answer differs from the reference first at time step t = 2, ',
    );
  });

  it('names the first in order of those that go wrong in the same step', () => {
    expect(refusal({ r: [[0.4, 0.9, 0.6]], h: [[0.7, 0, 0]] })).toContain(
      '`r` in the answer differs from the reference first at time step t = 2, ',
    );
  });

  it('names a step before what has no time, and that where no step is wrong', () => {
    expect(refusal({ h: [[0.7, 0.8, 0]], width: 4 })).toContain('`h` in the answer differs');
    expect(refusal({ width: 4 })).toContain('`width` in the answer differs');
    expect(refusal({ z: [[0.1, 0.2]], r: [[0, 0, 0]] })).toContain('`z` in the answer has shape [1, 2]');
    expect(refusal({ z: [[0, 0.2, 0.3]], r: 'a text' })).toContain('`z` in the answer differs');
  });
});
