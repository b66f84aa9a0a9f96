import ts from 'typescript';

/** What TypeScript's own parser says of a source, laid out as `analysis.tracks` has it, one value a UTF-16 unit. */
export function compilerTracks(code: string): Record<string, number[]> {
  const file = ts.createSourceFile('x.ts', code, ts.ScriptTarget.Latest, true);
  const none = (): number[] => new Array<number>(code.length).fill(0);
  const [string, comment, condition, brackets, braces] = [none(), none(), none(), none(), none()];
  const add = (track: number[], from: number, to: number): void => {
    for (let at = from; at < to; at++) track[at] = (track[at] ?? 0) + 1;
  };

  const opened: { text: string; at: number }[] = [];
  const close = (at: number): void => {
    const last = opened.pop();
    if (last === undefined) throw new Error(`nothing is open at ${at}`);
    add(brackets, last.at, at);
    if (last.text === '{') add(braces, last.at, at);
  };
  let end = 0;
  const leaf = (node: ts.Node): void => {
    const [from, to, text] = [node.getStart(file), node.end, node.getText(file)];
    trivia(code, end, from, (a, b) => {
      add(comment, a, b);
    });
    end = to;
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) add(string, from, to - 1);
    else if (ts.isTemplateHead(node) || ts.isTemplateMiddle(node)) {
      if (ts.isTemplateMiddle(node)) close(from);
      add(string, from, to - 1);
      opened.push({ text: '${', at: to - 1 });
    } else if (ts.isTemplateTail(node)) {
      close(from);
      add(string, from, to - 1);
    } else if (/^[([{]$/.test(text)) opened.push({ text, at: from });
    else if (/^[)\]}]$/.test(text)) close(from);
  };
  const visit = (node: ts.Node): void => {
    if (node.kind >= ts.SyntaxKind.FirstJSDocNode && node.kind <= ts.SyntaxKind.LastJSDocNode) return;
    if (ts.isIfStatement(node)) {
      const between = node.getChildren(file);
      const place = (kind: ts.SyntaxKind): number =>
        between.find((child) => child.kind === kind)?.getStart(file) ?? NaN;
      add(condition, place(ts.SyntaxKind.OpenParenToken), place(ts.SyntaxKind.CloseParenToken));
    }
    const children = node.getChildren(file);
    if (children.length === 0) leaf(node);
    else children.forEach(visit);
  };
  visit(file);
  return {
    'inside a string': string,
    'inside a comment': comment,
    'in an if-condition': condition,
    'bracket depth': brackets,
    'code depth': braces,
  };
}

/** Calls back with what `tracks` counts as inside: from the second symbol, without the one that ends a block. */
function trivia(code: string, from: number, to: number, inside: (from: number, to: number) => void): void {
  let at = from;
  while (at < to) {
    if (code.startsWith('//', at)) {
      const newline = code.indexOf('\n', at);
      const end = newline === -1 ? to : newline;
      inside(at + 1, end);
      at = end;
    } else if (code.startsWith('/*', at)) {
      const end = code.indexOf('*/', at + 2) + 1;
      inside(at + 1, end);
      at = end + 1;
    } else at += 1;
  }
}
