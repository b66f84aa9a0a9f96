import { StringDecoder } from 'node:string_decoder';
import { currentRun, type StreamName } from './cell-run';

type Callback = (error?: Error | null) => void;

/**
 * Sends what a cell prints to the cell that prints it. Stock tslab sends it to whichever cell runs at that moment, and takes a
 * write's callback for nothing, so that code which waits for it waits for ever. What no cell printed goes to the kernel's log.
 */
export function routeStreams(): void {
  routeStream('stdout');
  routeStream('stderr');
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
