import { describe, expect, it } from 'vitest';
import type { Row } from '../../scripts/lib/bench/results';
import { leakLines, memoryTable, speedNotes, speedTable } from '../../scripts/lib/bench/table';
import { growthPlot } from '../../scripts/lib/bench/write-up';

const sizes = { batch: 32, time: 80, input: 128, units: 128 };
const row: Row = {
  ...{ cell: 'gru', mode: 'train', sizes },
  times: [
    { name: 'PyTorch', absent: 'torch has ended' },
    { name: 'tf.layers', ms: [100, 330, 800] },
    { name: 'native, own ops', ms: [10, 30, 100] },
  ],
};
const cells = (line: string | undefined): string[] => (line ?? '').split('|').map((cell) => cell.trim());

describe('speedTable', () => {
  it('gives the first contender in ms and the others by their ratio in the same round', () => {
    const [head, , line] = speedTable([row]).split('\n');
    const column = (name: string): string => cells(line)[cells(head).indexOf(name)] ?? '';
    expect(cells(line)[1]).toBe('gru, training step, (32, 80, 128, 128)');
    expect(column('native, own ops')).toBe('**30.0 ms** [20.0, 65.0]');
    expect(column('tf.layers')).toBe('10.0× [9.00, 10.5], 330 ms');
    expect([column('PyTorch'), column('Keras'), column('rounds')]).toEqual(['absent', 'absent', '3']);
  });

  it('measures by the next one where the first is absent', () => {
    const [, , line] = speedTable([{ ...row, times: row.times.slice(0, 2) }]).split('\n');
    expect(line).toContain('**330 ms** [215, 565]');
    expect(line).not.toContain('×');
  });

  it('says what is absent from one row and why, and that tf.layers has another GRU', () => {
    expect(speedNotes([row])).toEqual([
      expect.stringContaining('gru, native, stock ops: the equations'),
      'gru, tf.layers: reset before the product, the only form that it has.',
      'gru, train, (32, 80, 128, 128), PyTorch: absent (torch has ended)',
    ]);
    expect(speedNotes([{ ...row, cell: 'lstm', times: [] }])).toEqual([]);
  });
});

it('memoryTable compares what the steps took with tf.layers at the same sizes', () => {
  const larger = { ...sizes, time: 800 };
  const lines = memoryTable([
    { name: 'native, own ops', sizes, before: 300e6, peak: 350e6 },
    { name: 'tf.layers', sizes, before: 300e6, peak: 500e6 },
    { name: 'native, own ops', sizes: larger, before: 300e6, peak: 900e6 },
    { name: 'tf.layers', sizes: larger, absent: 'it was killed' },
  ]).split('\n');
  expect(lines[2]).toBe('| (32, 80, 128, 128) | native, own ops | 300 MB | 350 MB | 50 MB | 0.250 |');
  expect(cells(lines[4]).slice(-3)).toEqual(['600 MB', '', '']);
  expect(cells(lines[5]).slice(1, 4)).toEqual(['(32, 800, 128, 128)', 'tf.layers', 'absent (it was killed)']);
});

it('leakLines gives the difference', () => {
  const [line] = leakLines([{ name: 'native', sizes, steps: 1000, tensors: [7, 9], bytes: [400e6, 401.5e6] }]);
  expect(line).toMatch(
    /1000 training steps .*: 2 tensors more than before \(7\), .* from 400 MB to 402 MB \(1\.5 MB\)/,
  );
});

it('growthPlot draws a line for each contender that was timed', () => {
  const at = (time: number): Row => ({ ...row, sizes: { ...sizes, time } });
  const svg = growthPlot({ along: 'time', rows: [at(10), at(100)] });
  expect(svg).toMatch(/^<svg/);
  expect(svg).toContain('batch 32, input 128, units 128');
  expect(svg).toContain('tf.layers');
  expect(svg).not.toContain('PyTorch');
});
