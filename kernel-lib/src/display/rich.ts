import { plotlyBundle, vegaBundle, type PlotlyFigure, type VegaSpec } from './charts';
import { htmlText } from './html-text';
import { jsonBundle, latexBundle } from './documents';
import { kindOf } from './kind';
import type { MimeBundle } from './mime';
import { pngBundle, svgBundle } from './pictures';
import { display as send, type DisplayOptions } from './sink';

/** How an output is shown. */
export interface RichOptions {
  /** Names the output, so that a later call with the same `id` and `update: true` replaces it, wherever it stands. */
  readonly id?: string;
  /** Replace the outputs named `id` instead of adding one. */
  readonly update?: boolean;
  /** What a terminal, a log and a reader without pictures get instead. */
  readonly text?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface JsonOptions extends RichOptions {
  /** Show the tree open. Default false: a click opens it. */
  readonly expanded?: boolean;
}

export interface PngOptions extends RichOptions {
  /** Pixels on the page; the picture's own size unless given. */
  readonly width?: number;
  readonly height?: number;
}

/** Shows content of a known format: one output with a fallback in plain text. Every function throws a TypeError for other content. */
export interface Display {
  /** A bundle as it is: several formats of one thing, of which the front end draws the richest it can. */
  (bundle: MimeBundle, options?: DisplayOptions): void;
  /** HTML. Scripts do not run in a notebook that nobody has signed. */
  html(content: string, options?: RichOptions): void;
  /** Markdown, formulas included. */
  markdown(content: string, options?: RichOptions): void;
  /** Plain data as a tree that can be opened and searched. */
  json(content: object, options?: JsonOptions): void;
  /** A drawing: text that begins with `<svg` or an XML declaration. */
  svg(content: string, options?: RichOptions): void;
  /** A PNG file: its bytes, or those in base64. */
  png(content: Uint8Array | string, options?: PngOptions): void;
  /** A formula. Without delimiters of its own it is set as a displayed one. */
  latex(content: string, options?: RichOptions): void;
  /** A plotly figure: its traces and its layout. */
  plotly(figure: PlotlyFigure, options?: RichOptions): void;
  /** A Vega or Vega-Lite specification, told apart by its `$schema`. */
  vega(spec: VegaSpec, options?: RichOptions): void;
}

/** Shows HTML, Markdown, JSON, pictures, formulas and charts by name: `display.markdown('**h**')`. */
export const display: Display = Object.assign(
  (bundle: MimeBundle, options?: DisplayOptions): void => {
    send(bundle, options);
  },
  {
    html: (content: string, options?: RichOptions): void => {
      checkText('html', content);
      show('html', { 'text/html': content, 'text/plain': htmlText(content) }, options);
    },
    markdown: (content: string, options?: RichOptions): void => {
      checkText('markdown', content);
      show('markdown', { 'text/markdown': content, 'text/plain': content }, options);
    },
    json: (content: object, { expanded = false, ...options }: JsonOptions = {}): void => {
      show('json', jsonBundle(content), options, { 'application/json': { expanded } });
    },
    svg: (content: string, options?: RichOptions): void => {
      show('svg', svgBundle(content), options);
    },
    png: (content: Uint8Array | string, { width, height, ...options }: PngOptions = {}): void => {
      const size = { ...(width !== undefined && { width }), ...(height !== undefined && { height }) };
      show('png', pngBundle(content), options, { 'image/png': size });
    },
    latex: (content: string, options?: RichOptions): void => {
      checkText('latex', content);
      show('latex', latexBundle(content), options);
    },
    plotly: (figure: PlotlyFigure, options?: RichOptions): void => {
      show('plotly', plotlyBundle(figure), options);
    },
    vega: (spec: VegaSpec, options?: RichOptions): void => {
      show('vega', vegaBundle(spec), options);
    },
  },
);

function show(name: string, bundle: MimeBundle, options: RichOptions = {}, formats: Record<string, object> = {}): void {
  const { id, update = false, text } = options;
  if (update && id === undefined) {
    throw new TypeError(`display.${name}: update is true and id is not given; name the output that is to be replaced.`);
  }
  const metadata = { ...formats, ...options.metadata };
  send(text === undefined ? bundle : { ...bundle, 'text/plain': text }, {
    ...(id !== undefined && { displayId: id, update }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  });
}

function checkText(name: string, content: unknown): void {
  if (typeof content === 'string') return;
  throw new TypeError(`display.${name}: content is ${kindOf(content)}; expected a text.`);
}
