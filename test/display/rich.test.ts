import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lines } from 'kernel-lib/plots';
import { clearOutput } from 'kernel-lib/display/clear-output';
import { display } from 'kernel-lib/display/rich';
import { setSink, streamSink } from 'kernel-lib/display/sink';
import { recorder, type Shown } from './recorder';

let shown: Shown[];
beforeEach(() => {
  const recording = recorder('notebook');
  ({ shown } = recording);
  setSink(recording.sink);
});
afterEach(() => {
  setSink(undefined);
});

/** A PNG file of one pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg==';
const last = (): Shown['bundle'] | undefined => shown.at(-1)?.bundle;

describe('display', () => {
  it('sends HTML with its words', () => {
    display.html(
      '<style>b {}</style><h1>Loss</h1><table><tr><th>cell</th><th>a &lt; b</th></tr><tr><td>rnn</td><td>1&#46;2&#x33;</td></tr></table><!-- <p>no</p> -->a<br>b&nbsp;<script>no()</script>',
    );
    expect(last()?.['text/html']).toContain('<h1>Loss</h1>');
    expect(last()?.['text/plain']).toBe('Loss\ncell  a < b\nrnn  1.23\na\nb');
  });

  it('sends Markdown and formulas as they are, a formula between delimiters', () => {
    display.markdown('# A *title*');
    expect(last()).toEqual({ 'text/markdown': '# A *title*', 'text/plain': '# A *title*' });
    display.latex('h_t = \\tanh(x)');
    expect(last()).toEqual({ 'text/latex': '$$h_t = \\tanh(x)$$', 'text/plain': 'h_t = \\tanh(x)' });
    display.latex('\\begin{align} a \\end{align}');
    expect(last()?.['text/latex']).toBe('\\begin{align} a \\end{align}');
  });

  it('sends JSON as it is now, open when asked', () => {
    const data = { a: [1, { b: new Date(0) }] };
    display.json(data, { expanded: true });
    data.a.push(2);
    expect(shown[0]).toEqual({
      bundle: {
        'application/json': { a: [1, { b: '1970-01-01T00:00:00.000Z' }] },
        'text/plain': '{\n  "a": [\n    1,\n    {\n      "b": "1970-01-01T00:00:00.000Z"\n    }\n  ]\n}',
      },
      options: { metadata: { 'application/json': { expanded: true } } },
    });
    display.json(new Array(1e5).fill(1));
    expect(last()?.['text/plain']?.length).toBeLessThan(10_100);
  });

  it('sends pictures, and says what they are', () => {
    display.svg('<?xml version="1.0"?><svg><title>An &amp; cell</title></svg>');
    expect(last()?.['text/plain']).toBe('SVG picture: An & cell');
    display.svg(' <svg/>');
    expect(last()).toEqual({ 'image/svg+xml': ' <svg/>', 'text/plain': 'SVG picture' });
    const expected = { 'image/png': PNG, 'text/plain': 'PNG picture, 1 × 1' };
    for (const png of [PNG, `data:image/png;base64,${PNG}`, Buffer.from(PNG, 'base64')]) {
      display.png(png, { width: 20 });
      expect(shown.at(-1)).toEqual({ bundle: expected, options: { metadata: { 'image/png': { width: 20 } } } });
    }
  });

  it('sends figures for plotly, its own with their still picture', () => {
    display.plotly({ data: [{ y: [1, 2] }], layout: { title: { text: 'My\nloss' } } });
    expect(last()).toEqual({
      'application/vnd.plotly.v1+json': { data: [{ y: [1, 2] }], layout: { title: { text: 'My\nloss' } } },
      'text/plain': 'My loss (plotly figure, 1 trace)',
    });
    display.plotly({ data: [] });
    expect(last()?.['text/plain']).toBe('plotly figure, 0 traces');
    display.plotly(lines({ loss: [2, 1] }, { title: 'Loss', x: 'step', y: 'nats' }));
    expect(Object.keys(last() ?? {})).toContain('image/svg+xml');
  });

  it.each([
    [{ mark: 'line' }, 'application/vnd.vegalite.v5+json'],
    [{ marks: [] }, 'application/vnd.vega.v5+json'],
    [{ $schema: 'https://vega.github.io/schema/vega-lite/v4.json' }, 'application/vnd.vegalite.v4+json'],
    [{ $schema: 'https://vega.github.io/schema/vega-lite/v6.1.json' }, 'application/vnd.vegalite.v5+json'],
    [{ $schema: 'https://vega.github.io/schema/vega/v5.json', description: 'd' }, 'application/vnd.vega.v5+json'],
  ])('tells Vega from Vega-Lite: %o', (spec, mime) => {
    display.vega(spec);
    expect(last()).toEqual({ [mime]: spec, 'text/plain': 'description' in spec ? 'd (Vega chart)' : 'Vega chart' });
  });

  it('names an output, replaces it, and takes another text and metadata', () => {
    display.html('<b>1</b>', { id: 'loss' });
    display.html('<b>2</b>', { id: 'loss', update: true, text: 'two', metadata: { isolated: true } });
    expect(shown).toEqual([
      { bundle: { 'text/html': '<b>1</b>', 'text/plain': '1' }, options: { displayId: 'loss', update: false } },
      {
        bundle: { 'text/html': '<b>2</b>', 'text/plain': 'two' },
        options: { displayId: 'loss', update: true, metadata: { isolated: true } },
      },
    ]);
  });

  it('sends a bundle when called itself', () => {
    display({ 'text/plain': 'a', 'image/png': new Uint8Array([1]) }, { displayId: 'x' });
    expect(shown).toEqual([{ bundle: { 'text/plain': 'a', 'image/png': 'AQ==' }, options: { displayId: 'x' } }]);
  });

  const circle: Record<string, unknown> = {};
  circle.self = circle;
  it.each([
    [
      () => {
        display.html(3 as never);
      },
      'display.html: content is 3; expected a text.',
    ],
    [
      () => {
        display.markdown(undefined as never);
      },
      'display.markdown: content is undefined; expected a text.',
    ],
    [
      () => {
        display.latex([] as never);
      },
      'display.latex: content is an array of 0; expected a text.',
    ],
    [
      () => {
        display.json('a' as never);
      },
      'display.json: content is the text "a"; expected an object or array of plain data.',
    ],
    [
      () => {
        display.json(circle);
      },
      'display.json: content cannot be written as JSON (Converting circular structure to JSON); expected an object or array of plain data.',
    ],
    [
      () => {
        display.json(new Date(0));
      },
      'display.json: content turns into the text "1970-01-01T00:00:00.000Z" as JSON; expected an object or array of plain data.',
    ],
    [
      () => {
        display.svg('<html>');
      },
      'display.svg: content is the text "<html>"; expected a text that begins with <svg or <?xml.',
    ],
    [
      () => {
        display.svg('<?xml version="1.0"?><html/>');
      },
      'display.svg: content is the text "<?xml version=\\"1.0\\"?><html/>"; expected a text that begins with <svg or <?xml.',
    ],
    [
      () => {
        display.png(new Uint8Array([0xff, 0xd8, 0xff, 0xe0]));
      },
      'display.png: content begins with ffd8ffe0, which no PNG file does; expected the bytes of a PNG file, or those in base64.',
    ],
    [
      () => {
        display.png('');
      },
      'display.png: content is empty, which no PNG file does; expected the bytes of a PNG file, or those in base64.',
    ],
    [
      () => {
        display.png(7 as never);
      },
      'display.png: content is 7; expected the bytes of a PNG file, or those in base64.',
    ],
    [
      () => {
        display.plotly({} as never);
      },
      'display.plotly: its data is undefined; expected a figure such as { data: [{ y: [1, 2] }], layout: {} }.',
    ],
    [
      () => {
        display.plotly(null as never);
      },
      'display.plotly: it is null; expected a figure such as { data: [{ y: [1, 2] }], layout: {} }.',
    ],
    [
      () => {
        display.vega([] as never);
      },
      "display.vega: content is an array of 0; expected a Vega or Vega-Lite specification such as { mark: 'line', data: { … }, encoding: { … } }.",
    ],
    [
      () => {
        display.vega({ a: 1 });
      },
      "display.vega: the object has no $schema, mark or marks; expected a Vega or Vega-Lite specification such as { mark: 'line', data: { … }, encoding: { … } }.",
    ],
    [
      () => {
        display.html('', { update: true });
      },
      'display.html: update is true and id is not given; name the output that is to be replaced.',
    ],
  ] as const)('refuses what it cannot show, in a sentence (%#)', (call, sentence) => {
    // prettier-ignore
    expect(call).toThrow(new TypeError(sentence));
    expect(shown).toEqual([]);
  });
});

describe('clearOutput', () => {
  it('asks the sink, at once or with the next output', () => {
    const asked: boolean[] = [];
    setSink({ kind: 'notebook', display: () => undefined, clear: (wait) => asked.push(wait) });
    clearOutput();
    clearOutput({ wait: true });
    expect(asked).toEqual([false, true]);
  });

  it('does nothing where nothing can be taken back', () => {
    const written: string[] = [];
    setSink(streamSink({ write: (text) => written.push(text) }));
    clearOutput();
    expect(written).toEqual([]);
  });
});
