import { kindOf } from './kind';
import type { MimeBundle } from './mime';

/** Characters of the plain text beside a JSON tree. */
const MAX_TEXT = 10_000;

/** Data as JSON carries it: what has no place there is told now, not by the front end. @throws TypeError naming why not. */
export function jsonBundle(content: unknown): MimeBundle {
  const expected = 'expected an object or array of plain data';
  if (typeof content !== 'object' || content === null) {
    throw new TypeError(`display.json: content is ${kindOf(content)}; ${expected}.`);
  }
  let text: string | undefined;
  try {
    text = JSON.stringify(content, undefined, 2);
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new TypeError(`display.json: content cannot be written as JSON (${reason}); ${expected}.`);
  }
  const data = JSON.parse(text) as unknown;
  if (typeof data !== 'object' || data === null) {
    throw new TypeError(`display.json: content turns into ${kindOf(data)} as JSON; ${expected}.`);
  }
  const more = text.length - MAX_TEXT;
  return {
    'application/json': data,
    'text/plain': more > 0 ? `${text.slice(0, MAX_TEXT)}\n… ${more} more characters` : text,
  };
}

/** A formula between delimiters, which is how front ends know it from text. */
export function latexBundle(content: string): MimeBundle {
  const delimited = /\$|\\\(|\\\[|\\begin\{/.test(content);
  return { 'text/latex': delimited ? content : `$$${content.trim()}$$`, 'text/plain': content };
}
