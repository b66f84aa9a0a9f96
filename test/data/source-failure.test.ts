import { networkFailure } from 'kernel-lib/data/source-failure';
import { expect, it } from 'vitest';

const fetchError = (code: string): Error =>
  new TypeError('fetch failed', { cause: Object.assign(new Error('as the system says it'), { code }) });

it.each([
  ['ENOTFOUND', 'the host was not found (is there a network?)', false],
  ['EAI_AGAIN', 'the host was not found (is there a network?)', false],
  ['ENETUNREACH', 'the network is not reachable', false],
  ['UND_ERR_SOCKET', 'the connection was cut', true],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate is not trusted (SELF_SIGNED_CERT_IN_CHAIN); behind a proxy', false],
  ['ESOMETHING', 'as the system says it', false],
])('puts %s into words', (code, words, worthRetrying) => {
  const failure = networkFailure(fetchError(code));
  expect(failure.message).toContain(words);
  expect(failure.worthRetrying).toBe(worthRetrying);
});

it('keeps a message that has no cause', () => {
  expect(networkFailure(new TypeError('bad port')).message).toBe('bad port');
  expect(networkFailure('odd').message).toBe('odd');
});
