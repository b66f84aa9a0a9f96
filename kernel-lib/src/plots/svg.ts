import { extent } from './round';
import { cellMarks } from './svg-cells';
import { contourLines } from './svg-contour';
import { COLOUR_BAR, colourBar } from './svg-colour';
import { axisTitles, clip, grid, INK, text, WIDTH, type Box } from './svg-frame';
import { legend, legendRow, legendSize, type Named } from './svg-legend';
import { barMarks, lineMarks, patternDefinition } from './svg-marks';
import { isPoints, pointMarks } from './svg-points';
import { categoryScale, evenUnits, linearScale, logScale, padded, type Span, type SvgScale } from './svg-scale';
import { surfaceMarks } from './svg-surface';
import { escapeXml, unescapeText } from './text';
import type { Axis, BarTrace, ContourTrace, HeatmapTrace, Layout, LineTrace, PointTrace, Trace } from './trace';

const HEIGHT = 400;
const LEGEND_ROW = 26;

/**
 * The figure as a still picture, for a reader without plotly.js: a page on GitHub, paper, a browser without scripts.
 * Its ground is white, for it cannot know the page's.
 */
export function svg(data: readonly Trace[], layout: Layout, description: string): string {
  const { coloraxis, showlegend } = layout;
  const named = data.filter(isNamed);
  const below = showlegend && coloraxis !== undefined;
  const height = HEIGHT + (below ? LEGEND_ROW : 0);
  const beside = coloraxis ? COLOUR_BAR : showlegend ? legendSize(named) : 0;
  const subtitle = layout.title.subtitle?.text;
  const box: Box = { left: 70, right: WIDTH - 28 - beside, top: subtitle ? 66 : 48, bottom: HEIGHT - 54 };
  const title = unescapeText(layout.title.text);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img"`,
    ` font-family="${escapeXml(layout.font.family)}" font-size="12" fill="${INK}">`,
    `<title>${escapeXml(title)}</title><desc>${escapeXml(description)}</desc>`,
    definitions(data),
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    text(box.left, 28, title, 'font-size="17"'),
    subtitle ? text(box.left, 48, clip(unescapeText(subtitle), WIDTH - box.left, 12)) : '',
    layout.scene && coloraxis ? surfaceMarks(data, layout.scene, coloraxis, box) : plane(data, layout, box),
    coloraxis ? colourBar(coloraxis, box) : '',
    below ? legendRow(named, box) : showlegend ? legend(named, box) : '',
    '</svg>',
  ];
  return parts.join('');
}

/** What stands between two axes. */
function plane(data: readonly Trace[], layout: Layout, box: Box): string {
  const both = scales(data, layout, box);
  return [
    layout.plot_bgcolor ? ground(layout.plot_bgcolor, box) : '',
    grid(both.x, both.y, box),
    marks(data, both, layout, box),
    axisTitles(layout, box),
  ].join('');
}

/** Whether the legend names the trace. */
function isNamed(trace: Trace): trace is Named {
  if (trace.type === 'scatter') return isPoints(trace) || trace.showlegend !== false;
  return trace.type === 'bar' || trace.type === 'scatter3d';
}

function isBar(trace: Trace): trace is BarTrace {
  return trace.type === 'bar';
}

function isCells(trace: Trace): trace is HeatmapTrace | ContourTrace {
  return trace.type === 'heatmap' || trace.type === 'contour';
}

function isPlane(trace: Trace): trace is LineTrace | PointTrace {
  return trace.type === 'scatter';
}

interface Scales {
  readonly x: SvgScale;
  readonly y: SvgScale;
}

function scales(data: readonly Trace[], { xaxis, yaxis }: Layout, box: Box): Scales {
  const [across, up] = [[box.left, box.right] as const, [box.bottom, box.top] as const];
  const labels = data.find(isBar)?.x;
  if (labels) {
    const values = extent([0, ...data.filter(isBar).flatMap((trace) => trace.y)]) ?? [0, 1];
    return { x: categoryScale(labels.map(unescapeText), across, 40), y: linearScale(values, up, 6) };
  }
  const cells = data.find(isCells);
  if (cells) {
    const down = yaxis.autorange === 'reversed' ? ([box.top, box.bottom] as const) : up;
    return { x: cellScale(cells.x, across, 7), y: cellScale(cells.y, down, 6) };
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

function marks(data: readonly Trace[], { x, y }: Scales, { coloraxis }: Layout, box: Box): string {
  const bars = data.filter(isBar).map((trace, index, all) => barMarks(trace, index, all.length, x, y));
  const others = data.filter(isPlane).map((trace) => {
    return isPoints(trace) ? pointMarks(trace, x, y, coloraxis) : lineMarks(trace, x, y);
  });
  const cells = data.filter(isCells).map((trace) => {
    if (!coloraxis) return '';
    return cellMarks(trace, x, y, coloraxis) + (trace.type === 'contour' ? contourLines(trace, x, y) : '');
  });
  // what runs over a map is cut at its frame
  const inside = cells.length > 0 ? framed([...cells, ...others].join(''), box) : others.join('');
  return [...bars, inside].join('');
}

function framed(content: string, { left, right, top, bottom }: Box): string {
  const [width, height] = [right - left, bottom - top];
  const place = `x="${left}" y="${top}" width="${width}" height="${height}"`;
  return `<svg ${place} viewBox="${left} ${top} ${width} ${height}">${content}</svg>`;
}

function ground(colour: string, { left, right, top, bottom }: Box): string {
  return `<path fill="${escapeXml(colour)}" d="M${left} ${top}H${right}V${bottom}H${left}z"/>`;
}

function definitions(data: readonly Trace[]): string {
  const patterns = data.filter(isBar).map(patternDefinition).join('');
  return patterns === '' ? '' : `<defs>${patterns}</defs>`;
}
