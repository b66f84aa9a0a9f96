/**
 * One result in several formats, keyed by MIME type; the front end picks the richest that it can draw.
 * Text formats are strings, `application/json` and `application/*+json` are plain objects, binary formats
 * (`image/png`) are bytes or base64. Always give `text/plain`: it is what a terminal, a log and a diff show.
 */
export interface MimeBundle {
  readonly 'text/plain'?: string;
  readonly [mime: string]: string | object | undefined;
}

/** A value that knows how it looks: what `show` and `newDisplay` ask first. */
export interface Displayable {
  /** The value in every format it has, the plain text always among them. */
  toMimeBundle(): MimeBundle;
}

/** Whether a value knows how to show itself. */
export function isDisplayable(value: unknown): value is Displayable {
  return (
    typeof value === 'object' && value !== null && 'toMimeBundle' in value && typeof value.toMimeBundle === 'function'
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The class of what is data and not prose: on pages with MathJax the two $ of a program's text would make a formula of what is between. */
export const NO_MATHS = 'mathjax_ignore';

/** Text made safe to stand in HTML, between tags and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** The bundle as a Jupyter message carries it: bytes become base64, absent formats go. */
export function wireBundle(bundle: MimeBundle): Record<string, string | object> {
  const wire: Record<string, string | object> = {};
  for (const [mime, content] of Object.entries(bundle)) {
    if (content === undefined) continue;
    wire[mime] = content instanceof Uint8Array ? Buffer.from(content).toString('base64') : content;
  }
  return wire;
}

/** What a display without pictures shows of a bundle. */
export function plainText(bundle: MimeBundle): string {
  return bundle['text/plain'] ?? `[${Object.keys(bundle).join(', ') || 'nothing to show'}]`;
}
