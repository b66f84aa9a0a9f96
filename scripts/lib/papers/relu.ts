import * as analysis from 'kernel-lib/analysis';
import { rng, type Rng } from 'kernel-lib/tensor';
import type { Experiment } from './experiment.ts';

const draws = 1000;
const hidden = 5;
const time = 50;

/** A gradient that goes back through a net of rectified linear units with a matrix of normal draws. */
export const reluGradient: Experiment = {
  name: 'ReLU gradient, H 5, T 50',
  source: 'Karpathy, CS231n 2016, lecture 10, "Understanding gradient flow dynamics"',
  published: 'the gradient explodes with the largest eigenvalue of Whh above 1 and vanishes with it below 1',
  success: 'the rule holds for more than half of 1,000 draws, and not for all',
  expected: 'all',
  differs:
    'Explodes means: the gradient is longer after 50 steps back than before. Nearly every draw is above 1, so each is also scaled to 1.1 ' +
    'and to 0.9. The lecture shows one draw; the rule is one of thumb, as the units that are off cut rows out of Whh.',
  seeds: { quick: [1], full: [1, 2, 3, 4, 5] },
  run: (seed) => {
    const stream = rng(seed);
    const seen = Array.from({ length: draws }, () => {
      const W = Array.from({ length: hidden }, () => normals(stream));
      const radius = analysis.spectrum(W).spectralRadius;
      const growth = gradientGrowth(W, normals(stream), normals(stream));
      // a matrix times s has the same units off, and its gradient grows s^50 times as much
      const at = (wanted: number): number => growth * (wanted / radius) ** time;
      return { above: radius > 1, grew: growth > 1, dead: growth === 0, vanishes: at(0.9) < 1, explodes: at(1.1) > 1 };
    });
    const count = (keep: (one: (typeof seen)[number]) => boolean): number => seen.filter(keep).length;
    const share = (part: number, whole: number): number => Number(((100 * part) / whole).toFixed(1));
    const holds = count(({ above, grew }) => above === grew);
    const above = count((one) => one.above);
    return {
      success: holds > draws / 2 && holds < draws,
      figures: {
        'rule holds, %': share(holds, draws),
        'above 1, %': share(above, draws),
        'of those explode, %': share(count((one) => one.above && one.grew), above),
        'made 1.1: explode, %': share(count(({ explodes }) => explodes), draws),
        'made 0.9: vanish, %': share(count(({ vanishes }) => vanishes), draws),
        'gradient exactly 0, %': share(count(({ dead }) => dead), draws),
      },
    }; // prettier-ignore
  },
};

/** h_t = max(W h_{t-1}, 0) forth and dh_{t-1} = Wᵀ (dh_t where h_t > 0) back: ‖dh_0‖ / ‖dh_T‖. */
export function gradientGrowth(W: readonly number[][], h0: readonly number[], dhT: readonly number[]): number {
  const hs: number[][] = [];
  let h = [...h0];
  for (let t = 0; t < time; t++) {
    const from = h;
    h = W.map((row) => Math.max(0, row.reduce((sum, w, j) => sum + w * (from[j] ?? 0), 0))); // prettier-ignore
    hs.push(h);
  }
  let dh = [...dhT];
  for (const h_t of hs.toReversed()) {
    const ds = dh.map((d, i) => ((h_t[i] ?? 0) > 0 ? d : 0));
    dh = h0.map((_, j) => W.reduce((sum, row, i) => sum + (row[j] ?? 0) * (ds[i] ?? 0), 0));
  }
  return Math.hypot(...dh) / Math.hypot(...dhT);
}

const normals = (stream: Rng): number[] => Array.from({ length: hidden }, () => stream.normal());
