import { grouped } from './corpus';
import { codeOf } from './verify';

/** One source did not deliver. */
export class SourceFailure extends Error {
  override readonly name = 'SourceFailure';
  constructor(
    message: string,
    /** Whether the same source may well deliver when asked again. */
    readonly worthRetrying: boolean,
  ) {
    super(message);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host was not found (is there a network?)',
  EAI_AGAIN: 'the host was not found (is there a network?)',
  ENETUNREACH: 'the network is not reachable',
  EHOSTUNREACH: 'the host is not reachable',
  ECONNREFUSED: 'the host refused the connection',
  ECONNRESET: 'the connection was cut',
  ETIMEDOUT: 'the host did not answer',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_CONNECT_TIMEOUT: 'the host did not answer',
};

/** The body ended too early; asked again, the source may go on from there. */
export function cutAfter(received: number, total: number): SourceFailure {
  return new SourceFailure(`the connection was cut after ${grouped(received)} of ${grouped(total)} bytes`, true);
}

/** What `fetch` threw before there was a body, as a phrase: it hides the reason in `cause`. */
export function networkFailure(error: unknown): SourceFailure {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = codeOf(cause) ?? '';
  if (code.includes('CERT')) {
    return new SourceFailure(
      `its certificate is not trusted (${code}); behind a proxy that inspects traffic, set NODE_EXTRA_CA_CERTS`,
      false,
    );
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  return new SourceFailure(REASONS[code] ?? message, code === 'ECONNRESET' || code === 'UND_ERR_SOCKET');
}
