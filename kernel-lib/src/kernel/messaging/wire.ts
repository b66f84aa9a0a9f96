import { randomUUID } from 'node:crypto';
import type { Content } from '../link';
import { Malformed, parseObject } from './malformed';
import type { Signer } from './signature';

/** Sockets on which requests arrive. */
export type Channel = 'shell' | 'control' | 'stdin';

export interface Request {
  readonly channel: Channel;
  /** Routing prefix: whom to answer. */
  readonly identities: readonly Uint8Array[];
  readonly id: string;
  readonly type: string;
  /** The header as it was sent: the parent header of every answer. */
  readonly header: Uint8Array;
  readonly parent: Content;
  readonly metadata: Content;
  readonly content: Content;
  readonly buffers: readonly Uint8Array[];
}

/** A message on its way out. */
export interface Message {
  /** Identities of the receiver or, on iopub, the topic. */
  readonly prefix: readonly Uint8Array[];
  readonly type: string;
  /** The header of the request that it belongs to, as it came; none for `starting`. */
  readonly parent?: Uint8Array | undefined;
  readonly metadata?: Content | undefined;
  readonly content: Content;
  readonly buffers?: readonly Uint8Array[] | undefined;
}

export const PROTOCOL_VERSION = '5.4';

const DELIMITER = Buffer.from('<IDS|MSG>');
const EMPTY = Buffer.from('{}');
// kept for as long as a request's output may come
const MAX_HEADER = 16_384;
const MAX_METADATA = 1 << 20;
const MAX_CONTENT = 64 << 20;

/**
 * Reads the frames of a request: identities, delimiter, signature, header, parent header, metadata, content, buffers.
 * @throws Malformed for anything that is not to be answered.
 */
export function decode(channel: Channel, frames: readonly Uint8Array[], signer: Signer): Request {
  const delimiter = frames.findIndex((frame) => DELIMITER.equals(frame));
  if (delimiter < 0) throw new Malformed('a message without delimiter');
  const [signature, header, parent, metadata, content, ...buffers] = frames.slice(delimiter + 1);
  if (!signature || !header || !parent || !metadata || !content) {
    throw new Malformed(`a message of ${frames.length - delimiter - 1} frames, fewer than 5`);
  }
  signer.check(signature, [header, parent, metadata, content]);
  const { msg_id: id, msg_type: type } = parseObject('header', header, MAX_HEADER);
  if (typeof id !== 'string' || typeof type !== 'string' || id === '' || type === '') {
    throw new Malformed('a header without msg_id or msg_type');
  }
  return {
    channel,
    identities: frames.slice(0, delimiter),
    id,
    type,
    header,
    parent: parseObject('parent header', parent, MAX_HEADER),
    metadata: parseObject('metadata', metadata, MAX_METADATA),
    content: parseObject('content', content, MAX_CONTENT),
    buffers,
  };
}

/** Writes messages of one session of the kernel. */
export class Encoder {
  readonly session: string = randomUUID();
  private sent = 0;

  constructor(private readonly signer: Signer) {}

  /** The frames to send, and the message's id. */
  encode({ prefix, type, parent = EMPTY, metadata, content, buffers = [] }: Message): {
    id: string;
    frames: Uint8Array[];
  } {
    const id = `${this.session}_${(this.sent += 1)}`;
    const header = frame({
      msg_id: id,
      msg_type: type,
      username: 'kernel',
      session: this.session,
      date: new Date().toISOString(),
      version: PROTOCOL_VERSION,
    });
    const parts = [header, parent, metadata ? frame(metadata) : EMPTY, frame(content)];
    const signature = Buffer.from(this.signer.sign(parts));
    return { id, frames: [...prefix, DELIMITER, signature, ...parts, ...buffers] };
  }
}

function frame(value: Content): Buffer {
  return Buffer.from(JSON.stringify(value));
}
