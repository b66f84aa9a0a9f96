/** One thing for each of the two directions in which a bidirectional network reads. */
export type Directions<T> = Readonly<{
  /** From the first step to the last. */
  forward: T;
  /** From the last step to the first. */
  backward: T;
}>;

/** How the outputs of both directions, f and b, become one: [f; b], f + b, f ⊙ b or (f + b) / 2; or not at all. */
export type Merge = 'concat' | 'sum' | 'mul' | 'average' | 'none';

const merges: readonly string[] = ['concat', 'sum', 'mul', 'average', 'none'] satisfies Merge[];

/**
 * @throws Error for what is no {@link Merge}
 */
export function checkMerge(merge: string): void {
  if (merges.includes(merge)) return;
  throw new Error(`merge: got '${merge}', expected ${merges.map((name) => `'${name}'`).join(', ')}.`);
}

/**
 * @throws Error unless both directions are there
 */
export function checkDirections(name: string, value: Readonly<Partial<Directions<unknown>>>): void {
  if (value.forward !== undefined && value.backward !== undefined) return;
  const got = Object.keys(value).join(', ');
  throw new Error(`${name}: got { ${got} }, expected { forward, backward }; give one for each direction.`);
}
