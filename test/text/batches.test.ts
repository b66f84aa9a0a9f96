import fc from 'fast-check';
import { rng } from 'kernel-lib/tensor/rng';
import { batches, streams } from 'kernel-lib/text/batches';
import { windows } from 'kernel-lib/text/windows';
import { describe, expect, it } from 'vitest';

const idsTo = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i);
const rows = (flat: Int32Array, time: number): number[][] =>
  Array.from({ length: flat.length / time }, (_, b) => [...flat.subarray(b * time, (b + 1) * time)]);

describe('batches', () => {
  it('shows every window once an epoch, whatever the sizes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 10, max: 60 }),
        fc.nat({ max: 1000 }),
        (length, step, size, n, seed) => {
          const cut = windows(idsTo(n), { length, step });
          const starts: number[] = [];
          for (const batch of batches(cut, { size, rng: rng(seed) })) {
            expect(batch.time).toBe(length);
            expect(batch.inputs.length).toBe(batch.batch * length);
            for (const row of rows(batch.inputs, length)) starts.push(row[0] ?? NaN);
            expect([...batch.targets]).toEqual([...batch.inputs].map((id) => id + 1));
          }
          const inOrder = Array.from({ length: cut.count }, (_, i) => i * step);
          expect(starts.sort((a, b) => a - b)).toEqual(inOrder);
        },
      ),
    );
  });

  it('keeps the order of the text without a generator, and draws another with one', () => {
    const cut = windows(idsTo(101), { length: 1 });
    const first = (options: Parameters<typeof batches>[1]): number[] => {
      const [batch] = batches(cut, options);
      return [...(batch?.inputs ?? [])];
    };
    const inOrder = [...idsTo(50)];
    expect(first({ size: 50 })).toEqual(inOrder);
    expect(first({ size: 50, rng: rng(1) })).not.toEqual(inOrder);
    expect(first({ size: 50, rng: rng(1) })).toEqual(first({ size: 50, rng: rng(1) }));
    expect(first({ size: 50, rng: rng(1) })).not.toEqual(first({ size: 50, rng: rng(2) }));
  });

  it('gives only the symbol after each window when asked for the last', () => {
    const [batch] = batches(windows(idsTo(9), { length: 3, step: 2 }), { size: 3, targets: 'last' });
    expect([...(batch?.targets ?? [])]).toEqual([3, 5, 7]);
  });

  it('keeps or drops the last, smaller batch', () => {
    const cut = windows(idsTo(11), { length: 1 });
    const sizes = (dropLast: boolean): number[] => Array.from(batches(cut, { size: 4, dropLast }), (b) => b.batch);
    expect(sizes(false)).toEqual([4, 4, 2]);
    expect(sizes(true)).toEqual([4, 4]);
  });

  it('refuses a size that is none, before the first batch is asked for', () => {
    const cut = windows(idsTo(11), { length: 1 });
    expect(() => batches(cut, { size: 0 })).toThrow('batches: size is 0; expected an integer of at least 1');
    expect(() => batches(cut, { size: 11, dropLast: true })).toThrow('there are 10 windows and dropLast is set');
  });
});

describe('streams', () => {
  it('goes on, row by row, where the batch before ended', () => {
    const all = [...streams(idsTo(14), { size: 2, length: 3 })];
    expect(all.map((b) => b.index)).toEqual([0, 1]);
    expect(all.map((b) => rows(b.inputs, 3))).toEqual([
      [
        [0, 1, 2],
        [6, 7, 8],
      ],
      [
        [3, 4, 5],
        [9, 10, 11],
      ],
    ]);
  });

  it('covers each stream from its beginning, without a gap, for any sizes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.nat({ max: 80 }),
        (size, length, more) => {
          const n = size * length + 1 + more;
          const perStream = Math.floor((n - 1) / size);
          const seen: number[][] = Array.from({ length: size }, () => []);
          for (const batch of streams(idsTo(n), { size, length })) {
            expect([...batch.targets]).toEqual([...batch.inputs].map((id) => id + 1));
            for (const [b, row] of rows(batch.inputs, length).entries()) seen[b]?.push(...row);
          }
          const used = perStream - (perStream % length);
          expect(seen).toEqual(
            Array.from({ length: size }, (_, b) => Array.from({ length: used }, (__, t) => b * perStream + t)),
          );
        },
      ),
    );
  });

  it('says how long a text must be', () => {
    expect(() => streams(idsTo(12), { size: 3, length: 4 })).toThrow(
      'streams: ids has 12 symbols; expected at least 13, 3 streams of 4 and the symbol after them',
    );
    expect([...streams(idsTo(13), { size: 3, length: 4 })]).toHaveLength(1);
    expect(() => streams(idsTo(12), { size: 0, length: 4 })).toThrow('streams: size is 0');
    expect(() => streams(idsTo(12), { size: 1, length: 1.5 })).toThrow('streams: length is 1.5');
  });
});
