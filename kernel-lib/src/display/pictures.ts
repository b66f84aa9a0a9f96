import { htmlText } from './html-text';
import { kindOf } from './kind';
import type { MimeBundle } from './mime';

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** @throws TypeError when it is no SVG document, told by its first tag. */
export function svgBundle(svg: unknown): MimeBundle {
  if (
    typeof svg !== 'string' ||
    !/^(?:<\?xml|<!--|<!DOCTYPE svg|<svg)\b/i.test(svg.trimStart()) ||
    !/<svg\b/i.test(svg)
  ) {
    throw new TypeError(`display.svg: content is ${kindOf(svg)}; expected a text that begins with <svg or <?xml.`);
  }
  const [, title] = /<title\b[^>]*>([\s\S]*?)<\/title\s*>/i.exec(svg) ?? [];
  const words = title === undefined ? '' : htmlText(title);
  return { 'image/svg+xml': svg, 'text/plain': words === '' ? 'SVG picture' : `SVG picture: ${words}` };
}

/** @throws TypeError when it is neither the bytes of a PNG file nor those in base64. */
export function pngBundle(png: unknown): MimeBundle {
  const bytes = bytesOf(png);
  const expected = 'expected the bytes of a PNG file, or those in base64';
  if (bytes === undefined) throw new TypeError(`display.png: content is ${kindOf(png)}; ${expected}.`);
  if (bytes.length < 24 || !bytes.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE)) {
    const start = bytes.length === 0 ? 'is empty' : `begins with ${bytes.subarray(0, 4).toString('hex')}`;
    throw new TypeError(`display.png: content ${start}, which no PNG file does; ${expected}.`);
  }
  // the header chunk comes first in every PNG file: its length, its name, then width and height
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  return { 'image/png': bytes.toString('base64'), 'text/plain': `PNG picture, ${width} × ${height}` };
}

function bytesOf(png: unknown): Buffer | undefined {
  if (png instanceof Uint8Array) return Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  if (typeof png !== 'string') return undefined;
  return Buffer.from(png.replace(/^data:image\/png;base64,/, ''), 'base64');
}
