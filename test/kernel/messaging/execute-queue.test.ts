import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Failure, ToExecution } from 'kernel-lib/kernel/link';
import { ExecuteQueue } from 'kernel-lib/kernel/messaging/execute-queue';
import { Outbox } from 'kernel-lib/kernel/messaging/outbox';
import { Parents } from 'kernel-lib/kernel/messaging/parents';
import { Signer } from 'kernel-lib/kernel/messaging/signature';
import { decode, Encoder } from 'kernel-lib/kernel/messaging/wire';

interface Sent {
  readonly socket: string;
  readonly to: unknown;
  readonly type: string;
  readonly content: Readonly<Record<string, unknown>>;
}
const failure: Failure = { ename: 'Error', evalue: 'boom', traceback: ['at'] };

/** A queue between fake sockets and a fake main thread. */
function makeQueue(published: Promise<void> = Promise.resolve()): {
  readonly queue: ExecuteQueue;
  readonly sent: Sent[];
  readonly posted: ToExecution[];
  readonly stored: unknown[];
  readonly add: (id: string, content?: object) => void;
  readonly end: (failure?: Failure) => Promise<void>;
  /** Lets a failing cell be settled. */
  readonly drained: () => void;
  readonly story: () => string[];
} {
  const signer = new Signer('', 'hmac-sha256');
  const sent: Sent[] = [];
  const push = (socket: string) => ({
    push(frames: readonly Uint8Array[]) {
      const { parent, type, content } = decode('shell', frames, signer);
      sent.push({ socket, to: parent.msg_id, type, content });
    },
  });
  const outbox = new Outbox(new Encoder(signer), {
    shell: push('shell'), control: push('control'), stdin: push('stdin'), iopub: push('iopub'),
  }); // prettier-ignore
  const posted: ToExecution[] = [];
  const stored: unknown[] = [];
  let drained: () => void = () => undefined;
  const queue = new ExecuteQueue({
    outbox,
    parents: new Parents(),
    history: { add: (_, line, code) => stored.push([line, code]) },
    post: (message) => posted.push(message),
    drain: () => new Promise((resolve) => { drained = resolve; }),
    published: () => published,
  }); // prettier-ignore
  return {
    queue, sent, posted, stored,
    add(id, content = {}) {
      const header = Buffer.from(JSON.stringify({ msg_id: id, msg_type: 'execute_request' }));
      const request = { channel: 'shell', identities: [], id, type: 'execute_request', header, parent: {}, metadata: {}, buffers: [] } as const;
      queue.add({ ...request, content: { code: `code of ${id}`, ...content } });
    },
    async end(failed) {
      const last = posted.at(-1);
      const id = last?.type === 'execute' ? last.id : '';
      const end = { type: 'executed', id, userExpressions: { x: 1 }, payload: [{ y: 2 }] } as const;
      await queue.ended(failed ? { ...end, failure: failed } : end);
    },
    drained() { drained(); },
    story: () => sent.map(({ to, type, content }) => {
      const what = type === 'status' ? content.execution_state : type === 'execute_reply' ? content.status : type;
      return `${String(to)} ${String(what)}`;
    }),
  }; // prettier-ignore
}

describe('the queue of execute requests', () => {
  it('waits until cells can run', () => {
    const { queue, add, posted } = makeQueue();
    add('a');
    expect(posted).toEqual([]);
    queue.ready();
    expect(posted).toMatchObject([{ type: 'execute', id: 'a', code: 'code of a', count: 1 }]);
  });

  it('runs one cell at a time, each between busy and idle', async () => {
    const { queue, add, end, posted, story } = makeQueue();
    queue.ready();
    add('a');
    add('b');
    expect(posted).toHaveLength(1);
    expect(queue.running?.id).toBe('a');
    await end();
    expect(posted).toHaveLength(2);
    await end();
    expect(queue.running).toBeUndefined();
    expect(story()).toEqual([
      'a busy', 'a execute_input', 'a ok', 'a idle', 'b busy', 'b execute_input', 'b ok', 'b idle',
    ]); // prettier-ignore
  });

  it('passes on what the protocol asks for, with its defaults', () => {
    const { queue, add, posted } = makeQueue();
    queue.ready();
    add('a', { code: 'x', silent: true, allow_stdin: true, user_expressions: { e: '1 + 1' } });
    expect(posted).toEqual([
      {
        type: 'execute',
        id: 'a',
        code: 'x',
        count: 0,
        silent: true,
        allowStdin: true,
        userExpressions: { e: '1 + 1' },
      },
    ]);
  });

  it('refuses what is no execute request, and goes on', () => {
    const { queue, add, posted } = makeQueue();
    queue.ready();
    for (const content of [{ code: 1 }, { silent: 1 }, { user_expressions: { e: 1 } }, { stop_on_error: 'x' }]) {
      expect(() => { add('bad', content); }).toThrow(/^The request needs \w+ as /); // prettier-ignore
    }
    add('good');
    expect(posted).toMatchObject([{ id: 'good' }]);
  });

  it('replies with payload, user expressions and the count', async () => {
    const { queue, add, end, sent } = makeQueue();
    queue.ready();
    add('a');
    await end();
    expect(sent.find(({ type }) => type === 'execute_reply')).toEqual({
      socket: 'shell', to: 'a', type: 'execute_reply',
      content: { status: 'ok', execution_count: 1, user_expressions: { x: 1 }, payload: [{ y: 2 }] },
    }); // prettier-ignore
  });

  it('counts and stores only what is neither silent nor kept out of the history', async () => {
    const { queue, add, end, stored, sent } = makeQueue();
    queue.ready();
    const requests = [{}, { silent: true, store_history: true }, { store_history: false }, {}];
    for (const [i, content] of requests.entries()) {
      add(`${i}`, content);
      await end();
    }
    const counts = sent.filter(({ type }) => type === 'execute_reply').map(({ content }) => content.execution_count);
    expect(counts).toEqual([1, 1, 1, 2]);
    expect(stored).toEqual([[1, 'code of 0'], [2, 'code of 3']]); // prettier-ignore
    expect(sent.filter(({ to }) => to === '1').map(({ type }) => type)).toEqual(['status', 'execute_reply', 'status']);
  });

  it('holds an error back until everything sent before it is there, and aborts just that', async () => {
    const { queue, add, end, drained, story } = makeQueue();
    queue.ready();
    add('fails');
    add('before');
    const ended = end(failure);
    add('meanwhile');
    expect(story()).toEqual(['fails busy', 'fails execute_input']);
    drained();
    await ended;
    add('after');
    expect(story().slice(2)).toEqual([
      'fails error', 'fails error', 'fails idle',
      'before busy', 'before aborted', 'before idle',
      'meanwhile busy', 'meanwhile aborted', 'meanwhile idle',
      'after busy', 'after execute_input',
    ]); // prettier-ignore
  });

  it('replies when zeromq has all that the cell printed', async () => {
    let taken: () => void = () => undefined;
    const { queue, add, end, story } = makeQueue(new Promise((resolve) => (taken = resolve)));
    queue.ready();
    add('prints');
    const ended = end();
    await new Promise(setImmediate);
    expect(story()).toEqual(['prints busy', 'prints execute_input']);
    taken();
    await ended;
    expect(story().slice(2)).toEqual(['prints ok', 'prints idle']);
  });

  it('answers an aborted request with its status only', async () => {
    const { queue, add, end, drained, sent } = makeQueue();
    queue.ready();
    add('fails');
    add('next');
    const ended = end(failure);
    drained();
    await ended;
    const reply = sent.find(({ to, type }) => to === 'next' && type === 'execute_reply');
    expect(reply?.content).toEqual({ status: 'aborted' });
  });

  it.each([{ stop_on_error: false }, { silent: true }])('goes on at once after a failure with %j', async (content) => {
    const { queue, add, end, posted, story } = makeQueue();
    queue.ready();
    add('fails', content);
    add('next');
    await end(failure);
    expect(posted).toHaveLength(2);
    expect(story().includes('fails execute_input')).toBe(!('silent' in content));
  });

  it('ignores an end that it does not wait for', async () => {
    const { queue, add, sent } = makeQueue();
    queue.ready();
    add('a');
    const told = sent.length;
    await queue.ended({ type: 'executed', id: 'other', userExpressions: {}, payload: [] });
    expect(queue.running?.id).toBe('a');
    expect(sent).toHaveLength(told);
  });

  it('tells apart requests of the same id', async () => {
    const { queue, add, end, posted, story } = makeQueue();
    queue.ready();
    add('a');
    add('a');
    await end();
    await end();
    expect(new Set(posted.map((message) => ('id' in message ? message.id : ''))).size).toBe(2);
    expect(story().filter((line) => line === 'a ok')).toHaveLength(2);
  });

  it('answers every request exactly once, in order, between its own busy and idle', async () => {
    const request = fc.record({
      fails: fc.boolean(),
      stop_on_error: fc.boolean(),
      silent: fc.boolean(),
      early: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 12 }), async (requests) => {
        const { queue, add, end, drained, story } = makeQueue();
        queue.ready();
        const later = requests.map((content, i) => ({ content, id: `${i}` }));
        const addUntilLate = (): void => {
          do {
            const next = later.shift();
            if (next) add(next.id, next.content);
          } while (later[0]?.content.early);
        };
        addUntilLate();
        while (queue.running || later.length > 0) {
          const fails = requests[Number(queue.running?.id)]?.fails;
          const ended = end(fails ? failure : undefined);
          drained();
          await ended;
          if (!queue.running) addUntilLate();
        }
        const told = story();
        for (const i of requests.keys()) {
          const own = told.filter((line) => line.startsWith(`${i} `));
          expect([own[0], own.at(-1)]).toEqual([`${i} busy`, `${i} idle`]);
          expect(own.filter((line) => line.endsWith(' busy'))).toHaveLength(1);
        }
        const replied = told.filter((line) => line.endsWith(' idle'));
        expect(replied).toEqual([...requests.keys()].map((i) => `${i} idle`));
      }),
    );
  });
});
