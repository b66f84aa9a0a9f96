import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { alive } from '../alive';
import { Client } from './client';
import { fakeKernel } from './kernels';

let client: Client | undefined;
afterEach(() => {
  client?.close();
  client = undefined;
});

describe('shutdown', () => {
  it.each(['control', 'shell'] as const)('is answered on %s, broadcast, and ends the process', async (channel) => {
    client = await Client.start({ command: fakeKernel });
    const id = client.send(channel, 'shutdown_request', { restart: true });
    expect(await client.reply(id)).toMatchObject({
      channel,
      type: 'shutdown_reply',
      content: { status: 'ok', restart: true },
    });
    expect(await client.exited()).toBe(0);
    await client.idle(id);
    expect(client.published(id)).toEqual(['busy', 'shutdown_reply', 'idle']);
  });

  it('ends a cell that loops for ever', async () => {
    client = await Client.start({ command: fakeKernel });
    const loop = client.execute('for (;;) {}');
    await client.find(({ type, parent }) => type === 'execute_input' && parent.msg_id === loop);
    await client.reply(client.send('control', 'shutdown_request', { restart: false }));
    expect(await client.exited()).toBe(0);
  });

  it('kills a main thread that cannot be stopped, and what it started', async () => {
    client = await Client.start({ command: fakeKernel, detached: true });
    const started = client.execute(`result(String(require('node:child_process').spawn('sleep', ['600']).pid))`);
    await client.idle(started);
    const data = client.of(started).find(({ type }) => type === 'execute_result')?.content.data as Record<
      string,
      string
    >;
    const pid = Number(data['text/plain']);
    expect(alive(pid)).toBe(true);
    // no interrupt reaches native code
    const blocked = client.execute(`require('node:child_process').spawnSync('sleep', ['600'])`);
    await client.find(({ type, parent }) => type === 'execute_input' && parent.msg_id === blocked);
    await client.reply(client.send('control', 'shutdown_request', { restart: false }));
    await client.exited();
    await expect.poll(() => alive(pid), { timeout: 60_000 }).toBe(false);
  });
});

describe('a kernel whose parent is killed', () => {
  it('ends out of an endless loop, with what cells started', async () => {
    // a parent between this process and the kernel, to be killed
    const between = `const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ${JSON.stringify(fakeKernel)}.concat(process.argv.slice(1)),
        { stdio: 'inherit', detached: true, env: { ...process.env, JPY_PARENT_PID: String(process.pid) } });
      require('node:fs').writeFileSync(process.argv[2] + '.pid', String(child.pid));`;
    client = await Client.start({ command: ['-e', between, '--'] });
    const kernel = Number(fs.readFileSync(path.join(client.folder, 'connection.json.pid'), 'utf8'));
    const started = client.execute(`result(String(require('node:child_process').spawn('sleep', ['600']).pid))`);
    await client.idle(started);
    const data = client.of(started).find(({ type }) => type === 'execute_result')?.content.data as Record<
      string,
      string
    >;
    const pid = Number(data['text/plain']);
    client.execute('for (;;) {}');
    client.process.kill('SIGKILL');
    await expect.poll(() => alive(kernel), { timeout: 60_000 }).toBe(false);
    await expect.poll(() => alive(pid), { timeout: 60_000 }).toBe(false);
  });
});

describe('a kernel that cannot start', () => {
  const start = async (connection: string): Promise<{ code: number | null; stderr: string }> => {
    const child = spawn(process.execPath, [...fakeKernel, '--config-path', connection], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => { stderr += chunk.toString(); }); // prettier-ignore
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, stderr };
  };

  it('says so in one sentence and exits with 1', async () => {
    expect(await start('/nowhere/connection.json')).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^The connection file \/nowhere\/connection\.json cannot be read: [^\n]*\n$/,
      ) as string,
    });
    client = await Client.start({ command: fakeKernel });
    const file = path.join(client.folder, 'connection.json');
    expect(await start(file)).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^The kernel's shell socket cannot use tcp:[^\n]*start the kernel again\.\n$/,
      ) as string,
    });
    const open = path.join(client.folder, 'open.json');
    fs.writeFileSync(open, JSON.stringify({ ...client.connection, ip: '0.0.0.0' }));
    expect(await start(open)).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^The connection file [^\n]* names the address "0\.0\.0\.0", [^\n]*\n$/) as string,
    });
  });
});
