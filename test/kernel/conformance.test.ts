import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, python } from '../notebooks/make-notebook';
import { STOCK, withStockKernel } from '../notebooks/stock-kernel';

interface Row {
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly why: readonly string[];
}
type Rows = Readonly<Record<string, Row>>;

/** What does not apply, and why. */
const SKIPPED: Readonly<Record<string, string>> = {
  test_pager: 'payloads are deprecated by the protocol, and TypeScript has no syntax that would open a pager',
};

let folder: string;
let ours: Rows;
let stock: Rows;
beforeAll(async () => {
  folder = makeFolder();
  const env = { ...withStockKernel(folder), UNROLLED_CACHE: path.join(folder, 'cache') };
  const conform = async (kernel: string): Promise<Rows> => {
    const script = path.join(import.meta.dirname, 'conformance.py');
    const { stdout } = await promisify(execFile)(python, [script, kernel], { cwd: folder, env });
    return (JSON.parse(stdout.slice(stdout.indexOf('{"tests"'))) as { tests: Rows }).tests;
  };
  [ours, stock] = await Promise.all([conform('tslab'), conform(STOCK)]);
  console.log(comparison());
}, 400_000);
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

function comparison(): string {
  const width = Math.max(...Object.keys(ours).map((name) => name.length));
  const line = (name: string, left: string, right: string, why = ''): string =>
    `${name.padEnd(width)}  ${left.padEnd(11)}  ${right.padEnd(11)}  ${why}`.trimEnd();
  const rows = Object.entries(ours).map(([name, { outcome }]) => {
    const { outcome: other = '-', why = [] } = stock[name] ?? {};
    return line(name, outcome, other, other === 'failed' ? why[0] : '');
  });
  return [line('jupyter_kernel_test', 'this kernel', 'stock tslab'), ...rows].join('\n');
}

describe('jupyter_kernel_test', () => {
  it('ran every test that it has', () => {
    expect(Object.keys(ours)).toHaveLength(13);
  });

  it('passes but for what does not apply', () => {
    const left = Object.entries(ours).filter(([, { outcome }]) => outcome !== 'passed');
    expect(Object.fromEntries(left)).toEqual(
      Object.fromEntries(
        Object.keys(SKIPPED).map((name) => [name, { outcome: 'skipped', why: expect.any(Array) as string[] }]),
      ),
    );
  });

  it('can fail: stock tslab does', () => {
    expect(Object.keys(stock)).toEqual(Object.keys(ours));
    const failed = Object.entries(stock).filter(([, { outcome }]) => outcome === 'failed');
    expect(failed.map(([name]) => name)).toContain('test_execute_result');
  });
});
