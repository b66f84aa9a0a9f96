import '../tensor/node-compat';

export { escapeHtml, isDisplayable, type Displayable, type MimeBundle } from './mime';
export { currentSink, setSink, SINK_SLOT, streamSink, type DisplayOptions, type DisplaySink } from './sink';
export { display, type Display, type JsonOptions, type PngOptions, type RichOptions } from './rich';
export type { PlotlyFigure, VegaSpec } from './charts';
export { clearOutput } from './clear-output';
export { input, type InputOptions } from './input';
export {
  HOST_SLOT,
  notebookHost,
  type Comm,
  type CommData,
  type CommMessageOptions,
  type NotebookHost,
} from './notebook-host';
export { bundleOf, show } from './show';
export { showWriting } from './show-writing';
export { newDisplay, type LiveDisplay } from './new-display';
export { progress, type ProgressBar, type ProgressOptions } from './progress';
export { durationText } from './progress-text';
export type { Metrics } from './progress-state';
export { tableBundle, type TableData } from './table';
