/** How much a chapter trains: `quick` in a few minutes, for a lesson and for CI; `full` as the papers did. */
export type Profile = 'quick' | 'full';

/**
 * The profile in use: `quick`, unless the environment's `UNROLLED_PROFILE` says `full` (as `npm run notebooks -- 04 --full` does).
 *
 * @throws Error for any other value of `UNROLLED_PROFILE`
 */
export function profile(): Profile {
  const value = process.env.UNROLLED_PROFILE ?? '';
  if (value === '' || value === 'quick') return 'quick';
  if (value === 'full') return 'full';
  throw new Error(`UNROLLED_PROFILE is '${value}', expected 'quick' or 'full': set one of them, or none for 'quick'.`);
}

/**
 * What a chapter spends, by the profile.
 * ```ts
 * const seeds = course.budget({ quick: 3, full: 20 });
 * ```
 *
 * @throws Error for an `UNROLLED_PROFILE` that is neither
 */
export function budget<T>(amounts: Readonly<Record<Profile, T>>): T {
  return amounts[profile()];
}
