import { beforeAll, describe, expect, it } from 'vitest';
import { drive, type Ran, type Step } from './drive';

/** Runs the steps of a record in one kernel, in order, and gives what became of each under its name. */
function together<Name extends string>(steps: Record<Name, Step | string>): () => Record<Name, Ran> {
  let ran: Record<Name, Ran>;
  beforeAll(async () => {
    const names = Object.keys(steps) as Name[];
    const results = await drive(names.map((name) => steps[name]));
    ran = Object.fromEntries(names.map((name, i) => [name, results[i]])) as Record<Name, Ran>;
  });
  return () => ran;
}

describe('what one cell leaves to the next', () => {
  const ran = together({
    declare: 'let lr = 0.1; const getLr = () => lr; class A { n() { return 1; } }',
    assign: 'lr = 0.5; __kernel.result(getLr());',
    again: 'let lr = 2; const getLr = () => -1; let A = 3; __kernel.result([lr, getLr(), A]);',
    fails: 'const kept = 7; throw new Error("late");',
    kept: '__kernel.result(kept);',
    globals: 'const performance = 1; let Map = 2, Promise = 3, setTimeout = 4; const JSON = 5, process = 6;',
    // what the kernel itself is made of must not have changed
    lives: 'console.log("printed"); __kernel.result([performance, Map, JSON]);',
  });

  it('is alive in closures, and can be declared again', () => {
    expect(ran().assign.result).toBe('0.5');
    expect(ran().again.result).toBe('[ 2, -1, 3 ]');
  });

  it('includes what a failed cell had declared', () => {
    expect(ran().fails.failure?.evalue).toBe('late');
    expect(ran().kept.result).toBe('7');
  });

  it('takes no global from the kernel', () => {
    expect(ran().globals.failure).toBeUndefined();
    expect([ran().lives.printed, ran().lives.result]).toEqual(['printed\n', '[ 1, 2, 5 ]']);
  });
});

describe('a failure', () => {
  const ran = together({
    nested: 'const f = () => {\n  throw new RangeError("boom");\n};\nf();',
    cause: 'throw new Error("outer", { cause: new TypeError("inner") });',
    string: 'throw "text";',
    nothing: 'throw null;',
    big: 'throw 12n;',
    nasty: 'throw { get name() { throw new Error("x"); }, message: "m", stack: "s" };',
    formatter: 'Error.prepareStackTrace = () => { throw new Error("p"); }; throw new Error("shown");',
    types: { code: 'ab cd', problems: [{ line: 1, column: 4, length: 2, message: 'No.', code: 1 }] },
    typesElsewhere: {
      code: 'x',
      problems: [{ file: 'lib.ts', line: 3, column: 1, length: 1, message: 'No.', code: 1 }],
    },
  });

  it('tells the line that threw, the error and where it came from, and nothing of the kernel', () => {
    expect(ran().nested.failure).toEqual({
      ename: 'RangeError',
      evalue: 'boom',
      traceback: [
        'cell [1], line 2:',
        '  1 | const f = () => {',
        '> 2 |   throw new RangeError("boom");',
        '    | ^',
        'RangeError: boom',
        '    at f (cell [1]:2:1)',
        '    at cell [1]:4:1',
      ],
    });
    expect(ran().cause.failure?.traceback.join('\n')).toContain('[cause]: TypeError: inner');
  });

  it('can be any value, however nasty', () => {
    expect(ran().string.failure).toMatchObject({ ename: 'Thrown string', evalue: 'text' });
    expect(ran().nothing.failure).toMatchObject({ ename: 'Thrown null', evalue: 'null' });
    expect(ran().big.failure).toMatchObject({ ename: 'Thrown bigint', evalue: '12' });
    expect(ran().nasty.failure).toMatchObject({ ename: 'Error', evalue: 'm' });
    expect(ran().formatter.failure).toMatchObject({ ename: 'Error', evalue: 'shown' });
  });

  it('of types marks the columns', () => {
    expect(ran().types.failure).toEqual({
      ename: 'TypeScriptError',
      evalue: 'line 1, column 4: No.',
      traceback: ['cell [8], line 1:', '> 1 | ab cd', '    |    ^^', 'No.'],
    });
    expect(ran().typesElsewhere.failure?.evalue).toBe('lib.ts, line 3, column 1: No.');
  });
});

describe('what nobody awaits', () => {
  const wait = (ms: number): string => `await new Promise((r) => setTimeout(r, ${ms}));`;
  const ran = together({
    floating: 'void Promise.reject(new Error("floating"));',
    nested: '(async () => { await null; await null; throw new Error("nested"); })();',
    timer: 'setTimeout(() => { throw new Error("timer"); }, 30); __kernel.result(1);',
    chained: 'setTimeout(() => setTimeout(() => { throw new Error("chained"); }, 10), 10);',
    behindASlowOne:
      'setTimeout(() => { for (const end = Date.now() + 200; Date.now() < end; ); setTimeout(() => { throw new Error("behind"); }, 10); }, 10);',
    cutShort: `setTimeout(() => { throw new Error("while it waits"); }, 20); ${wait(3_000)} console.log("on");`,
    late: 'setTimeout(() => { throw new Error("late"); }, 250); const late = Promise.resolve();',
    hears: wait(500),
    reports: '__kernel.result("quiet again");',
    emitter: "new (require('events'))().on('x', () => { throw new Error('listener'); }).emit('x');",
    ownRejection: 'const p = Promise.reject(new Error("handled")); p.catch(() => 0); __kernel.result("fine");',
    prints: "setTimeout(() => console.log('of the printer'), 200);",
    fsPrints: "require('fs').stat('.', () => setTimeout(() => console.log('of fs'), 200));",
    childPrints:
      "const heard = new Promise((r) => require('child_process').exec('sleep 0.3', () => { console.log('of the child'); r(); }));",
    awaits: `(async () => { ${wait(150)} await null; console.log('of the async function'); })();`,
    other: `${wait(800)} await heard; console.log('mine');`,
  });

  it('fails the cell that started it', () => {
    expect(ran().floating.failure?.evalue).toBe('floating');
    expect(ran().nested.failure?.evalue).toBe('nested');
    expect(ran().timer.failure?.evalue).toBe('timer');
    expect(ran().chained.failure?.evalue).toBe('chained');
    expect(ran().behindASlowOne.failure?.evalue).toBe('behind');
    expect(ran().emitter.failure?.evalue).toBe('listener');
    expect(ran().ownRejection).toMatchObject({ failure: undefined, result: "'fine'" });
  });

  it('ends a cell that waits, which prints nothing any more', () => {
    expect(ran().cutShort.failure?.evalue).toBe('while it waits');
    expect(ran().cutShort.printed).toBe('');
  });

  it('is told loudly by the next cell when its own has ended, once', () => {
    expect(ran().late.failure).toBeUndefined();
    expect(ran().late.printed).toContain('Error: late');
    expect(ran().hears.failure).toMatchObject({
      ename: 'LeftBehindError',
      evalue: 'cell [7] left an error behind that nobody awaited or caught: Error: late',
    });
    expect(ran().reports).toMatchObject({ failure: undefined, result: "'quiet again'" });
  });

  it('prints under the cell that started it', () => {
    expect(ran().prints.printed).toBe('of the printer\n');
    expect(ran().fsPrints.printed).toBe('of fs\n');
    expect(ran().childPrints.printed).toBe('of the child\n');
    expect(ran().awaits.printed).toBe('of the async function\n');
    expect(ran().other.printed).toBe('mine\n');
  });
});

describe('the kernel', () => {
  const ran = together({
    exit: 'process.exit(0);',
    abort: 'process.abort();',
    reallyExit: 'process.reallyExit(0);',
    kill: "process.kill(process.pid, 'SIGKILL');",
    killGroup: 'process.kill(-process.pid);',
    asks: '__kernel.result(process.kill(process.pid, 0));',
    listeners: 'process.removeAllListeners();',
    heard: 'void Promise.reject(new Error("still heard"));',
    streams: 'process.stdout.end(); process.stderr.destroy(); process.emit("exit", 0);',
    prints: "console.log('still printed');",
    deep: 'const deep = () => deep() + 1; deep();',
    closed: "require('fs').closeSync(1); require('inspector').close(); process.chdir('/'); __kernel.result('here');",
    cannotShow: '__kernel.result({ toMimeBundle() { throw new Error("no bundle"); } });',
    notJson: "globalThis[Symbol.for('kernel-lib.display-sink')].display({ 'application/json': { n: 1n } });",
    last: '__kernel.result("alive");',
  });

  it.each(['exit', 'abort', 'reallyExit', 'kill', 'killGroup'] as const)('refuses %s', (name) => {
    expect(ran()[name].failure?.evalue).toMatch(/was refused: it would end the kernel and lose every variable/);
    expect(ran()[name].failure?.traceback.join('\n')).toMatch(/at cell \[\d\]:1:1/);
  });

  it('survives what else a cell can do, and says what was wrong', () => {
    expect(ran().asks.result).toBe('true');
    expect(ran().heard.failure?.evalue).toBe('still heard');
    expect(ran().prints.printed).toBe('still printed\n');
    expect(ran().deep.failure?.ename).toBe('RangeError');
    expect(ran().closed.result).toBe("'here'");
    expect(ran().cannotShow.failure?.evalue).toBe('no bundle');
    expect(ran().notJson.failure?.ename).toBe('TypeError');
    expect(ran().last.result).toBe("'alive'");
  });
});
