/** Runs f, and lets its error begin with the place that the argument belongs to: `backward: Wxh: got ...`. */
export function within<T>(place: string, f: () => T): T {
  try {
    return f();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new Error(`${place}: ${error.message}`, { cause: error });
  }
}
