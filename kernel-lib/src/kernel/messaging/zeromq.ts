import { createRequire } from 'node:module';
import type { Frames } from './sender';

/** What the kernel uses of a zeromq.js socket. */
export interface Socket {
  readonly closed: boolean;
  linger: number;
  maxMessageSize: number;
  sendHighWaterMark: number;
  sendTimeout: number;
  ipv6: boolean;
  bind(address: string): Promise<void>;
  send(frames: Frames): Promise<void>;
  receive(): Promise<Buffer[]>;
  close(): void;
}

export interface PublisherSocket extends Socket {
  noDrop: boolean;
  verbosity: null | 'allSubs' | 'allSubsUnsubs';
}

export interface Zeromq {
  readonly Router: new () => Socket;
  readonly Reply: new () => Socket;
  readonly XPublisher: new () => PublisherSocket;
}

/** zeromq.js as tslab installs it. */
export function loadZeromq(): Zeromq {
  const here = createRequire(__filename);
  return createRequire(here.resolve('tslab/package.json'))('zeromq') as Zeromq;
}
