import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-node';
import * as dfd from 'danfojs-node';
import { describe, expect, it } from 'vitest';
import { escapeHtml } from 'kernel-lib/display/mime';
import { bundleOf } from 'kernel-lib/display/show';

const run = promisify(execFile);
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
      '<table class="mathjax_ignore"><thead><tr><th scope="col" style="text-align: left">cell</th>' +
        '<th scope="col" style="text-align: right">loss</th><th scope="col" style="text-align: left">note</th></tr></thead>' +
        '<tbody><tr><td style="text-align: left">rnn</td><td style="text-align: right">1.2346</td>' +
        '<td style="text-align: left"></td></tr>' +
        '<tr><td style="text-align: left">&lt;b&gt;日本&lt;/b&gt;</td><td style="text-align: right">10</td>' +
        '<td style="text-align: left">[ 1 ]</td></tr></tbody></table>',
    );
  });

  it('is shown whole up to 60 rows, then cut at 20, and says so', () => {
    const rows = (count: number): unknown[] => Array.from({ length: count }, (_, i) => ({ i }));
    expect(text(rows(60))?.split('\n')).toHaveLength(61);
    const bundle = bundleOf(rows(61));
    expect(bundle['text/plain']?.split('\n')).toHaveLength(22);
    expect(bundle['text/plain']?.split('\n').at(-1)).toBe('… 41 more rows of 61');
    expect(bundle['text/html']).toMatch(
      /<tfoot><tr><td colspan="1" style="[^"]*">… 41 more rows of 61<\/td><\/tr><\/tfoot>/,
    );
  });

  it('is cut at 30 columns, and in each cell, and says so', () => {
    const row = Object.fromEntries(Array.from({ length: 32 }, (_, i) => [`c${i}`, i === 0 ? 'x'.repeat(500) : i]));
    const lines = text([row])?.split('\n') ?? [];
    expect(lines[0]?.trim().split(/ +/)).toHaveLength(30);
    expect(lines[1]?.split(' ')[0]).toBe(`${'x'.repeat(199)}…`);
    expect(lines[2]).toBe('… 2 more columns of 32');
  });

  it('says of a tensor what it is, not what it holds', () => {
    const W = tf.ones([2, 3]);
    expect(text([{ name: 'W', value: W }])).toBe('name  value\nW     Tensor float32 [2, 3]');
    W.dispose();
  });
});

describe('what is inspected', () => {
  it('names the tensors inside it, and shows the rest as ever', () => {
    const params = { Wxh: tf.ones([2, 3]), more: [tf.variable(tf.zeros([4]), true, 'bias of show')], n: 1 };
    expect(text(params)).toBe("{ Wxh: Tensor float32 [2, 3], more: [ Variable 'bias of show' float32 [4] ], n: 1 }");
    tf.dispose(params);
    expect(text(params)).toContain('Tensor float32 [2, 3], disposed');
    expect(text(new Map([['a', { get b(): number { throw new Error('called'); } }]]))).toBe("Map(1) { 'a' => { b: [Getter] } }"); // prettier-ignore
    expect(text(Map)).toBe('[Function: Map]');
    expect(text(new RangeError('too far'))).toMatch(/^RangeError: too far\n +at /);
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(text(circle)).toBe('<ref *1> { self: [Circular *1] }');
  });

  it('stays small, whatever it is', () => {
    const deep = (depth: number): unknown =>
      depth === 0 ? 'x'.repeat(50) : Array.from({ length: 50 }, () => deep(depth - 1));
    const many = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`k${i}`, i]));
    const values = [
      deep(4),
      many,
      new Array(1e6).fill(1),
      new Float32Array(1e6),
      'x'.repeat(1e6),
      { a: 'x'.repeat(1e6) },
    ];
    for (const value of values) expect(text(value)?.length).toBeLessThan(101_000);
    expect(text('x'.repeat(100_002))).toMatch(/x\n… 2 more characters$/);
    expect(text(many)).toMatch(/'…': 2500 more properties\n}$/);
    expect(text(tf.zeros([50, 50, 50, 50]))?.split('\n').length).toBeLessThan(60);
  });
});

describe('a frame of danfo.js', () => {
  const frame = {
    $isSeries: false,
    columns: ['cell', 'loss', 'final'],
    index: ['a', 7],
    dtypes: ['string', 'float32', 'boolean'],
    values: [
      ['rnn', 1.23456789, true],
      [null, NaN, false],
    ],
  };

  it('is a table with its index, and says its size and dtypes', () => {
    const bundle = bundleOf(frame);
    expect(bundle['text/plain']).toBe(
      [
        '   cell    loss  final',
        'a  rnn   1.2346  true',
        '7  null     NaN  false',
        'DataFrame, 2 rows × 3 columns: cell string, loss float32, final boolean',
      ].join('\n'),
    );
    expect(bundle['text/html']).toContain('<thead><tr><th></th><th scope="col" style="text-align: left">cell</th>');
    expect(bundle['text/html']).toContain('<tr><th scope="row">a</th><td style="text-align: left">rnn</td>');
  });

  it('may be a series', () => {
    const series = { $isSeries: true, columns: ['0'], index: [0, 1], dtypes: ['int32'], values: [10, 200] };
    expect(text(series)).toBe('   value\n0     10\n1    200\nSeries, 2 values, int32');
    expect(text({ ...series, columns: ['age'], values: [], index: [] })).toBe('  age\nSeries, 0 values, int32');
  });

  it('is recognised when danfo.js made it, without loading danfo.js', () => {
    const real = new dfd.DataFrame({ a: [1, 2.5], b: ['x', 'y'] });
    expect(text(real)).toBe('     a  b\n0    1  x\n1  2.5  y\nDataFrame, 2 rows × 2 columns: a float32, b string');
    expect(text(real.column('a'))).toBe('     a\n0    1\n1  2.5\nSeries, 2 values, float32');
    expect(text(new dfd.DataFrame([]))).toContain('DataFrame, 0 rows × 0 columns');
  });
});

it('a bundle that is none is refused in a sentence', () => {
  expect(() => bundleOf({ toMimeBundle: () => 'text' })).toThrow(
    "toMimeBundle returned text; expected an object of formats by MIME type, such as { 'text/plain': 'a line' }.",
  );
});

it('show alone loads neither TensorFlow.js nor danfo.js', async () => {
  const file = path.resolve(import.meta.dirname, '../../kernel-lib/src/display/show.ts');
  const program =
    `const { bundleOf } = require(${JSON.stringify(file)});` +
    "bundleOf([{ a: 1 }]); console.log(Object.keys(require.cache).filter((name) => name.includes('node_modules')).join('\\n'));";
  const { stdout } = await run(process.execPath, ['-r', 'tsx/cjs', '-e', program]);
  expect(stdout).not.toMatch(/tensorflow|danfo/);
});

it('escapes all that HTML could take for markup', () => {
  expect(escapeHtml(`<a href="x" id='y'>&`)).toBe('&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;');
});
