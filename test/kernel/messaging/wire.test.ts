import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Malformed } from 'kernel-lib/kernel/messaging/malformed';
import { Signer } from 'kernel-lib/kernel/messaging/signature';
import { decode, Encoder } from 'kernel-lib/kernel/messaging/wire';

const KEY = 'a key';
const signer = (key = KEY, remembered?: number): Signer => new Signer(key, 'hmac-sha256', remembered);
const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const DELIMITER = Buffer.from('<IDS|MSG>');
const header = (id = 'id'): object => ({ msg_id: id, msg_type: 'execute_request', session: 's' });

/** A request, as a front end sends it. */
function frames(parts: readonly Buffer[], buffers: readonly Buffer[] = [], key = KEY): Buffer[] {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return [Buffer.from('who'), DELIMITER, Buffer.from(hmac.digest('hex')), ...parts, ...buffers];
}
const request = (content: unknown, id?: string): Buffer[] => frames([header(id), {}, {}, content].map(bytes));
const refused = (given: readonly Buffer[], with_ = signer()): string => {
  try {
    decode('shell', given, with_);
  } catch (error) {
    if (error instanceof Malformed) return error.message;
    throw error;
  }
  return 'accepted';
};

describe('messages', () => {
  const json = fc.dictionary(fc.string(), fc.jsonValue());
  const blob = fc.uint8Array().map((array) => Buffer.from(array));

  it('come back as they were written', () => {
    const message = fc.record({
      prefix: fc.array(blob.filter((frame) => !frame.equals(DELIMITER))),
      type: fc.string({ minLength: 1 }),
      content: json,
      metadata: json,
      buffers: fc.array(blob),
      key: fc.oneof(fc.constant(''), fc.string({ minLength: 1 })),
    });
    fc.assert(
      fc.property(message, ({ key, ...sent }) => {
        const parent = bytes(header('parent'));
        const { id, frames: written } = new Encoder(signer(key)).encode({ ...sent, parent });
        const read = decode('control', written, signer(key));
        const {
          prefix: identities,
          type,
          content,
          metadata,
          buffers,
        } = JSON.parse(JSON.stringify(sent)) as typeof sent;
        expect(JSON.parse(JSON.stringify(read))).toMatchObject({
          channel: 'control',
          identities,
          type,
          id,
          metadata,
          content,
          buffers,
        });
        expect(read.parent).toEqual(header('parent'));
        expect(JSON.parse(Buffer.from(read.header).toString())).toMatchObject({
          msg_id: id,
          version: '5.4',
          username: 'kernel',
        });
      }),
    );
  });

  it('of any frames at all are read or refused', () => {
    const frame = fc.oneof(blob, fc.constant(DELIMITER), json.map(bytes), fc.constant(bytes(header())));
    fc.assert(
      fc.property(fc.array(frame), fc.boolean(), (given, signed) => {
        const reason = refused(signed ? frames(given) : given, signer(signed ? KEY : ''));
        expect(reason).not.toBe('');
      }),
    );
  });

  it('are numbered', () => {
    const encoder = new Encoder(signer());
    const ids = [1, 2].map(() => encoder.encode({ prefix: [], type: 'status', content: {} }).id);
    expect(new Set(ids).size).toBe(2);
  });

  it.each([
    ['without delimiter', [Buffer.from('{}')], 'a message without delimiter'],
    ['that are cut off', frames([header(), {}].map(bytes)), 'a message of 3 frames, fewer than 5'],
    [
      'whose content is no JSON',
      frames([...[header(), {}, {}].map(bytes), Buffer.from('{')]),
      'a content that is no JSON in UTF-8',
    ],
    [
      'whose content is no UTF-8',
      frames([...[header(), {}, {}].map(bytes), Buffer.from([0x22, 0xff, 0x22])]),
      'a content that is no JSON in UTF-8',
    ],
    ['whose content is a list', request([]), 'a content that is no JSON object'],
    ['whose content is null', request(null), 'a content that is no JSON object'],
    ['whose header is a number', frames([1, {}, {}, {}].map(bytes)), 'a header that is no JSON object'],
    ['without a type', frames([{ msg_id: 'x' }, {}, {}, {}].map(bytes)), 'a header without msg_id or msg_type'],
    [
      'whose id is a number',
      frames([{ msg_id: 1, msg_type: 'x' }, {}, {}, {}].map(bytes)),
      'a header without msg_id or msg_type',
    ],
    [
      'with a header for ever',
      frames([{ ...header(), x: 'x'.repeat(20_000) }, {}, {}, {}].map(bytes)),
      'a header of 20065 bytes, more than 16384',
    ],
  ])('%s are refused', (_, given, reason) => {
    expect(refused(given)).toBe(reason);
  });

  it('nested so deep that a copy would overflow the stack are refused', () => {
    const nested = (depth: number): Buffer => Buffer.from(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`);
    const given = (depth: number): Buffer[] => frames([...[header(), {}, {}].map(bytes), nested(depth)]);
    expect(refused(given(400))).toBe('accepted');
    expect(refused(given(100_000))).toBe('a content nested deeper than 500');
  });

  it('cannot change prototypes', () => {
    const raw = Buffer.from('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}');
    const { content } = decode('shell', frames([...[header(), {}, {}].map(bytes), raw]), signer());
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect({ ...content }.polluted).toBeUndefined();
  });
});

describe('signatures', () => {
  it('must be right', () => {
    const right = request({});
    expect(refused(right)).toBe('accepted');
    for (const signature of [
      '',
      '00',
      right[2]?.toString().slice(0, 62) ?? '',
      `${right[2]?.toString() ?? ''}00`,
      'g'.repeat(64),
    ]) {
      const wrong = [...right];
      wrong[2] = Buffer.from(signature);
      expect(refused(wrong)).toBe('a wrong signature');
    }
    expect(refused(frames([header(), {}, {}, {}].map(bytes), [], 'another key'))).toBe('a wrong signature');
  });

  it('cover header, parent header, metadata and content', () => {
    for (const part of [3, 4, 5, 6]) {
      const changed = request({ code: '1' });
      changed[part] = bytes({ ...header('other') });
      expect(refused(changed)).toBe('a wrong signature');
    }
  });

  it('count once, for as long as there is memory for them', () => {
    const checks = signer(KEY, 10);
    const sent = Array.from({ length: 25 }, (_, i) => request({}, `id ${i}`));
    for (const given of sent) expect(refused(given, checks)).toBe('accepted');
    for (const given of sent.slice(-10)) expect(refused(given, checks)).toBe('a signature that was used before');
  });

  it('that are wrong take no memory', () => {
    const checks = signer(KEY, 10);
    const good = request({});
    expect(refused(good, checks)).toBe('accepted');
    for (let i = 0; i < 100; i++) refused(frames([header(`${i}`), {}, {}, {}].map(bytes), [], 'wrong'), checks);
    expect(refused(good, checks)).toBe('a signature that was used before');
  });

  it('are not asked for without a key', () => {
    const unsigned = request({});
    unsigned[2] = Buffer.alloc(0);
    expect(refused(unsigned, signer(''))).toBe('accepted');
    expect(refused(unsigned)).toBe('a wrong signature');
    expect(signer('').sign([])).toBe('');
  });

  it('follow the scheme, where Node.js knows it', () => {
    const parts = [Buffer.from('a')];
    expect(new Signer(KEY, 'hmac-sha512').sign(parts)).toBe(createHmac('sha512', KEY).update('a').digest('hex'));
    expect(() => new Signer(KEY, 'hmac-rot13')).toThrow(
      'The connection file asks for the signature scheme "hmac-rot13", which this Node.js does not have: use hmac-sha256.',
    );
    expect(() => new Signer(KEY, 'sha256')).toThrow('"sha256"');
  });
});
