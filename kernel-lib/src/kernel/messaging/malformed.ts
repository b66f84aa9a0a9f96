import type { Content } from '../link';

/** A message that is no message of the protocol, or not of this kernel: dropped. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

// structured clone and JSON.stringify recurse: deeper than this is nobody's message
const MAX_DEPTH = 500;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a frame that must hold a JSON object.
 * @throws Malformed when it is anything else.
 */
export function parseObject(name: string, frame: Uint8Array, maxBytes: number): Content {
  if (frame.length > maxBytes) throw new Malformed(`a ${name} of ${frame.length} bytes, more than ${maxBytes}`);
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(frame));
  } catch {
    throw new Malformed(`a ${name} that is no JSON in UTF-8`);
  }
  if (!isContent(value)) throw new Malformed(`a ${name} that is no JSON object`);
  if (!within(value, MAX_DEPTH)) throw new Malformed(`a ${name} nested deeper than ${MAX_DEPTH}`);
  return value;
}

export function isContent(value: unknown): value is Content {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function within(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0) return false;
  return Object.values(value).every((inner) => within(inner, depth - 1));
}
