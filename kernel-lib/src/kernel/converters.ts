import { withShorthand } from './shorthand';
import type { Converter, Converters, Tslab } from './tslab';

/** A strict converter for Node.js code, made now, and one for the browser, made when a cell first asks for it. */
export function createConverters(tslab: Tslab): Converters {
  const node = withShorthand(tslab.createConverter({ isJS: false, isBrowser: false }), tslab.ts);
  let browser: Converter | undefined;
  return {
    node,
    get browser(): Converter {
      return (browser ??= tslab.createConverter({ isJS: false, isBrowser: true }));
    },
    close(): void {
      node.close();
      browser?.close();
    },
  };
}
