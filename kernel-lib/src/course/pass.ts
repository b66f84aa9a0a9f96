/** The line of a passed check. On stdout: a grader takes anything on stderr for a failure. */
export function pass(exercise: string, detail: string): void {
  console.log(`✓ ${exercise}: ${detail}`);
}
