export { bars, type BarsOptions } from './bars';
export { figure, PLOTLY_MIME, type Figure, type FigureBundle, type Layout, type Scale, type Trace } from './figure';
export { lines, type LinesOptions, type Reference } from './lines';
export type { Series, Values } from './series';
export { PALETTE } from './theme';
