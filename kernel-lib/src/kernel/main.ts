#!/usr/bin/env node
/**
 * The TypeScript kernel, as Jupyter starts it: `node main.js --config-path CONNECTION_FILE`. Stock tslab's engine, converter
 * and sockets, with a repair in a file of its own for each thing that stock tslab gets wrong.
 */
import { parseArgs } from 'node:util';
import '../tensor/node-compat';
import { Engine } from './engine';
import { refuseExit } from './exit';
import { watchParent } from './parent-watch';
import { createServer } from './server';
import { installSink } from './sink';
import { routeStreams } from './streams';
import { loadTslab } from './tslab';

const exit = refuseExit();

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { 'config-path': { type: 'string' } } });
  const connectionFile = values['config-path'];
  if (connectionFile === undefined) throw new Error('The notebook kernel needs --config-path CONNECTION_FILE.');
  const tslab = loadTslab();
  watchParent();
  routeStreams();
  const engine = new Engine(tslab, process.cwd());
  installSink(tslab, () => engine.run);
  await createServer(tslab, engine, exit, connectionFile).init();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  exit(1);
});
