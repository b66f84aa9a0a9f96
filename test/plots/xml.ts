export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

const TAG = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;
const ATTRIBUTE = /([\w:-]+)="([^"]*)"/g;

const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDFFF]/u;

/** Parses XML with elements, double-quoted attributes and text; throws where a browser's XML parser would. */
export function parseXml(source: string): XmlElement {
  const root: XmlElement = { name: '#document', attributes: {}, children: [], text: '' };
  const open = [root];
  if (FORBIDDEN.test(source)) throw new Error('a character that XML cannot write');
  for (TAG.lastIndex = 0; TAG.lastIndex < source.length;) {
    const at = TAG.lastIndex;
    const match = TAG.exec(source);
    const parent = open.at(-1);
    if (match === null || parent === undefined) throw new Error(`not XML at ${at}: ${source.slice(at, at + 60)}`);
    const [, closing, name = '', attributes = '', empty, text] = match;
    if (text !== undefined) {
      parent.text += decode(text);
    } else if (closing) {
      if (parent.name !== name) throw new Error(`</${name}> at ${at} closes <${parent.name}>`);
      open.pop();
    } else {
      const element: XmlElement = { name, attributes: readAttributes(attributes), children: [], text: '' };
      parent.children.push(element);
      if (!empty) open.push(element);
    }
  }
  const [document] = root.children;
  if (open.length !== 1 || root.children.length !== 1 || document === undefined || root.text.trim() !== '') {
    throw new Error(`expected one element that is closed; open: ${open.map(({ name }) => name).join(' > ')}`);
  }
  return document;
}

/** All elements of that name, in the order of the document. */
export function elements(element: XmlElement, name: string): readonly XmlElement[] {
  const below = element.children.flatMap((child) => elements(child, name));
  return element.name === name ? [element, ...below] : below;
}

function readAttributes(source: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name = '', value = ''] of source.matchAll(ATTRIBUTE)) {
    if (name in attributes) throw new Error(`attribute ${name} twice`);
    attributes[name] = decode(value);
  }
  return attributes;
}

const CHARACTERS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

function decode(text: string): string {
  return text.replace(/&(\w*;?)/g, (whole, entity: string) => {
    const character = CHARACTERS[entity.replace(/;$/, '')];
    if (!entity.endsWith(';') || character === undefined) throw new Error(`bare & in ${whole}`);
    return character;
  });
}
