import { fileURLToPath } from 'node:url';
import { isDiskFull } from 'kernel-lib/setup';

/**
 * Runs `main` with the command line's arguments when the module at `url` is the one that was started, not imported.
 * It returns the exit code; what it throws is printed as its one sentence (with a stack when UNROLLED_DEBUG is set).
 */
export async function runScript(url: string, main: (args: string[]) => Promise<number>): Promise<void> {
  if (process.argv[1] !== fileURLToPath(url)) return;
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(sentenceOf(error));
    process.exitCode = 1;
  }
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (process.env.UNROLLED_DEBUG) return error.stack ?? error.message;
  if (isDiskFull(error)) return 'The disk is full: free about 2.2 GB and run the command again.';
  return error.message;
}
