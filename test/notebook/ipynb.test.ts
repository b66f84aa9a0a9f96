import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  codeCells,
  readNotebook,
  selectNotebooks,
  sourceLines,
  stripOutputs,
  writeNotebook,
} from 'kernel-lib/notebook';
import { makeNotebook, raises } from '../notebooks/make-notebook';

let folder: string;
const put = (name: string, text: string): string => {
  fs.writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ipynb-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

describe('reading and writing', () => {
  it('gives back what was written, in the form that Jupyter writes', () => {
    const file = path.join(folder, 'a.ipynb');
    writeNotebook(file, makeNotebook(['const a = 1;\na']));
    expect(readNotebook(file)).toEqual(makeNotebook(['const a = 1;\na']));
    expect(fs.readFileSync(file, 'utf8')).toMatch(/^\{\n "nbformat": 4,[^]*\}\n$/);
    expect(fs.readdirSync(folder)).toEqual(['a.ipynb']);
  });

  it.each([
    ['no JSON', '{', /a\.ipynb cannot be read as a notebook/],
    ['another format', '{"nbformat": 3, "metadata": {}, "cells": []}', /a\.ipynb is no notebook/],
    ['no cells', '{"nbformat": 4, "metadata": {}}', /is no notebook/],
    ['a cell without a source', '{"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "code"}]}', /is no notebook/],
  ])('refuses %s', (_, text, message) => {
    expect(() => readNotebook(put('a.ipynb', text))).toThrow(message);
  });

  it('splits text into lines that keep their ends', () => {
    expect(sourceLines('a\n\nb')).toEqual(['a\n', '\n', 'b']);
    expect(sourceLines('')).toEqual([]);
  });
});

describe('codeCells', () => {
  it('numbers what a run executes', () => {
    expect(codeCells(makeNotebook(['a', ' \n', raises('b')]))).toEqual([
      { number: 1, index: 0, source: 'a', tags: [] },
      { number: 2, index: 2, source: 'b', tags: ['raises-exception'] },
    ]);
  });
});

describe('stripOutputs', () => {
  it('takes away what a run left and nothing else', () => {
    const clean = makeNotebook([raises('a')]);
    const [cell] = clean.cells;
    if (!cell) throw new Error('no cell');
    const run = {
      ...cell,
      outputs: [{ output_type: 'stream', name: 'stdout', text: 'x' }],
      execution_count: 3,
      metadata: { ...cell.metadata, execution: { a: 1 }, scrolled: true },
    };
    expect(stripOutputs({ ...clean, cells: [run], metadata: { ...clean.metadata, widgets: {} } })).toEqual(clean);
  });
});

describe('selectNotebooks', () => {
  const names = (files: string[]): string[] => files.map((file) => path.basename(file));
  beforeEach(() => {
    for (const name of ['02-b.ipynb', '01-a.ipynb', '10-c.ipynb', 'notes.md']) put(name, '');
  });

  it('takes all in order, or those that a prefix names', () => {
    expect(names(selectNotebooks(folder, []))).toEqual(['01-a.ipynb', '02-b.ipynb', '10-c.ipynb']);
    expect(names(selectNotebooks(folder, ['02', '1', '02-b']))).toEqual(['02-b.ipynb', '10-c.ipynb']);
    expect(selectNotebooks('/nowhere', [path.join(folder, '01-a.ipynb')])).toEqual([path.join(folder, '01-a.ipynb')]);
  });

  it('says what there is when a name fits nothing', () => {
    expect(() => selectNotebooks(folder, ['07'])).toThrow(/No notebook is called 07.*There are: 01-a, 02-b, 10-c\./);
  });
});
