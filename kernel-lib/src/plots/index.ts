export { bars, type BarsOptions } from './bars';
export { figure, PLOTLY_MIME, type Figure, type FigureBundle } from './figure';
export type { Layout, Scale, Trace } from './trace';
export { liveLines, type LiveLines } from './live';
export { lines, type LinesOptions, type Reference } from './lines';
export type { Series, Values } from './series';
export { PALETTE } from './theme';
