import { afterEach, describe, expect, it, vi } from 'vitest';
import { budget, profile } from '../../kernel-lib/src/course';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('budget', () => {
  it.each([
    [undefined, 'quick', 3],
    ['', 'quick', 3],
    ['quick', 'quick', 3],
    ['full', 'full', 20],
  ] as const)('with UNROLLED_PROFILE %s spends what %s asks', (value, name, seeds) => {
    vi.stubEnv('UNROLLED_PROFILE', value);
    expect(profile()).toBe(name);
    expect(budget({ quick: 3, full: 20 })).toBe(seeds);
  });

  it('refuses another profile in one sentence', () => {
    vi.stubEnv('UNROLLED_PROFILE', 'fast');
    expect(() => budget({ quick: 1, full: 2 })).toThrow(
      "UNROLLED_PROFILE is 'fast', expected 'quick' or 'full': set one of them, or none for 'quick'.",
    );
  });
});
