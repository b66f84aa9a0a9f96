import { kindOf } from './kind';
import { isDisplayable, type MimeBundle } from './mime';

const PLOTLY = 'application/vnd.plotly.v1+json';

/** A figure for plotly.js: traces, and how they are laid out. */
export interface PlotlyFigure {
  readonly data: readonly object[];
  readonly layout?: object;
}

/** A chart in the language of Vega or Vega-Lite, told apart by its `$schema`, or else by what it holds. */
export type VegaSpec = Readonly<Record<string, unknown>>;

/** A figure of `kernel-lib` brings its still picture; another one its title. @throws TypeError when it has no traces. */
export function plotlyBundle(figure: unknown): MimeBundle {
  if (isDisplayable(figure)) {
    const bundle = figure.toMimeBundle();
    if (PLOTLY in bundle) return bundle;
  }
  const { data, layout = {} } = (typeof figure === 'object' && figure !== null ? figure : {}) as Partial<PlotlyFigure>;
  if (!Array.isArray(data) || !data.every((trace) => typeof trace === 'object' && trace !== null)) {
    const got =
      typeof figure === 'object' && figure !== null ? `its data is ${kindOf(data)}` : `it is ${kindOf(figure)}`;
    throw new TypeError(`display.plotly: ${got}; expected a figure such as { data: [{ y: [1, 2] }], layout: {} }.`);
  }
  const traces = `${data.length} trace${data.length === 1 ? '' : 's'}`;
  const title = titleOf(layout);
  return {
    [PLOTLY]: { data, layout },
    'text/plain': title === undefined ? `plotly figure, ${traces}` : `${title} (plotly figure, ${traces})`,
  };
}

/** @throws TypeError when it is no object, or neither a Vega nor a Vega-Lite chart. */
export function vegaBundle(spec: unknown): MimeBundle {
  const expected = "expected a Vega or Vega-Lite specification such as { mark: 'line', data: { … }, encoding: { … } }";
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) {
    throw new TypeError(`display.vega: content is ${kindOf(spec)}; ${expected}.`);
  }
  const mime = vegaMime(spec as VegaSpec);
  if (mime === undefined) throw new TypeError(`display.vega: the object has no $schema, mark or marks; ${expected}.`);
  const title = titleOf(spec);
  const { description } = spec as VegaSpec;
  const words = title ?? (typeof description === 'string' ? description : undefined);
  return { [mime]: spec, 'text/plain': words === undefined ? 'Vega chart' : `${words} (Vega chart)` };
}

const LITE = ['mark', 'layer', 'facet', 'repeat', 'concat', 'hconcat', 'vconcat'];

function vegaMime(spec: VegaSpec): string | undefined {
  const { $schema } = spec;
  const [, library, version = '5'] =
    typeof $schema === 'string' ? (/\/(vega|vega-lite)\/v(\d+)/.exec($schema) ?? []) : [];
  // JupyterLab draws Vega-Lite 3 to 5; what another version says is mostly understood by the newest of them
  const lite = `application/vnd.vegalite.v${['3', '4'].includes(version) ? version : '5'}+json`;
  if (library === 'vega-lite') return lite;
  if (library === 'vega' || 'marks' in spec) return 'application/vnd.vega.v5+json';
  return LITE.some((name) => name in spec) ? lite : undefined;
}

/** The title of a figure, given as a text or as an object with one. */
function titleOf(parent: object): string | undefined {
  const title: unknown = 'title' in parent ? parent.title : undefined;
  const text: unknown = typeof title === 'object' && title !== null && 'text' in title ? title.text : title;
  return typeof text === 'string' && text.trim() !== '' ? text.replace(/\s+/g, ' ').trim() : undefined;
}
