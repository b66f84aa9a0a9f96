import { kindOf } from './arguments';
import { extent, rounder } from './round';
import type { Points } from './series';
import { escapeText } from './text';
import { REFERENCE_COLOUR, referenceDash } from './theme';
import type { LineTrace, Scale } from './trace';

/** A horizontal line at y or a vertical one at x, named in the legend. */
export type Reference = { readonly label: string } & ({ readonly y: number } | { readonly x: number });

interface Scales {
  readonly xScale: Scale;
  readonly yScale: Scale;
}

/** @throws TypeError or RangeError naming the first reference line that cannot be drawn. */
export function referenceTraces(
  caller: string,
  references: readonly Reference[] | undefined,
  points: readonly Points[],
  scales: Scales,
): readonly LineTrace[] {
  return (references ?? []).map((reference, index) => {
    return referenceTrace(checkReference(`${caller}: references[${index}]`, reference, scales), index, points);
  });
}

function referenceTrace(reference: Reference, index: number, points: readonly Points[]): LineTrace {
  const [x, y] =
    'y' in reference
      ? [[...(extent(points.flatMap((line) => line.x)) ?? [0, 1])], [reference.y, reference.y]]
      : [[reference.x, reference.x], [...(extent(points.flatMap((line) => line.y)) ?? [0, 1])]];
  return {
    type: 'scatter',
    mode: 'lines',
    name: escapeText(reference.label),
    x: x.map(rounder(x)),
    y: y.map(rounder(y)),
    line: { color: REFERENCE_COLOUR, dash: referenceDash(index), width: 1.5 },
  };
}

function checkReference(argument: string, reference: Reference, { xScale, yScale }: Scales): Reference {
  const { label, x, y } = reference as { label?: unknown; x?: unknown; y?: unknown };
  if (typeof label !== 'string' || label === '') {
    throw new TypeError(`${argument}.label is ${kindOf(label)}; give the reference line a name for the legend.`);
  }
  if ((x === undefined) === (y === undefined)) {
    throw new TypeError(
      `${argument} has ${x === undefined ? 'neither x nor y' : 'both x and y'}; expected one of them.`,
    );
  }
  const [name, value, scale] = y === undefined ? (['x', x, xScale] as const) : (['y', y, yScale] as const);
  if (typeof value !== 'number' || !Number.isFinite(value) || (scale === 'log' && value <= 0)) {
    const expected = scale === 'log' ? 'a positive number on a logarithmic axis' : 'a finite number';
    throw new RangeError(`${argument}.${name} is ${kindOf(value)}; expected ${expected}.`);
  }
  return reference;
}
