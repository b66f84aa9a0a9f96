import * as tf from '@tensorflow/tfjs-node';
import { describe, expect, it } from 'vitest';
import { escapeHtml } from 'kernel-lib/display/mime';
import { bundleOf } from 'kernel-lib/display/show';

const text = (value: unknown): string | undefined => bundleOf(value)['text/plain'];

describe('bundleOf', () => {
  it('asks a displayable value first', () => {
    const bundle = { 'text/plain': 'p', 'text/html': 'h' };
    expect(bundleOf({ toMimeBundle: () => bundle })).toBe(bundle);
  });

  it('shows plain values: strings as they are, the rest as inspect does', () => {
    expect(text('a\n"b"')).toBe('a\n"b"');
    expect(text(undefined)).toBe('undefined');
    expect(text([])).toBe('[]');
    expect(text([1, 2.5])).toBe('[ 1, 2.5 ]');
    expect(text(new Map([['a', 1]]))).toBe("Map(1) { 'a' => 1 }");
    expect(text([{}])).toBe('[ {} ]');
    expect(text([new Date(0)])).toBe('[ 1970-01-01T00:00:00.000Z ]');
  });
});

describe('a tensor', () => {
  it('shows dtype, shape and aligned values', () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      expect(
        text(
          tf.tensor2d([
            [1, -2.5],
            [1000, 1 / 3],
          ]),
        ),
      ).toBe('Tensor float32 [2, 2]\n[[   1    -2.5]\n [1000 0.33333]]');
      expect(text(tf.scalar(3, 'int32'))).toBe('Tensor int32 [] 3');
      expect(text(tf.tensor1d([true, false], 'bool'))).toBe('Tensor bool [2]\n[true false]');
      expect(text(tf.tensor1d(['a', 'b"']))).toBe('Tensor string [2]\n["a" "b\\""]');
      expect(text(tf.zeros([0, 3]))).toBe('Tensor float32 [0, 3], no values');
      expect(text(tf.tensor3d([[[1, 2]], [[3, 4]]]))).toBe('Tensor float32 [2, 1, 2]\n[[[1 2]]\n\n [[3 4]]]');
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('shows the leading corner of a large one, and leaves no tensor behind', () => {
    const large = tf.range(0, 70, 1, 'int32').reshape([7, 10]);
    const before = tf.memory().numTensors;
    expect(text(large)?.split('\n')).toEqual([
      'Tensor int32 [7, 10]',
      '[[ 0  1  2  3  4  5 …]',
      ' [10 11 12 13 14 15 …]',
      ' [20 21 22 23 24 25 …]',
      ' [30 31 32 33 34 35 …]',
      ' [40 41 42 43 44 45 …]',
      ' [50 51 52 53 54 55 …]',
      ' …]',
    ]);
    expect(tf.memory().numTensors).toBe(before);
    large.dispose();
    expect(text(large)).toBe('Tensor int32 [7, 10], disposed');
  });
});

describe('an array of objects', () => {
  it('is a table, with every key a column, and a text fallback', () => {
    const bundle = bundleOf([
      { cell: 'rnn', loss: 1.23456789 },
      { cell: '<b>日本</b>', loss: 10, note: [1] },
    ]);
    expect(bundle['text/plain']).toBe(
      ['cell           loss  note', 'rnn          1.2346', '<b>日本</b>      10  [ 1 ]'].join('\n'),
    );
    expect(bundle['text/html']).toBe(
      '<table><thead><tr><th scope="col" style="text-align: left">cell</th>' +
        '<th scope="col" style="text-align: right">loss</th><th scope="col" style="text-align: left">note</th></tr></thead>' +
        '<tbody><tr><td style="text-align: left">rnn</td><td style="text-align: right">1.2346</td>' +
        '<td style="text-align: left"></td></tr>' +
        '<tr><td style="text-align: left">&lt;b&gt;日本&lt;/b&gt;</td><td style="text-align: right">10</td>' +
        '<td style="text-align: left">[ 1 ]</td></tr></tbody></table>',
    );
  });

  it('is cut at 60 rows and says so', () => {
    const bundle = bundleOf(Array.from({ length: 62 }, (_, i) => ({ i })));
    expect(bundle['text/plain']?.split('\n').at(-1)).toBe('… 2 more rows of 62');
    expect(bundle['text/html']).toContain('<tfoot><tr><td colspan="1">… 2 more rows of 62</td></tr></tfoot>');
  });
});

it('escapes all that HTML could take for markup', () => {
  expect(escapeHtml(`<a href="x" id='y'>&`)).toBe('&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;');
});
