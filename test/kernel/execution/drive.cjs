// Runs cells of plain JavaScript on the main thread's half of the kernel, with a language thread that only passes them through
// and a messaging thread that only listens, and writes every message to a file.
// Arguments: the built kernel's folder, the steps as JSON (Step in drive.ts), the file to write.
const fs = require('node:fs');
const path = require('node:path');
const { MessageChannel, Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');

const INTERRUPT = 1;
const AGAIN_MS = 150;
// a cell may declare them for itself
const { JSON, Promise } = globalThis;

/** What the messaging thread does on an interrupt. */
function interruptFromWorker() {
  const { Session } = require('node:inspector');
  const { port, shared } = workerData;
  let acknowledged = 0;
  port.on('message', (serial) => (acknowledged = serial));
  parentPort.on('message', ({ after, serial }) => {
    setTimeout(() => {
      Atomics.store(shared, INTERRUPT, serial);
      port.postMessage({ type: 'interrupt', serial });
      // again and again, as one loop may stand behind another
      const again = setInterval(() => {
        if (acknowledged >= serial) return clearInterval(again);
        const session = new Session();
        session.connectToMainThread();
        session.post('Runtime.terminateExecution', () => session.disconnect());
      }, AGAIN_MS);
    }, after);
  });
  parentPort.postMessage('ready');
}

/** A source map that maps the beginning of each line to itself. */
function identity(code) {
  const mappings = code.split('\n').map((_, i) => (i === 0 ? 'AAAA' : 'AACA')).join(';'); // prettier-ignore
  return JSON.stringify({ version: 3, sources: ['cell'], names: [], mappings });
}

function drive() {
  const [folder, stepsText, file] = process.argv.slice(2);
  require(path.join(folder, 'execution/own-globals.js'));
  require(path.join(folder, '../tensor/node-compat.js'));
  const { startExecution } = require(path.join(folder, 'execution/main-thread.js'));
  const steps = JSON.parse(stepsText);
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const messages = [];
  let step;
  let done;

  const language = new MessageChannel();
  language.port2.on('message', ({ serial, code }) => {
    const converted = { ok: true, script: code, map: identity(code), files: step?.files ?? [] };
    const conversion = step?.problems ? { ok: false, problems: step?.problems } : converted;
    language.port2.postMessage({ type: 'converted', serial, conversion });
  });
  const interrupts = new MessageChannel();
  const worker = new Worker(__filename, {
    workerData: { port: interrupts.port1, shared },
    transferList: [interrupts.port1],
  });
  const { receive } = startExecution({
    folder: process.cwd(),
    shared,
    language: language.port1,
    post(message) {
      if (message.type === 'output') Atomics.sub(shared, 0, message.bytes);
      if (message.type === 'interrupted') interrupts.port2.postMessage(message.serial);
      messages.push(message);
      if (message.type === 'executed' || message.type === 'comm-handled') done();
      if (message.type === 'input-request') receive({ type: 'input', id: message.id, value: step.answers.shift() });
    },
  });
  interrupts.port2.on('message', receive);

  worker.once('message', async () => {
    let count = 0;
    for (step of steps) {
      const finished = new Promise((resolve) => (done = resolve));
      const id = `request-${++count}`;
      if (step.interruptAfter !== undefined) worker.postMessage({ after: step.interruptAfter, serial: count });
      const { code, silent = false, answers, userExpressions = {}, comm } = step;
      if (comm) receive({ type: 'comm', id, buffers: [], ...comm });
      else receive({ type: 'execute', id, code, count, silent, allowStdin: answers !== undefined, userExpressions });
      await finished;
    }
    fs.writeFileSync(file, JSON.stringify(messages));
    receive({ type: 'shutdown', restart: false });
  });
}

if (isMainThread) drive();
else interruptFromWorker();
