import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-node';
import { padSequences, type End, type PadOptions } from 'kernel-lib/text/pad-sequences';
import { describe, expect, it } from 'vitest';

interface Golden {
  sequences: number[][];
  pads: { arguments: PadOptions; rows: number[][] }[];
}
const { cases } = JSON.parse(readFileSync(new URL('../golden/imdb.json', import.meta.url), 'utf8')) as {
  cases: Golden;
};

describe('padSequences', () => {
  it.each(cases.pads)('gives what Keras gives with $arguments', ({ arguments: options, rows }) => {
    const padded = padSequences(cases.sequences, options);
    expect(padded.shape).toEqual([rows.length, rows[0]?.length]);
    expect(rows.map((_, i) => [...padded.row(i)])).toEqual(rows);
    expect([...padded.values]).toEqual(rows.flat());
    const tensor = padded.tensor();
    expect(tensor.dtype).toBe(options.dtype ?? 'int32');
    expect(tensor.arraySync()).toEqual(rows);
    tensor.dispose();
  });

  it('gives the rows of a batch in their order, and leaves the sequences as they were', () => {
    const sequences = [Int32Array.of(1), Int32Array.of(2, 3), Int32Array.of(4, 5, 6)];
    const padded = padSequences(sequences, { maxlen: 2 });
    const before = tf.memory().numTensors;
    const batch = padded.tensor(Int32Array.of(2, 0, 2));
    expect(batch.arraySync()).toEqual([[5, 6], [0, 1], [5, 6]]); // prettier-ignore
    batch.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect([...(sequences[2] ?? [])]).toEqual([4, 5, 6]);
  });

  it('keeps what each type can hold, in the rows of a batch too', () => {
    const halves = padSequences([[0.5], [1.5]], { dtype: 'float32', value: -0.25, maxlen: 2 }).tensor([1]);
    expect([halves.dtype, halves.arraySync()]).toEqual(['float32', [[-0.25, 1.5]]]);
    const large = padSequences([[2 ** 24 + 1]]).tensor([0]);
    expect([large.dtype, large.arraySync()]).toEqual(['int32', [[2 ** 24 + 1]]]);
    tf.dispose([halves, large]);
  });

  it.each<[string, PadOptions, string]>([
    ['padding', { padding: 'left' as End }, `padding is "left"; expected 'pre' or 'post'`],
    ['truncating', { truncating: 'both' as End }, `truncating is "both"; expected 'pre' or 'post'`],
    ['dtype', { dtype: 'int64' as 'int32' }, `dtype is "int64"; expected 'int32' or 'float32'`],
    ['maxlen', { maxlen: 0 }, 'maxlen is 0; expected an integer of at least 1'],
    [
      'value',
      { value: 0.5 },
      "value is 0.5, which int32 cannot hold; expected an integer: change it, or pass dtype: 'float32'",
    ],
  ])('refuses a wrong %s in a sentence', (_, options, sentence) => {
    expect(() => padSequences([[1]], options)).toThrow(`padSequences: ${sentence}`);
  });

  it('refuses to take the length from nothing, and a row that is not there', () => {
    expect(() => padSequences([[], []])).toThrow(
      'got 2 sequences without a number in them; expected at least one number, or maxlen',
    );
    expect(padSequences([[], []], { maxlen: 1 }).shape).toEqual([2, 1]);
    expect(() => padSequences([[1]]).row(1)).toThrow('there is no row 1; expected an integer from 0 to 0');
    expect(() => padSequences([[1]]).tensor([1])).toThrow('there is no row 1');
  });
});
