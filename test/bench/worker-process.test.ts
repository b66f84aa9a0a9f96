import { expect, it, onTestFinished } from 'vitest';
import { WorkerProcess } from '../../scripts/lib/bench/worker-process';

/** A worker that prints other things too, answers `hello`, refuses `memory` and dies of `release`. */
const script = `
  console.log('a greeting');
  require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const what = JSON.parse(line).do;
    if (what === 'release') throw new TypeError('out of memory');
    console.log('reply ' + JSON.stringify(what === 'hello' ? { versions: { a: '1' } } : { error: 'no memory here' }));
  });`;

function start(command = process.execPath): WorkerProcess {
  const worker = new WorkerProcess('fake', command, ['-e', script], process.env);
  onTestFinished(() => {
    worker.stop();
  });
  return worker;
}

it('answers one request after the other, and goes on after one that it could not do', async () => {
  const worker = start();
  expect(await worker.ask({ do: 'hello' })).toEqual({ versions: { a: '1' } });
  await expect(worker.ask({ do: 'memory' })).rejects.toThrow('fake: no memory here');
  expect(await worker.ask({ do: 'hello' })).toEqual({ versions: { a: '1' } });
});

it('says what a worker died of, to who asked then and to who asks later', async () => {
  const worker = start();
  await expect(worker.ask({ do: 'release' })).rejects.toThrow('fake has ended: TypeError: out of memory');
  await expect(worker.ask({ do: 'hello' })).rejects.toThrow('fake has ended: TypeError: out of memory');
});

it('says that a program is not there', async () => {
  await expect(start('/nowhere/python').ask({ do: 'hello' })).rejects.toThrow(/fake has ended: .*ENOENT/);
});
