import type { Converter, Tslab } from './tslab';

interface Insertion {
  /** Where in the cell's own text. */
  readonly line: number;
  readonly character: number;
  readonly text: string;
}

/**
 * tslab turns a name from an earlier cell into the place where it keeps that value, everywhere but in the shorthand
 * `{ name }`, which then fails as not defined. Written out as `{ name: name }` it works; columns in messages stay the cell's own.
 */
export function withShorthand(converter: Converter, ts: Tslab['ts']): Converter {
  return {
    ...converter,
    convert(previous, code) {
      const insertions = shorthandValues(code, ts);
      const { diagnostics, ...rest } = converter.convert(previous, insert(code, insertions));
      return {
        ...rest,
        diagnostics: diagnostics.map((diagnostic) => {
          const { line, character } = diagnostic.start;
          return { ...diagnostic, start: { ...diagnostic.start, character: ownColumn(insertions, line, character) } };
        }),
      };
    },
  };
}

function shorthandValues(code: string, ts: Tslab['ts']): Insertion[] {
  const file = ts.createSourceFile('cell.ts', code, ts.ScriptTarget.Latest);
  const insertions: Insertion[] = [];
  const visit = (node: Parameters<Parameters<typeof ts.forEachChild>[1]>[0]): void => {
    if (ts.isShorthandPropertyAssignment(node)) {
      const name = node.name.text;
      insertions.push({ ...file.getLineAndCharacterOfPosition(node.name.end), text: `: ${name}` });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return insertions;
}

function insert(code: string, insertions: readonly Insertion[]): string {
  const lines = code.split(/(?<=\n)/);
  for (const { line, character, text } of insertions.toReversed()) {
    const before = lines[line] ?? '';
    lines[line] = before.slice(0, character) + text + before.slice(character);
  }
  return lines.join('');
}

/** The column in the cell of a column in the text with the insertions; one inside an insertion is that of the name before it. */
function ownColumn(insertions: readonly Insertion[], line: number, character: number): number {
  let column = character;
  for (const insertion of insertions) {
    if (insertion.line !== line || column < insertion.character) continue;
    const nameLength = insertion.text.length - ': '.length;
    const inside = column < insertion.character + insertion.text.length;
    column = inside ? insertion.character - nameLength : column - insertion.text.length;
  }
  return column;
}
