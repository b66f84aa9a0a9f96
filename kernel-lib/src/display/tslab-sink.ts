import type { DisplaySink } from './sink';

type WriteDisplayData = (
  content: {
    data: Record<string, unknown>;
    metadata: Readonly<Record<string, unknown>>;
    transient: { display_id?: string };
  },
  update: boolean,
) => void;

interface TslabGlobal {
  readonly __tslab__?: { readonly require?: { readonly cache?: Readonly<Record<string, NodeJS.Module | undefined>> } };
}

/**
 * The display of stock tslab, or undefined outside it.
 *
 * Its public `display` sends one MIME type a message. The writer underneath takes a whole bundle, but is exported only
 * by the module of the kernel that is running: that module is found among the loaded ones, so no second copy is loaded.
 */
export function tslabSink(): DisplaySink | undefined {
  const cache = (globalThis as TslabGlobal).__tslab__?.require?.cache;
  if (cache === undefined) return undefined;
  const path = Object.keys(cache).find((file) => /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(file));
  const jupyter =
    path === undefined ? undefined : (cache[path]?.exports as { lastWriteDisplayData?: WriteDisplayData });
  const write = jupyter?.lastWriteDisplayData;
  if (typeof write !== 'function') return undefined;
  return {
    kind: 'notebook',
    display: (bundle, { displayId, update = false, metadata = {} } = {}): void => {
      const transient = displayId === undefined ? {} : { display_id: displayId };
      write({ data: { ...bundle }, metadata, transient }, update);
    },
  };
}
