/** One side of the grid: `count` values from `from` to `to`, both included. */
export interface SurfaceAxis {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** What to measure over a grid of two parameters. */
export interface ErrorSurfaceOptions {
  readonly x: SurfaceAxis;
  readonly y: SurfaceAxis;
  /** E(x, y). */
  readonly error: (x: number, y: number) => number;
  /** ∂E/∂x and ∂E/∂y. */
  readonly gradient?: (x: number, y: number) => { readonly x: number; readonly y: number };
}

/** An error over a grid, as `plots.surface` and `plots.contour` take it. */
export interface ErrorSurface {
  readonly x: number[];
  readonly y: number[];
  /** E at x[i], y[j] is z[j][i]. */
  readonly z: number[][];
  /** ‖(∂E/∂x, ∂E/∂y)‖, laid out as z, where a gradient was given. */
  readonly gradientNorm?: number[][];
}

/**
 * The error of a network as a landscape over two of its parameters, z[j][i] = E(x[i], y[j]), with the length of the gradient.
 *
 * @throws Error for an axis that has no extent or fewer than two values
 */
export function errorSurface({ x, y, error, gradient }: ErrorSurfaceOptions): ErrorSurface {
  const [xs, ys] = [valuesOf('x', x), valuesOf('y', y)];
  const over = (f: (x: number, y: number) => number): number[][] => ys.map((b) => xs.map((a) => f(a, b)));
  const surface = { x: xs, y: ys, z: over(error) };
  if (gradient === undefined) return surface;
  const norm = (a: number, b: number): number => {
    const { x: dx, y: dy } = gradient(a, b);
    return Math.hypot(dx, dy);
  };
  return { ...surface, gradientNorm: over(norm) };
}

function valuesOf(axis: string, { name, from, to, count }: SurfaceAxis): number[] {
  if (!(Number.isFinite(from) && Number.isFinite(to) && from < to)) {
    throw new Error(
      `${axis} (${name}): got from ${from} to ${to}, expected two finite numbers, the first the smaller.`,
    );
  }
  if (!(Number.isInteger(count) && count >= 2)) {
    throw new Error(`${axis} (${name}): got count ${count}, expected an integer of at least 2.`);
  }
  return Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
}
