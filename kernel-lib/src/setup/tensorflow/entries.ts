import type { WheelTarget } from './platform';
import type { ByteRange } from './range-reader';
import type { ZipEntry } from './zip';

/** A file of the wheel that is kept, and where below the runtime folder it goes. */
export interface WantedFile {
  readonly entry: ZipEntry;
  /** Relative, with `/`. */
  readonly to: string;
}

const headers = /^tensorflow\/(include\/(?:tensorflow\/c\/.+|.+\/(?:ctstring(?:_internal)?|tsl_status)\.h))$/;
const licences = /\.dist-info\/(?:licenses\/)?((?:LICENSE|THIRD_PARTY)[^/]*)$/;

/** The two libraries, the C headers that the addon includes, and the licences. */
export function wantedFiles(entries: readonly ZipEntry[], target: WheelTarget): WantedFile[] {
  return entries.flatMap((entry) => {
    const to = destination(entry.name, target);
    return to === undefined || entry.name.endsWith('/') ? [] : [{ entry, to }];
  });
}

function destination(name: string, target: WheelTarget): string | undefined {
  const [folder, file, ...deeper] = name.split('/');
  if (folder === 'tensorflow' && file !== undefined && deeper.length === 0 && Object.hasOwn(target.libraries, file)) {
    return `lib/${file}`;
  }
  return headers.exec(name)?.[1] ?? licences.exec(name)?.[1];
}

/** Fetching this many bytes that nobody wants is quicker than another request. */
const WORTHWHILE_GAP = 256 * 1024;
/** Files of this size have a request of their own, so that each can be resumed and its slice freed. */
const LARGE = 1024 * 1024;

/** A stretch of the wheel to fetch in one request, and the files in it. */
export interface Slice extends ByteRange {
  readonly files: readonly WantedFile[];
}

/** Groups neighbours, so that seventy headers take a few requests. `wanted` is in the order of the archive. */
export function planSlices(wanted: readonly WantedFile[]): Slice[] {
  const slices: { start: number; end: number; files: WantedFile[] }[] = [];
  for (const file of wanted) {
    const { offset, end, compressedSize } = file.entry;
    const last = slices.at(-1);
    const lastSize = last?.files.at(-1)?.entry.compressedSize ?? 0;
    if (last !== undefined && offset - last.end <= WORTHWHILE_GAP && compressedSize < LARGE && lastSize < LARGE) {
      last.end = end;
      last.files.push(file);
    } else {
      slices.push({ start: offset, end, files: [file] });
    }
  }
  return slices;
}
