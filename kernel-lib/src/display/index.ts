import '../tensor/node-compat';

export { escapeHtml, isDisplayable, type Displayable, type MimeBundle } from './mime';
export { currentSink, display, setSink, SINK_SLOT, streamSink, type DisplayOptions, type DisplaySink } from './sink';
export { bundleOf, show } from './show';
export { newDisplay, type LiveDisplay } from './new-display';
export { progress, type ProgressBar, type ProgressOptions } from './progress';
export { durationText } from './progress-text';
export type { Metrics } from './progress-state';
export { tableBundle, type TableData } from './table';
