import * as tf from '@tensorflow/tfjs-node';
import { describe, expect, it } from 'vitest';
import { saturation } from '../../kernel-lib/src/analysis';

describe('saturation', () => {
  const gate = [
    [0, 0.5, 0.95],
    [0.05, 0.95, 1],
    [0.3, 0.05, 0.97],
    [0.05, 0.1, 0.9],
  ];

  it('counts how often each unit is shut and open; the bounds themselves are neither', () => {
    expect(saturation(gate)).toEqual({ shut: [0.75, 0.25, 0], open: [0, 0.25, 0.75] });
    expect(saturation(gate, { low: 0.04, high: 0.96 })).toEqual({ shut: [0.25, 0, 0], open: [0, 0, 0.5] });
  });

  it('takes a tensor [time, units]', () => {
    const tensor = tf.tensor2d(gate);
    expect(saturation(tensor)).toEqual({ shut: [0.75, 0.25, 0], open: [0, 0.25, 0.75] });
    tensor.dispose();
  });

  it('refuses what is no gate, and bounds that do not ascend', () => {
    expect(() => saturation([[0.5, -0.1]])).toThrow(
      'gate: got -0.1 for unit 1 at step 1, expected numbers from 0 to 1',
    );
    expect(() => saturation([[NaN]])).toThrow('got NaN for unit 0');
    expect(() => saturation(gate, { low: 0.9, high: 0.1 })).toThrow(
      'got low 0.9 and high 0.1, expected 0 < low < high',
    );
  });
});
