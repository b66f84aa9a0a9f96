import type { Activation } from 'kernel-lib/cells';

/** f and f', both of a, in float64. */
export interface PlainActivation {
  readonly f: (a: number) => number;
  readonly slope: (a: number) => number;
}

const ramp = (slope: number): PlainActivation => ({
  f: (a) => Math.min(Math.max(slope * a + 0.5, 0), 1),
  slope: (a) => (Math.abs(slope * a) < 0.5 ? slope : 0),
});

export const plainActivations: Readonly<Record<Activation, PlainActivation>> = {
  tanh: { f: Math.tanh, slope: (a) => 1 / Math.cosh(a) ** 2 },
  sigmoid: { f: (a) => 1 / (1 + Math.exp(-a)), slope: (a) => 1 / (2 + Math.exp(a) + Math.exp(-a)) },
  hard_sigmoid: ramp(1 / 6),
  hard_sigmoid_keras2: ramp(1 / 5),
  relu: { f: (a) => Math.max(a, 0), slope: (a) => (a > 0 ? 1 : 0) },
  linear: { f: (a) => a, slope: () => 1 },
};
