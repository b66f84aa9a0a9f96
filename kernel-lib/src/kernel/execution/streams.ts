import { Console } from 'node:console';
import { StringDecoder } from 'node:string_decoder';
import type { StreamName } from './cell-run';
import { currentRun } from './context';

type Callback = (error?: Error | null) => void;

/**
 * Sends what a cell prints to the cell that prints it, however late. What no cell printed goes to the kernel's log. The console
 * is a new one: Node's own keeps what it was given for an inspector that never comes, and swallows what its streams throw.
 */
export function routeStreams(): void {
  routeStream('stdout');
  routeStream('stderr');
  const console = new Console({ stdout: process.stdout, stderr: process.stderr, ignoreErrors: false });
  Object.defineProperty(globalThis, 'console', { value: console, writable: true, configurable: true });
}

function routeStream(name: StreamName): void {
  const stream = process[name];
  const log = process.stderr.write.bind(process.stderr);
  const decoder = new StringDecoder('utf8');
  stream.write = (chunk: string | Uint8Array, encoding?: BufferEncoding | Callback, callback?: Callback): boolean => {
    const text = typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk));
    const run = currentRun();
    if (run) run.write(name, text);
    else log(text);
    const done = typeof encoding === 'function' ? encoding : callback;
    if (done) process.nextTick(done);
    return true;
  };
}
