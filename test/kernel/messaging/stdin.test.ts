import { describe, expect, it } from 'vitest';
import type { ToExecution } from 'kernel-lib/kernel/link';
import { Outbox } from 'kernel-lib/kernel/messaging/outbox';
import { Parents } from 'kernel-lib/kernel/messaging/parents';
import { Signer } from 'kernel-lib/kernel/messaging/signature';
import { Stdin } from 'kernel-lib/kernel/messaging/stdin';
import { decode, Encoder, type Request } from 'kernel-lib/kernel/messaging/wire';

const request = (from: string, type: string, more: Partial<Request> = {}): Request => ({
  channel: 'shell', identities: [Buffer.from(from)], id: `${type} of ${from}`, type, header: Buffer.from('{}'),
  parent: {}, metadata: {}, content: {}, buffers: [], ...more,
}); // prettier-ignore

/** Questions of cells to front ends; `ask` tells the question's id, as the front end reads it. */
function makeStdin(): {
  readonly stdin: Stdin;
  readonly posted: ToExecution[];
  readonly cell: (from: string) => string;
  readonly ask: (cell: string) => unknown;
  readonly answer: (from: string, value: unknown, question?: unknown) => void;
} {
  const signer = new Signer('', 'hmac-sha256');
  const parents = new Parents();
  const posted: ToExecution[] = [];
  let asked: unknown;
  const nowhere = { push: () => undefined };
  const page = { push: (frames: readonly Uint8Array[]) => void (asked = decode('stdin', frames, signer).id) };
  const outbox = new Outbox(new Encoder(signer), { shell: nowhere, control: nowhere, iopub: nowhere, stdin: page });
  const stdin = new Stdin(outbox, parents, (message) => posted.push(message));
  return {
    stdin,
    posted,
    cell: (from) => parents.add(request(from, 'execute_request')),
    ask(cell) {
      stdin.ask(cell, '? ', false);
      return asked;
    },
    answer(from, value, question) {
      const parent = question === undefined ? {} : { msg_id: question };
      stdin.answer(request(from, 'input_reply', { channel: 'stdin', parent, content: { value } }));
    },
  };
}

describe('an answer', () => {
  it('goes to the question that it names, and no further', () => {
    const { posted, cell, ask, answer } = makeStdin();
    const [first, second] = [cell('a'), cell('a')];
    ask(first);
    const question = ask(second);
    answer('a', 'to the second', question);
    answer('a', 'once more', question);
    expect(posted).toEqual([{ type: 'input', id: second, value: 'to the second' }]);
  });

  it('that names none goes to the oldest question to its sender', () => {
    const { posted, cell, ask, answer } = makeStdin();
    const [other, first, second] = [cell('b'), cell('a'), cell('a')];
    for (const one of [other, first, second]) ask(one);
    answer('a', '1');
    answer('a', '2');
    expect(posted).toEqual([{ type: 'input', id: first, value: '1' }, { type: 'input', id: second, value: '2' }]); // prettier-ignore
  });

  it.each(['named', 'not named'])('that is too late, its question %s, is ignored', (how) => {
    const { stdin, posted, cell, ask, answer } = makeStdin();
    const interrupted = cell('a');
    const question = ask(interrupted);
    stdin.drop(interrupted);
    answer('a', 'late', how === 'named' ? question : undefined);
    expect(posted).toEqual([]);
    const next = cell('a');
    const asked = ask(next);
    if (how === 'named') answer('a', 'later still', question);
    answer('a', 'right', asked);
    expect(posted).toEqual([{ type: 'input', id: next, value: 'right' }]);
  });

  it('of somebody who was not asked, or that is no text, is ignored', () => {
    const { posted, cell, ask, answer } = makeStdin();
    const question = ask(cell('a'));
    answer('b', 'not asked', question);
    answer('b', 'not asked');
    answer('a', 7, question);
    expect(posted).toEqual([]);
  });
});

it('asks nobody for a cell that it does not know', () => {
  const { posted, ask, answer } = makeStdin();
  expect(ask('unknown')).toBeUndefined();
  answer('a', 'x');
  expect(posted).toEqual([]);
});
