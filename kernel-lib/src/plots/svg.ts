import { extent } from './round';
import { cellMarks } from './svg-cells';
import { COLOUR_BAR, colourBar } from './svg-colour';
import { axisTitles, clip, grid, INK, text, WIDTH, type Box } from './svg-frame';
import { legend, legendRow, legendSize } from './svg-legend';
import { barMarks, lineMarks, patternDefinition } from './svg-marks';
import { pointMarks } from './svg-points';
import { categoryScale, evenUnits, linearScale, logScale, padded, type Span, type SvgScale } from './svg-scale';
import { escapeXml, unescapeText } from './text';
import type { Axis, BarTrace, HeatmapTrace, Layout, LineTrace, PointTrace, Trace } from './trace';

const HEIGHT = 400;
const LEGEND_ROW = 26;

/**
 * The figure as a still picture, for a reader without plotly.js: a page on GitHub, paper, a browser without scripts.
 * Its ground is white, for it cannot know the page's.
 */
export function svg(data: readonly Trace[], layout: Layout, description: string): string {
  const { coloraxis, showlegend } = layout;
  const below = showlegend && coloraxis !== undefined;
  const height = HEIGHT + (below ? LEGEND_ROW : 0);
  const beside = coloraxis ? COLOUR_BAR : showlegend ? legendSize(data) : 0;
  const subtitle = layout.title.subtitle?.text;
  const box: Box = { left: 70, right: WIDTH - 28 - beside, top: subtitle ? 66 : 48, bottom: HEIGHT - 54 };
  const { x, y } = scales(data, layout, box);
  const title = unescapeText(layout.title.text);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img"`,
    ` font-family="${escapeXml(layout.font.family)}" font-size="12" fill="${INK}">`,
    `<title>${escapeXml(title)}</title><desc>${escapeXml(description)}</desc>`,
    definitions(data),
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    text(box.left, 28, title, 'font-size="17"'),
    subtitle ? text(box.left, 48, clip(unescapeText(subtitle), WIDTH - box.left, 12)) : '',
    layout.plot_bgcolor ? ground(layout.plot_bgcolor, box) : '',
    grid(x, y, box),
    marks(data, x, y, layout),
    axisTitles(layout, box),
    coloraxis ? colourBar(coloraxis, box) : '',
    below ? legendRow(data, box) : showlegend ? legend(data, box) : '',
    '</svg>',
  ];
  return parts.join('');
}

function isBar(trace: Trace): trace is BarTrace {
  return trace.type === 'bar';
}

function isCells(trace: Trace): trace is HeatmapTrace {
  return trace.type === 'heatmap';
}

function isPlane(trace: Trace): trace is LineTrace | PointTrace {
  return trace.type === 'scatter';
}

function scales(data: readonly Trace[], { xaxis, yaxis }: Layout, box: Box): { x: SvgScale; y: SvgScale } {
  const [across, up] = [[box.left, box.right] as const, [box.bottom, box.top] as const];
  const labels = data.find(isBar)?.x;
  if (labels) {
    const values = extent([0, ...data.filter(isBar).flatMap((trace) => trace.y)]) ?? [0, 1];
    return { x: categoryScale(labels.map(unescapeText), across, 40), y: linearScale(values, up, 6) };
  }
  const cells = data.find(isCells);
  if (cells) {
    return { x: cellScale(cells.x, across, 7), y: cellScale(cells.y, [box.top, box.bottom], 6) };
  }
  const plane = data.filter(isPlane);
  const marked = plane.some((trace) => trace.marker !== undefined);
  const x = domain(
    plane.flatMap((trace) => trace.x),
    xaxis,
    marked ? 0.03 : 0,
  );
  const y = domain(
    plane.flatMap((trace) => trace.y),
    yaxis,
    0.05,
  );
  const even = yaxis.scaleanchor === undefined ? { x, y } : evenUnits({ x, y }, { x: across, y: up });
  return { x: scale(even.x, xaxis, across, 7), y: scale(even.y, yaxis, up, 6) };
}

/** From half a cell before the first to half a cell after the last. */
function cellScale(places: HeatmapTrace['x'], span: Span, ticks: number): SvgScale {
  const [first, last] = [places[0], places.at(-1)];
  if (typeof first !== 'number' || typeof last !== 'number') {
    return categoryScale(
      places.map((label) => unescapeText(String(label))),
      span,
      16,
    );
  }
  const half = (last - first) / (places.length - 1) / 2;
  return linearScale([first - half, last + half], span, ticks);
}

function domain(values: readonly (number | null)[], { type }: Axis, air: number): Span {
  const kind = type === 'log' ? 'log' : 'linear';
  return padded(extent(values) ?? (kind === 'log' ? [1, 10] : [0, 1]), air, kind);
}

function scale(values: Span, { type }: Axis, span: Span, ticks: number): SvgScale {
  return type === 'log' ? logScale(values, span) : linearScale(values, span, ticks);
}

function marks(data: readonly Trace[], x: SvgScale, y: SvgScale, { coloraxis }: Layout): string {
  const bars = data.filter(isBar).map((trace, index, all) => barMarks(trace, index, all.length, x, y));
  const others = data.filter(isPlane).map((trace) => {
    return trace.mode === 'markers' ? pointMarks(trace, x, y, coloraxis) : lineMarks(trace, x, y);
  });
  const cells = data.filter(isCells).map((trace) => (coloraxis ? cellMarks(trace, x, y, coloraxis) : ''));
  return [...cells, ...bars, ...others].join('');
}

function ground(colour: string, { left, right, top, bottom }: Box): string {
  return `<path fill="${escapeXml(colour)}" d="M${left} ${top}H${right}V${bottom}H${left}z"/>`;
}

function definitions(data: readonly Trace[]): string {
  const patterns = data.filter(isBar).map(patternDefinition).join('');
  return patterns === '' ? '' : `<defs>${patterns}</defs>`;
}
