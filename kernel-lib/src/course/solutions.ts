/** What stands where a solution stood: whoever runs it unsolved reads why it stops. */
const STUB = ['// YOUR CODE HERE', "throw new Error('this exercise is not solved yet');"];

/**
 * A cell's source as the student gets it: every region between the lines `// ### BEGIN SOLUTION` and `// ### END SOLUTION` replaced by
 * a stub that throws. The same convention as nbgrader's `ClearSolutions`, whose `code_stub` is this stub.
 *
 * @throws Error when a region does not end, ends before it begins or holds another: a solution would be handed out
 */
export function stripSolutions(source: string): string {
  const out: string[] = [];
  let begun = -1;
  for (const [number, line] of source.split('\n').entries()) {
    const mark = /^\s*\/\/\s*###\s*(BEGIN|END) SOLUTION\s*$/.exec(line)?.[1];
    if (mark === 'BEGIN') {
      if (begun >= 0)
        throw new Error(`source: got a second BEGIN SOLUTION on line ${number + 1}, expected END SOLUTION first.`);
      begun = number;
      const indent = /^\s*/.exec(line)?.[0] ?? '';
      out.push(...STUB.map((text) => indent + text));
    } else if (mark === 'END') {
      if (begun < 0)
        throw new Error(`source: got END SOLUTION on line ${number + 1} without a BEGIN SOLUTION before it.`);
      begun = -1;
    } else if (begun < 0) {
      out.push(line);
    }
  }
  if (begun >= 0) throw new Error(`source: got a BEGIN SOLUTION on line ${begun + 1} that no END SOLUTION ends.`);
  return out.join('\n');
}
