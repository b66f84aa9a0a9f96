import * as analysis from 'kernel-lib/analysis';
import * as tasks from 'kernel-lib/tasks';
import { rng } from 'kernel-lib/tensor';
import type { Experiment } from './experiment.ts';

/** Figure 6 of Pascanu, Mikolov and Bengio 2013: the wall in the error surface of a net of one unit. */
export const figure6: Experiment = {
  name: 'figure 6 of 2013',
  source:
    'Pascanu, Mikolov and Bengio 2013, On the difficulty of training recurrent neural networks, figure 6 (a picture)',
  published:
    'a wall; a grid of w in [2, 8], b in [−4, −1] had a largest gradient norm of 3.3e3 near (4.94, −2.58), median 0.045',
  success: 'those three figures',
  expected: 'all',
  differs:
    'Steps of 0.015 meet the wall there. It is so thin that other grids find other figures, and a fine line at b = −2.7 a higher one.',
  seeds: { quick: [0], full: [0] },
  run: () => {
    const grid = norms(401, { from: -4, to: -1, count: 201 });
    const line = norms(40_001, { from: -2.7, to: -2, count: 2 }).filter(({ b }) => b === -2.7);
    const largest = grid.at(-1) ?? { norm: NaN, w: NaN, b: NaN };
    const median = grid[Math.floor(grid.length / 2)]?.norm ?? NaN;
    const near = Math.abs(largest.w - 4.94) < 0.006 && Math.abs(largest.b + 2.58) < 0.006;
    return {
      success: Math.abs(largest.norm - 3.3e3) < 50 && near && Math.abs(median - 0.045) < 0.0005,
      figures: {
        ...{ 'largest norm': largest.norm, 'at w': largest.w, 'at b': largest.b, 'median norm': median },
        'largest at b −2.7': line.at(-1)?.norm ?? NaN,
      },
    };
  },
};

/** ‖∂E/∂(w, b)‖ over a grid with w from 2 to 8, the smallest first. */
function norms(
  count: number,
  b: { readonly from: number; readonly to: number; readonly count: number },
): { readonly norm: number; readonly w: number; readonly b: number }[] {
  const {
    x,
    y,
    gradientNorm = [],
  } = analysis.errorSurface({
    x: { name: 'w', from: 2, to: 8, count },
    y: { name: 'b', ...b },
    error: () => 0,
    gradient: (w, at) => {
      const { gradient } = analysis.oneUnit({ w, b: at });
      return { x: gradient.w, y: gradient.b };
    },
  });
  return gradientNorm
    .flatMap((row, j) => row.map((norm, i) => ({ norm, w: x[i] ?? NaN, b: y[j] ?? NaN })))
    .sort((p, q) => p.norm - q.norm);
}

/** The floors that a network without a memory cannot get below. */
export const floors: Experiment = {
  name: 'analytic floors',
  source:
    'Arjovsky, Shah and Bengio 2016, Unitary evolution recurrent neural networks, sections 4.1 and 4.2; Le, Jaitly and Hinton 2015, A simple ' +
    'way to initialize recurrent networks of rectified linear units, section 4.1',
  published: 'adding problem: 1/6 = 0.1667; copying: 10 ln 8 / (T + 20) = 0.1733 at T 100, 0.0945 at T 200',
  success: 'what guessing gets on 20,000 drawn sums is within 0.005 of 1/6, and on drawn copies the floor',
  expected: 'all',
  differs: 'The errors are measured: saying 1 for every sum; blanks until the sign, then one of the eight digits.',
  seeds: { quick: [1, 2, 3], full: [1, 2, 3] },
  run: (seed) => {
    const stream = rng(seed);
    const sums = tasks.addingProblem({ rng: stream, batch: 20_000, length: 10 });
    const adding = Array.from(sums.targets.dataSync()).reduce((sum, target) => sum + (target - 1) ** 2, 0) / 20_000;
    const [short, long] = [100, 200].map((length) => {
      const { xs, labels } = tasks.copyMemory({ rng: stream, batch: 20, length });
      const said = labels.arraySync().flatMap((row) => row.map((label, t): number => guessed(label, t, length)));
      xs.dispose();
      labels.dispose();
      return said.reduce((sum, nats) => sum + nats, 0) / said.length;
    }) as [number, number];
    sums.xs.dispose();
    sums.targets.dispose();
    const copies = [short - tasks.copyMemoryFloor(100), long - tasks.copyMemoryFloor(200)];
    return {
      success: Math.abs(adding - tasks.addingProblemFloor) < 0.005 && copies.every((off) => Math.abs(off) < 1e-9),
      figures: { 'adding, MSE': adding, 'copying T 100, nats': short, 'copying T 200, nats': long },
    };
  },
};

/** The nats that a guesser pays who knows when it is time for digits, but not which: nothing for blanks, ln 8 for a digit. */
function guessed(label: number, t: number, length: number): number {
  if (t < length + 10) return label === 8 ? 0 : Infinity;
  return label < 8 ? Math.log(8) : Infinity;
}
