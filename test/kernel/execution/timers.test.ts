import { beforeAll, expect, it } from 'vitest';
import { drive, type Ran } from './drive';

const cells = {
  values: 'const seen = []; setTimeout((...v) => seen.push(v), 1, "a", 2); setImmediate((v) => seen.push(v), "b"); await new Promise((r) => setTimeout(r, 30)); __kernel.result(seen);', // prettier-ignore
  clears: 'const t = setTimeout(() => console.log("never"), 1); const i = setImmediate(() => console.log("never")); const v = setInterval(() => console.log("never"), 1); clearTimeout(t); clearImmediate(i); clearInterval(v); await new Promise((r) => setTimeout(r, 30));', // prettier-ignore
  handle: 'const h = setTimeout(() => 0, 1e6); __kernel.result([h.hasRef(), h.unref().hasRef(), typeof h[Symbol.toPrimitive](), h.refresh() === h]); clearTimeout(+h);', // prettier-ignore
  promisify: "const u = require('util'); __kernel.result([await u.promisify(setTimeout)(1, 'x'), await u.promisify(setImmediate)('y'), await require('timers/promises').setTimeout(1, 'z')]);", // prettier-ignore
  noFunction: 'setTimeout("text", 1);',
  interval: 'let n = 0; await new Promise((r) => { const each = setInterval(() => { n++; if (n === 3) { clearInterval(each); setTimeout(r, 30); } }, 1); }); __kernel.result(n);', // prettier-ignore
  order: 'const order = []; setTimeout(() => { order.push(1); Promise.resolve().then(() => order.push("m")); process.nextTick(() => order.push("t")); }, 1); setTimeout(() => order.push(2), 1); await new Promise((r) => setTimeout(r, 30)); __kernel.result(order);', // prettier-ignore
  emitter: "const e = new (require('events'))(); const f = () => 0; e.on('x', f); e.once('x', f); const before = [e.listenerCount('x'), e.listeners('x')[0] === f, e.listeners('x')[1] === f]; e.off('x', f); e.off('x', f); __kernel.result([...before, e.listenerCount('x')]);", // prettier-ignore
  fs: "const fs = require('fs'); __kernel.result([await require('util').promisify(fs.exists)('.'), (await require('util').promisify(fs.read)(fs.openSync('node_modules/vitest/package.json'), Buffer.alloc(4), 0, 1, 0)).bytesRead, typeof fs.promises.readFile]);", // prettier-ignore
};

let ran: Record<keyof typeof cells, Ran>;
beforeAll(async () => {
  const names = Object.keys(cells) as (keyof typeof cells)[];
  const results = await drive(names.map((name) => cells[name]));
  ran = Object.fromEntries(names.map((name, i) => [name, results[i]])) as typeof ran;
});

it('timers take values, in the order that Node has', () => {
  expect(ran.values.result).toBe("[ 'b', [ 'a', 2 ] ]");
  expect(ran.order.result).toBe("[ 1, 't', 'm', 2 ]");
  expect(ran.interval.result).toBe('3');
});

it('a cleared timer never fires, and a handle is Node’s own', () => {
  expect(ran.clears.printed).toBe('');
  expect(ran.handle.result).toBe("[ true, false, 'number', true ]");
});

it('what promisify makes of a timer, and of fs, is what Node makes of it', () => {
  expect(ran.promisify.result).toBe("[ 'x', 'y', 'z' ]");
  expect(ran.fs.result).toBe("[ true, 1, 'function' ]");
});

it('a callback that is none gets Node’s own error', () => {
  expect(ran.noFunction.failure?.evalue).toMatch(/"callback" argument must be of type function/);
});

it('listeners can be told apart, counted and removed', () => {
  expect(ran.emitter.result).toBe('[ 2, true, true, 0 ]');
});
