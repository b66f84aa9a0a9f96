import { describe, expect, it } from 'vitest';
import { drive } from './drive';

/** Cells that never end by themselves. */
const endless: Record<string, string> = {
  'a loop': 'while (true) {}',
  'a loop after an await': 'await 1; while (true) {}',
  'a loop after a timer': 'await new Promise((r) => setTimeout(r, 20)); while (true) {}',
  'a loop in a timer': 'setTimeout(() => { while (true) {} }, 20); await new Promise(() => 0);',
  'a loop in an interval': 'setInterval(() => { while (true) {} }, 20); await new Promise(() => 0);',
  'a loop in an immediate': 'setImmediate(() => { while (true) {} }); await new Promise(() => 0);',
  'a loop in a microtask': 'queueMicrotask(() => { while (true) {} }); await new Promise(() => 0);',
  'a loop in a tick': 'process.nextTick(() => { while (true) {} }); await new Promise(() => 0);',
  'a loop in a callback of fs': "require('fs').readFile('.', () => { while (true) {} }); await new Promise(() => 0);",
  'a loop after a promise of fs': "await require('fs').promises.stat('.'); while (true) {}",
  'a loop of microtasks': 'for (;;) await null;',
  'three loops after one timer': 'const w = async () => { await new Promise((r) => setTimeout(r, 20)); while (true) {} }; await Promise.all([w(), w(), w()]);', // prettier-ignore
  'a loop of awaited timers': "for (;;) { await new Promise((r) => setTimeout(r, 5)); console.log('tick'); }",
  'a wait for a promised timer': "await require('timers/promises').setTimeout(1e6);",
  'a wait for nothing': 'await new Promise(() => 0);',
  'a wait for an interval that prints': "setInterval(() => console.log('tick'), 5); await new Promise(() => 0);",
  'a wait for nothing while V8 collects garbage': 'setInterval(() => gc(), 20); await new Promise(() => 0);',
  'a loop that prints': "for (;;) console.log('x'.repeat(1000));",
};

describe('an interrupt', () => {
  it.each(Object.entries(endless))('stops %s and keeps the state', async (_, code) => {
    const after = "await new Promise((r) => setTimeout(r, 300)); console.log('after', kept);";
    const [, stopped, next] = await drive(['let kept = 42;', { code, interruptAfter: 300 }, after]);
    expect(stopped?.failure).toEqual({
      ename: 'KeyboardInterrupt',
      evalue: 'interrupted',
      traceback: ['KeyboardInterrupt: interrupted'],
    });
    expect(next?.failure).toBeUndefined();
    expect(next?.printed).toBe('after 42\n');
  });

  it('cuts off what the cell had going', async () => {
    const code = `
      const print = () => console.log('late');
      setTimeout(print, 500);
      require('child_process').exec('sleep 0.4', print);
      require('fs').promises.readFile('.').catch(() => new Promise((r) => setTimeout(r, 400)).then(print));
      fetch('http://127.0.0.1:9').catch(print);
      (async () => { try { await new Promise((r) => require('timers').setTimeout(r, 450)); } finally { print(); } })();
      await new Promise(() => 0);`;
    const steps = [{ code, interruptAfter: 250 }, 'await new Promise((r) => setTimeout(r, 900)); 1;'];
    const [stopped, next] = await drive(steps);
    expect([stopped?.failure?.ename, stopped?.printed.replaceAll('late\n', '')]).toEqual(['KeyboardInterrupt', '']);
    expect([next?.failure, next?.printed]).toEqual([undefined, '']);
  });

  it('tells the cell through its signal', async () => {
    const host = "globalThis[Symbol.for('kernel-lib.notebook-host')]";
    const listen = `let reason; ${host}.signal().addEventListener('abort', (e) => { reason = e.target.reason.name; });`;
    const [, next] = await drive([
      { code: `${listen} await new Promise(() => 0);`, interruptAfter: 200 },
      `__kernel.result([reason, ${host}.signal().aborted]);`,
    ]);
    expect(next?.result).toBe("[ 'KeyboardInterrupt', false ]");
  });

  it('leaves TensorFlow.js as it was: no open scope, no tape, no tensors of the loop', async () => {
    const loops = [
      'for (;;) tf.tidy(() => { tf.matMul(tf.ones([50, 50]), tf.ones([50, 50])).sum(); });',
      'const g = tf.grad((x) => tf.matMul(x, x).sum()); for (;;) tf.tidy(() => { g(tf.ones([50, 50])); });',
      "const m = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] }); m.compile({ loss: 'meanSquaredError', optimizer: 'sgd' }); before = tf.memory().numTensors; await m.fit(tf.ones([900, 1]), tf.ones([900, 1]), { epochs: 1e6, verbose: 0 });", // prettier-ignore
    ];
    const state = 'JSON.stringify([tf.engine().state.scopeStack.length, tf.engine().state.gradientDepth, tf.engine().state.activeTape])'; // prettier-ignore
    const cells = loops.flatMap((code) => [{ code, interruptAfter: 700 }, `__kernel.result(${state});`]);
    const memory = '__kernel.result(tf.memory().numTensors - before);';
    const steps = ["const tf = require('@tensorflow/tfjs-node'); let before = tf.memory().numTensors;", ...cells.slice(0, 4), memory, ...cells.slice(4)]; // prettier-ignore
    const ran = await drive(steps);
    expect(ran.map(({ failure }) => failure?.ename)).toEqual([undefined, ...['a', 'b'].flatMap(() => ['KeyboardInterrupt', undefined]), undefined, 'KeyboardInterrupt', undefined]); // prettier-ignore
    expect([ran[2]?.result, ran[4]?.result, ran[7]?.result]).toEqual(Array(3).fill("'[0,0,null]'"));
    // an op that is stopped halfway may lose what it had just made; the loops made thousands
    expect(Number(ran[5]?.result)).toBeLessThan(20);
  });
});
