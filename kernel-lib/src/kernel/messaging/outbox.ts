import type { Content } from '../link';
import type { Frames } from './sender';
import type { Channel, Encoder, Request } from './wire';

/** Where frames go; a `Sender` is one. */
export interface Pushes {
  push(frames: Frames, taken?: () => void): void;
}

export type ExecutionState = 'starting' | 'busy' | 'idle';

export interface PublishOptions {
  readonly metadata?: Content | undefined;
  readonly buffers?: readonly Uint8Array[] | undefined;
  /** Called once the message is zeromq's, or can never be. */
  readonly taken?: () => void;
}

/** Writes the kernel's messages: answers to who asked, and on iopub to everybody. */
export class Outbox {
  constructor(
    private readonly encoder: Encoder,
    private readonly senders: Readonly<Record<Channel | 'iopub', Pushes>>,
  ) {}

  /** Answers on the channel that the request came on. */
  reply(request: Request, type: string, content: Content, metadata?: Content): void {
    const { identities: prefix, header: parent, channel } = request;
    this.senders[channel].push(this.encoder.encode({ prefix, type, parent, metadata, content }).frames);
  }

  /** Asks whoever sent `request` for input. Returns the question's id. */
  ask(request: Request, content: Content): string {
    const { identities: prefix, header: parent } = request;
    const { id, frames } = this.encoder.encode({ prefix, type: 'input_request', parent, content });
    this.senders.stdin.push(frames);
    return id;
  }

  publish(parent: Uint8Array | undefined, type: string, content: Content, options: PublishOptions = {}): void {
    const { metadata, buffers, taken } = options;
    const prefix = [Buffer.from(`kernel.${this.encoder.session}.${type}`)];
    const message = { prefix, type, parent, metadata, content, buffers };
    this.senders.iopub.push(this.encoder.encode(message).frames, taken);
  }

  /** Tells a new subscriber that it now receives, under the topic it asked for. */
  welcome(topic: Buffer): void {
    const prefix = topic.length > 0 ? [topic] : [];
    const content = { subscription: topic.toString() };
    this.senders.iopub.push(this.encoder.encode({ prefix, type: 'iopub_welcome', content }).frames);
  }

  status(parent: Uint8Array | undefined, state: ExecutionState): void {
    this.publish(parent, 'status', { execution_state: state });
  }
}
