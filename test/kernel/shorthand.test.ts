import { afterAll, beforeAll, expect, it } from 'vitest';
import { createConverters } from 'kernel-lib/kernel/converters';
import { withShorthand } from 'kernel-lib/kernel/shorthand';
import { loadTslab, type Converter, type Converters } from 'kernel-lib/kernel/tslab';

const tslab = loadTslab();
let converters: Converters;
beforeAll(() => {
  converters = createConverters(tslab);
});
afterAll(() => {
  converters.close();
});

/** What reaches tslab for a cell, and where the cell's author is told that column `character` of `line` is. */
function seen(code: string, line = 0, character = 0): { converted: string; column: number | undefined } {
  let converted = '';
  const convert: Converter['convert'] = (_previous, source) => {
    converted = source;
    return { diagnostics: [{ start: { line, character }, messageText: 'm', code: 1 }] };
  };
  const { diagnostics } = withShorthand({ ...converters.node, convert }, tslab.ts).convert('', code);
  return { converted, column: diagnostics[0]?.start.character };
}

it('writes shorthand properties out, and nothing else', () => {
  expect(seen('f({ a, b: 1,\n  c })').converted).toBe('f({ a: a, b: 1,\n  c: c })');
  expect(seen('({ a, b = 2 } = x)').converted).toBe('({ a: a, b: b = 2 } = x)');
  const untouched = 'const { a, b = 1 } = x;\r\nimport { c } from "d"; // { e }\nexport { f }; `{ g }`; ({ h() {} })';
  expect(seen(untouched).converted).toBe(untouched);
});

it('tells columns of the cell as it was written', () => {
  const code = '\n({ aa, bb }); oops';
  //            ({ aa: aa, bb: bb }); oops
  expect(seen(code, 1, 3).column).toBe(3);
  expect(seen(code, 1, 7).column).toBe(3);
  expect(seen(code, 1, 11).column).toBe(7);
  expect(seen(code, 1, 22).column).toBe(14);
  expect(seen(code, 0, 0).column).toBe(0);
});

it('reaches a name from an earlier cell', { timeout: 60_000 }, () => {
  const { declOutput = '' } = converters.node.convert('', 'const readout = 1; let later = 2;');
  const cell = converters.node.convert(declOutput, 'const object = { readout }; ({ later } = { later: 3 });');
  expect(cell.diagnostics).toEqual([]);
  expect((cell as { output?: string }).output).toMatch(/\{ readout: exports\.readout \}.*\{ later: exports\.later \}/s);
});
