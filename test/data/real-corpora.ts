import { describe, expect, it } from 'vitest';

/**
 * Tests on the real corpora. They run where UNROLLED_DATASETS names their folder; elsewhere a line says that they did not,
 * and in CI that is a failure.
 */
export function onRealCorpora(what: string, tests: (folder: string) => void): void {
  const folder = process.env.UNROLLED_DATASETS;
  describe(what, () => {
    if (folder) {
      tests(folder);
      return;
    }
    it('is tested in CI', () => {
      console.log(`NOT TESTED: ${what}. Set UNROLLED_DATASETS to the folder with the corpora.`);
      expect(process.env.CI, 'CI must set UNROLLED_DATASETS').not.toBe('true');
    });
  });
}
