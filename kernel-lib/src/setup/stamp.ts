import { holds, writeWhole } from './whole-file';

/** A record of what something was made from, written last: without it, or with another one, the thing is made again. */
export type Stamp = Readonly<Record<string, string>>;

/** Whether `file` holds exactly `stamp`. A file that is missing or cut off holds nothing. */
export function hasStamp(file: string, stamp: Stamp): boolean {
  return holds(file, text(stamp));
}

/** Writes a stamp; it appears by rename. */
export function writeStamp(file: string, stamp: Stamp): void {
  writeWhole(file, text(stamp));
}

function text(stamp: Stamp): string {
  return `${JSON.stringify(stamp, null, 2)}\n`;
}
