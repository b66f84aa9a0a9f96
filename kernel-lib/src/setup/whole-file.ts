import fs from 'node:fs';
import path from 'node:path';

/** Whether `file` holds exactly `text`. One that is missing, cut off or unreadable does not. */
export function holds(file: string, text: string): boolean {
  try {
    return fs.readFileSync(file, 'utf8') === text;
  } catch {
    return false;
  }
}

/** Writes a file that appears by rename, in a folder that is made if need be; a failure leaves nothing behind. */
export function writeWhole(file: string, text: string): void {
  const part = `${file}.${process.pid}.part`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(part, text);
    fs.renameSync(part, file);
  } catch (error) {
    if (fs.existsSync(part)) fs.rmSync(part);
    throw error;
  }
}
