import fc from 'fast-check';
import { windows } from 'kernel-lib/text/windows';
import { describe, expect, it } from 'vitest';

const idsTo = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i);

describe('windows', () => {
  it('pairs every stretch with the symbols that come next', () => {
    const cut = windows(idsTo(8), { length: 3, step: 2 });
    expect(cut.count).toBe(3);
    expect([0, 1, 2].map((i) => [...cut.input(i)])).toEqual([
      [0, 1, 2],
      [2, 3, 4],
      [4, 5, 6],
    ]);
    expect([0, 1, 2].map((i) => [...cut.targets(i)])).toEqual([
      [1, 2, 3],
      [3, 4, 5],
      [5, 6, 7],
    ]);
  });

  it('counts as the Keras example does: 200,285 windows of 40, step 3, in 600,893 characters', () => {
    expect(windows(new Int32Array(600_893), { length: 40, step: 3 }).count).toBe(200_285);
  });

  it('copies nothing', () => {
    const ids = idsTo(10);
    expect(windows(ids, { length: 4 }).input(5).buffer).toBe(ids.buffer);
  });

  it('covers the corpus: as many as fit, none beyond the end, every symbol reached when steps do not jump', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 30 }),
        fc.nat({ max: 100 }),
        (length, step, more) => {
          const ids = idsTo(length + 1 + more);
          const cut = windows(ids, { length, step });
          let expected = 0;
          for (let start = 0; start + length < ids.length; start += step) {
            expect(cut.input(expected)).toEqual(ids.slice(start, start + length));
            expect(cut.targets(expected)).toEqual(ids.slice(start + 1, start + length + 1));
            expected++;
          }
          expect(cut.count).toBe(expected);
          if (step <= length) {
            const seen = new Set<number>();
            for (let i = 0; i < cut.count; i++) for (const id of cut.input(i)) seen.add(id);
            // At most the last step − 1 inputs and the final target are left over.
            expect(seen.size).toBeGreaterThan(ids.length - 1 - step);
            expect(Math.max(...seen)).toBe(seen.size - 1);
          }
        },
      ),
    );
  });

  it('says how long a text must be', () => {
    expect(() => windows(idsTo(40), { length: 40, step: 3 })).toThrow(
      'windows: ids has 40 symbols; expected at least 41, a window of 40 and the symbol after it',
    );
    expect(windows(idsTo(41), { length: 40 }).count).toBe(1);
  });

  it.each([0, -1, 1.5, NaN])('refuses a length or step of %s', (value) => {
    expect(() => windows(idsTo(9), { length: value })).toThrow(`windows: length is ${value}; expected an integer`);
    expect(() => windows(idsTo(9), { length: 2, step: value })).toThrow(`windows: step is ${value}; expected`);
  });

  it('refuses a window that is not there', () => {
    const cut = windows(idsTo(9), { length: 4 });
    expect(() => cut.input(5)).toThrow('there is no window 5; expected an integer from 0 to 4');
    expect(() => cut.targets(-1)).toThrow('there is no window -1');
  });
});
