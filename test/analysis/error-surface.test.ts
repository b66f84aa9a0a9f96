import { errorSurface, oneUnit } from 'kernel-lib/analysis';
import { describe, expect, it } from 'vitest';

const axis = { from: 0, to: 2, count: 3 };

describe('errorSurface', () => {
  it('lays E(x, y) out with a row for each y, both ends included', () => {
    const surface = errorSurface({
      x: { name: 'a', ...axis },
      y: { name: 'b', from: -1, to: 1, count: 2 },
      error: (x, y) => 10 * x + y,
      gradient: (x, y) => ({ x: 3 * x, y: 4 * y }),
    });
    expect(surface.x).toEqual([0, 1, 2]);
    expect(surface.y).toEqual([-1, 1]);
    expect(surface.z).toEqual([[-1, 9, 19], [1, 11, 21]]); // prettier-ignore
    expect(surface.gradientNorm?.map((row) => row[1])).toEqual([5, 5]);
    expect(surface.gradientNorm?.[0]).toEqual([4, 5, Math.hypot(6, 4)]);
  });

  it('has no gradient where none is given', () => {
    const error = (x: number): number => x;
    expect(errorSurface({ x: { name: 'a', ...axis }, y: { name: 'b', ...axis }, error })).not.toHaveProperty(
      'gradientNorm',
    );
  });

  it('shows the wall of figure 6 where Pascanu, Mikolov and Bengio 2013 have it', () => {
    const { x, y, z, gradientNorm } = errorSurface({
      x: { name: 'w', from: 2, to: 8, count: 201 },
      y: { name: 'b', from: -4, to: -1, count: 201 },
      error: (w, b) => oneUnit({ w, b }).error,
      gradient: (w, b) => {
        const { gradient } = oneUnit({ w, b });
        return { x: gradient.w, y: gradient.b };
      },
    });
    const norms = (gradientNorm ?? []).flatMap((row, j) => row.map((norm, i) => ({ norm, w: x[i], b: y[j] })));
    norms.sort((p, q) => p.norm - q.norm);
    const steepest = norms.at(-1);
    expect(steepest?.norm).toBeCloseTo(3320, -1);
    expect(steepest?.w).toBeCloseTo(4.94, 5);
    expect(steepest?.b).toBeCloseTo(-2.575, 5);
    expect(norms[norms.length >> 1]?.norm).toBeCloseTo(0.0453, 4);
    expect(Math.max(...z.flat())).toBeLessThan(0.49); // σ lies between 0 and 1, so E ≤ 0.7²
  });

  it.each([
    [{ name: 'w', from: 2, to: 2, count: 5 }, 'x (w): got from 2 to 2, expected two finite numbers, the first the'],
    [{ name: 'w', from: 0, to: NaN, count: 5 }, 'x (w): got from 0 to NaN'],
    [{ name: 'w', from: 0, to: 1, count: 1 }, 'x (w): got count 1, expected an integer of at least 2.'],
    [{ name: 'w', from: 0, to: 1, count: 2.5 }, 'x (w): got count 2.5'],
  ])('refuses %j', (x, sentence) => {
    expect(() => errorSurface({ x, y: { name: 'b', ...axis }, error: () => 0 })).toThrow(sentence);
    expect(() => errorSurface({ x: { name: 'w', ...axis }, y: x, error: () => 0 })).toThrow(
      sentence.replace('x (', 'y ('),
    );
  });
});
