import type { Content } from '../link';
import { isContent } from './malformed';

/** A request whose content asks for something impossible: answered with status `error`. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
}

/** @throws RequestError for a field of another type; absent and null are the default. */
export function booleanField(content: Content, name: string, absent: boolean): boolean {
  const value = content[name] ?? absent;
  if (typeof value === 'boolean') return value;
  throw wrong(name, 'true or false', value);
}

/** @throws RequestError for a field of another type; absent and null are the default. */
export function stringField(content: Content, name: string, absent?: string): string {
  const value = content[name] ?? absent;
  if (typeof value === 'string') return value;
  throw wrong(name, 'a string', value);
}

/** @throws RequestError for a field of another type; absent and null are the default. */
export function integerField<T>(content: Content, name: string, absent: T): number | T {
  const value = content[name];
  if (value === undefined || value === null) return absent;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw wrong(name, 'a whole number', value);
}

/** @throws RequestError for a field that maps to anything but strings; absent and null are no entries. */
export function stringsField(content: Content, name: string): Readonly<Record<string, string>> {
  const value = content[name] ?? {};
  if (isContent(value) && Object.values(value).every((entry) => typeof entry === 'string')) {
    return value as Readonly<Record<string, string>>;
  }
  throw wrong(name, 'an object of strings', value);
}

function wrong(name: string, expected: string, value: unknown): RequestError {
  const got = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 100);
  return new RequestError(`The request needs ${name} as ${expected}, got ${got}.`);
}

/** The content of the reply to a request that failed. */
export function errorContent(error: unknown): Content {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { status: 'error', ename: name, evalue: message, traceback: [`${name}: ${message}`] };
}
