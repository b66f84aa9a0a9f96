import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');

/** Runs cells in the real engine of stock tslab and prints the display messages that it would send. */
const driver = `
  const { createConverter } = require('tslab/dist/converter');
  const { createExecutor } = require('tslab/dist/executor');
  const { JupyterHandlerImpl } = require('tslab/dist/jupyter');
  const node = createConverter();
  const executor = createExecutor(process.cwd(), { node, browser: node, close: () => node.close() }, console);
  const handler = new JupyterHandlerImpl(executor, false);
  const write = process.stdout.write.bind(process.stdout);
  (async () => {
    const messages = [];
    for (const code of JSON.parse(process.argv[1])) {
      const reply = await handler.handleExecute(
        { code },
        (stream, text) => messages.push({ stream, text }),
        (content, update) => messages.push({ content, update }),
      );
      if (reply.status !== 'ok') messages.push(reply);
    }
    handler.close();
    write(JSON.stringify(messages), () => process.exit(0));
  })();
`;

it('inside stock tslab a bundle is one message, and updates reach their display from later cells', async () => {
  const source = (file: string): string => JSON.stringify(path.join(root, 'kernel-lib/src/display', file));
  const cells = [
    `const { newDisplay } = require(${source('new-display.ts')});
     const live = newDisplay();
     live.update({ toMimeBundle: () => ({ 'text/plain': 'one', 'application/vnd.plotly.v1+json': { data: [] } }) });`,
    `live.update('two')`,
    `const { progress } = require(${source('progress.ts')});
     for (const i of progress([1, 2], 'reading')) {}`,
  ];
  const { stdout } = await run(process.execPath, ['-r', 'tsx/cjs', '-e', driver, JSON.stringify(cells)], { cwd: root });
  const messages = JSON.parse(stdout) as {
    content: { data: Record<string, unknown>; metadata: object; transient: { display_id: string } };
    update: boolean;
  }[];
  const id = messages[0]?.content.transient.display_id;
  expect(id).toBeTypeOf('string');
  expect(messages.slice(0, 2)).toEqual([
    {
      content: {
        data: { 'text/plain': 'one', 'application/vnd.plotly.v1+json': { data: [] } },
        metadata: {},
        transient: { display_id: id },
      },
      update: false,
    },
    { content: { data: { 'text/plain': 'two' }, metadata: {}, transient: { display_id: id } }, update: true },
  ]);
  expect(messages.at(-1)?.content.data['text/plain']).toMatch(/^reading 2\/2/);
  expect(Object.keys(messages.at(-1)?.content.data ?? {})).toEqual(['text/plain', 'text/html']);
});
