/** An answer that a check refuses. The message is one sentence for the student: where it diverges and by how much, never the answer. */
export class ExerciseError extends Error {
  override readonly name = 'ExerciseError';
  readonly exercise: string;

  constructor(exercise: string, sentence: string, options?: { readonly cause?: unknown }) {
    super(`✗ ${exercise}: ${sentence}${/[.!?]$/.test(sentence) ? '' : '.'}`, options);
    this.exercise = exercise;
  }
}
