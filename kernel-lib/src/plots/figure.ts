import type { Displayable, MimeBundle } from '../display';
import { svg } from './svg';
import { unescapeText } from './text';
import type { Layout, Trace } from './trace';

/** The format that JupyterLab (with this package's extension), VS Code and Colab draw with plotly.js. */
export const PLOTLY_MIME = 'application/vnd.plotly.v1+json';

export interface FigureBundle extends MimeBundle {
  readonly [PLOTLY_MIME]: { readonly data: readonly Trace[]; readonly layout: Layout };
  readonly 'image/svg+xml': string;
  readonly 'text/plain': string;
}

/** A figure is data: test it, keep it, or `show` it. */
export interface Figure extends Displayable {
  readonly data: readonly Trace[];
  readonly layout: Layout;
  /** One line that says what is drawn: what a log, a terminal and a screen reader get. */
  readonly description: string;
  /** What the picture leaves out, a sentence each: values that are not finite, points thinned out. Empty when it is whole. */
  readonly notes: readonly string[];
  /** The figure for plotly.js, as a picture for a reader without it, and as a line of text. */
  toMimeBundle(): FigureBundle;
}

/** Puts traces and layout together into a figure. */
export function figure(
  data: readonly Trace[],
  layout: Layout,
  { description, notes = [] }: { readonly description: string; readonly notes?: readonly string[] },
): Figure {
  return {
    data,
    layout,
    description,
    notes,
    toMimeBundle: (): FigureBundle => ({
      [PLOTLY_MIME]: { data, layout },
      'image/svg+xml': svg(data, layout, description),
      'text/plain': [`${unescapeText(layout.title.text)}: ${description}`, ...notes].join(' '),
    }),
  };
}
