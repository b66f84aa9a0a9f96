import type ts from 'typescript';
import type { Content } from '../link';
import { fromCodePoints } from './code-points';
import { noCancellation, type BoundFile } from './compiler';
import { describeDefinition } from './definition';
import { readable } from './problems';
import type { Session } from './session';

export const NOTHING_FOUND: Content = { status: 'ok', found: false, data: {}, metadata: {} };

/** What there is to say of a name, or of the function whose arguments are being written. */
interface Finding {
  readonly signature: string;
  readonly documentation: string;
  readonly tags: readonly ts.JSDocTagInfo[];
  /** Where the name stands that the definition is looked up for. */
  readonly at: number;
}

/** The content of `inspect_reply` for that of `inspect_request`. */
export function inspect(session: Session, content: Content): Content {
  const code = String(content.code);
  const position = fromCodePoints(code, Number(content.cursor_pos));
  const { file } = session.open(code, false);
  const finding = named(session, file, position) ?? called(session, file, position);
  if (!finding) return NOTHING_FOUND;
  // JupyterLab's tooltip only ever asks for level 0, so the parameters belong there; level 1 adds where it all comes from
  const definition = content.detail_level === 1 ? describeDefinition(session, file, finding.at) : undefined;
  const { signature, documentation, tags } = finding;
  const plain = [signature, documentation, tags.map((tag) => plainTag(tag)).join('\n'), definition?.plain];
  const fenced = `\`\`\`typescript\n${signature}\n\`\`\``;
  const markdown = [fenced, documentation, tags.map((tag) => `- ${markdownTag(tag)}`).join('\n'), definition?.markdown];
  return {
    status: 'ok',
    found: true,
    data: { 'text/plain': paragraphs(plain), 'text/markdown': paragraphs(markdown) },
    metadata: {},
  };
}

function named({ ts, project }: Session, file: BoundFile, position: number): Finding | undefined {
  const info = ts.getQuickInfoAtPosition(file, project.checker, noCancellation, position);
  if (!info?.displayParts?.length) return undefined;
  const signature = readable(ts.displayPartsToString(info.displayParts));
  // a name that stands for nothing
  if (signature === 'any') return undefined;
  return {
    signature,
    documentation: ts.displayPartsToString(info.documentation),
    tags: info.tags ?? [],
    at: info.textSpan.start,
  };
}

/** Inside the parentheses of a call there is something to say of the function, and of the argument. */
function called({ ts, project }: Session, file: BoundFile, position: number): Finding | undefined {
  const help = ts.SignatureHelp.getSignatureHelpItems(project.view(file), file, position, undefined, noCancellation);
  const item = help?.items[help.selectedItemIndex];
  if (!help || !item) return undefined;
  const text = (parts: readonly ts.SymbolDisplayPart[]): string => ts.displayPartsToString([...parts]);
  const parameters = item.parameters
    .map(({ displayParts }) => text(displayParts))
    .join(text(item.separatorDisplayParts));
  const others = help.items.length > 1 ? ` (+${help.items.length - 1} overloads)` : '';
  const signature = `${text(item.prefixDisplayParts)}${parameters}${text(item.suffixDisplayParts)}${others}`;
  const start = help.applicableSpan.start;
  const before = ts.findPrecedingToken(start - 1, file);
  const current = item.parameters[help.argumentIndex];
  const about = current && text(current.documentation);
  return {
    signature: readable(signature),
    documentation: paragraphs([text(item.documentation), about && `${current.name}: ${about}`]),
    // the current parameter is told above already
    tags: item.tags.filter(
      ({ name, text: parts }) => !(about && name === 'param' && parts?.[0]?.text === current.name),
    ),
    at: before?.getStart(file) ?? start,
  };
}

function plainTag({ name, text = [] }: ts.JSDocTagInfo): string {
  return `@${name} ${text.map((part) => part.text).join('')}`.trimEnd();
}

function markdownTag({ name, text = [] }: ts.JSDocTagInfo): string {
  return `*@${name}* ${text.map((part) => part.text).join('')}`.trimEnd();
}

function paragraphs(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}
