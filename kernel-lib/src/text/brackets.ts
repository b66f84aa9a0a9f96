/** How the brackets of a piece of code go together. */
export interface Brackets {
  /** Closing brackets that close the innermost one that is open. */
  readonly matched: number;
  /** Closing brackets that do not: nothing is open, or another kind is. */
  readonly stray: number;
  /** Opening brackets that nothing closes. */
  readonly open: number;
  /** No bracket is stray and none is left open. */
  readonly balanced: boolean;
}

const CLOSES: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/**
 * Matches round, square and curly brackets, wherever they stand: in texts and comments too. A stray bracket closes nothing.
 * The language of such strings is Dyck's: to know it one must remember what is open, without a limit.
 */
export function brackets(code: string): Brackets {
  const open: string[] = [];
  let [matched, stray] = [0, 0];
  for (const character of code) {
    const opening = CLOSES[character];
    if ('([{'.includes(character)) open.push(character);
    else if (opening === undefined) continue;
    else if (open.at(-1) === opening) {
      open.pop();
      matched += 1;
    } else stray += 1;
  }
  return { matched, stray, open: open.length, balanced: stray === 0 && open.length === 0 };
}
