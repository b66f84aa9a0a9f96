import type { DisplayOptions, DisplaySink } from 'kernel-lib/display/sink';
import type { MimeBundle } from 'kernel-lib/display/mime';

export interface Shown {
  bundle: MimeBundle;
  options?: DisplayOptions;
}

/** A sink that keeps what it is given: bundles in `shown`, raw text in `written`. */
export function recorder(
  kind: DisplaySink['kind'],
  columns = 80,
): { sink: DisplaySink; shown: Shown[]; written: string[] } {
  const shown: Shown[] = [];
  const written: string[] = [];
  const sink: DisplaySink = {
    kind,
    display: (bundle, options = {}) => {
      shown.push(Object.keys(options).length === 0 ? { bundle } : { bundle, options });
    },
    write: (text) => {
      written.push(text);
    },
    columns: () => columns,
  };
  return { sink, shown, written };
}
