import { kindOf } from './arguments';
import { picture, type Picture } from './picture';
import { clip, INK, text } from './svg-frame';
import { PALETTE } from './theme';

/** Something that came in a year. */
export interface TimelineEntry {
  readonly year: number;
  readonly name: string;
  /** Beside the name, a few words. */
  readonly note?: string;
}

const WIDTH = 700;
const [LINE, NAMES, NOTES] = [78, 96, 270];
/** Units between two entries: more where years passed, within these limits. */
const [CLOSEST, FARTHEST, YEAR] = [24, 56, 6];

/**
 * Names along the years, from the top down; many years between two leave a larger gap.
 *
 * ```ts
 * show(plots.timeline([{ year: 1990, name: 'Elman' }, { year: 1997, name: 'LSTM', note: 'gates' }], { title: 'Recurrent cells' }));
 * ```
 *
 * @throws TypeError or RangeError in one sentence: no title, no entries, a year that is no integer, years that do not ascend.
 */
export function timeline(entries: readonly TimelineEntry[], { title }: { readonly title: string }): Picture {
  if (typeof title !== 'string' || title.trim() === '') {
    throw new TypeError(`plots.timeline: title is ${kindOf(title)}; say what is seen in a non-empty text.`);
  }
  if (!isList(entries)) {
    throw new TypeError(`plots.timeline: entries is ${kindOf(entries)}; expected at least one { year, name }.`);
  }
  let y = 62;
  const first = y;
  const rows = entries.map((entry, at) => {
    const before = entries[at - 1];
    checkEntry(entry, before, at);
    if (before) y += Math.min(FARTHEST, Math.max(CLOSEST, YEAR * (entry.year - before.year)));
    return [
      entry.year === before?.year ? '' : text(LINE - 14, y + 4, String(entry.year), 'text-anchor="end"'),
      `<circle cx="${LINE}" cy="${y}" r="5" fill="${PALETTE[0] ?? INK}"/>`,
      text(NAMES, y + 4, clip(entry.name, NOTES - NAMES - 8, 12), 'font-weight="bold"'),
      text(NOTES, y + 4, clip(entry.note ?? '', WIDTH - NOTES - 8, 12)),
    ].join('');
  });
  const line = `<path stroke="#808080" stroke-width="2" d="M${LINE} ${first}V${y}"/>`;
  const description = `${entries.map(({ year, name }) => `${year} ${name}`).join(', ')}.`;
  return picture({ title, description, width: WIDTH, height: y + 24, parts: [line, ...rows] });
}

function isList(entries: unknown): entries is readonly TimelineEntry[] {
  return Array.isArray(entries) && entries.length > 0;
}

function checkEntry({ year, name }: TimelineEntry, before: TimelineEntry | undefined, at: number): void {
  if (!Number.isInteger(year) || (before !== undefined && year < before.year)) {
    const expected =
      before === undefined ? 'a year as an integer' : `an integer from ${before.year} up, the year before it`;
    throw new RangeError(`plots.timeline: entries[${at}].year is ${kindOf(year)}; expected ${expected}.`);
  }
  if (typeof name !== 'string' || name === '') {
    throw new TypeError(`plots.timeline: entries[${at}].name is ${kindOf(name)}; expected a non-empty text.`);
  }
}
