import path from 'node:path';
import type ts from 'typescript';
import type { BoundFile } from './compiler';
import { isCell } from './project';
import type { Session } from './session';

/** A declaration longer than this is named, not quoted. */
const LINES = 30;

/** Where the name at a position was declared, and how if that is short. */
export function describeDefinition(
  { ts, project }: Session,
  file: BoundFile,
  position: number,
): { readonly plain: string; readonly markdown: string } | undefined {
  const { checker } = project;
  const name = ts.getTouchingPropertyName(file, position);
  let symbol = checker.getSymbolAtLocation(name);
  if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  const declaration = symbol?.valueDeclaration ?? symbol?.declarations?.[0];
  if (!declaration) return undefined;
  const source = declaration.getSourceFile() as BoundFile;
  const whole = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  const place = placeOf(project.folder, source, file, whole);
  if (ts.isSourceFile(whole)) return { plain: place, markdown: place };
  const text = whole.getText(source);
  if (text.split('\n').length > LINES) return { plain: place, markdown: place };
  return { plain: `${place}:\n${text}`, markdown: `${place}:\n\n\`\`\`typescript\n${text}\n\`\`\`` };
}

function placeOf(folder: string, source: BoundFile, own: BoundFile, node: ts.Node): string {
  if (source === own) return 'Declared in this cell';
  if (isCell(source)) return 'Declared in an earlier cell';
  const relative = path.relative(folder, source.fileName);
  const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
  return `Declared in ${relative}:${line + 1}`;
}
