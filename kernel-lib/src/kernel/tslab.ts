import { createRequire } from 'node:module';
import type tsTypes from 'typescript';
import { makeStrict } from './strict';

/** The version whose inner modules this launcher was written against. */
export const TSLAB_VERSION = '1.0.22';
const COMPILER = '@tslab/typescript-for-tslab';

export interface MessageHeader {
  msg_type: string;
  msg_id: string;
}

/** One message of the Jupyter protocol, as tslab reads and signs it. */
export interface Message {
  header: MessageHeader;
  content: object;
  createReply(): Message;
  signAndSend(key: string, socket: unknown): void;
}

export interface Socket {
  sendHighWaterMark: number;
  sendTimeout: number;
  bind(address: string): Promise<void>;
}

/** tslab's messaging: sockets, signatures, dispatch by message type. */
export interface Server {
  connInfo: { key: string };
  iopub: Socket;
  shell: Socket;
  init(): Promise<void>;
  close(): void;
  bindSocket(socket: Socket, port: number): Promise<void>;
  handleShellMessage(socket: Socket, ...frames: Buffer[]): Promise<void>;
  handleExecute(socket: Socket, message: Message): Promise<void>;
  handleCommInfoRequest(socket: Socket, message: Message): void;
}

/** tslab's answers to everything but execution. */
export interface Handler {
  handleKernel(): object;
  handleInspect(request: object): object;
  handleComplete(request: object): object;
  handleShutdown(request: { restart?: boolean }): object;
  close(): void;
}

/** tslab's engine: runs one cell, and tells through its console what went wrong. */
export interface Executor {
  execute(code: string): Promise<boolean>;
  interrupt(): void;
  close(): void;
}

export interface EngineConsole {
  log(value: unknown): void;
  error(...values: unknown[]): void;
}

export interface Diagnostic {
  readonly start: { readonly line: number; readonly character: number };
  readonly messageText: string;
  readonly code: number;
  readonly fileName?: string;
}

export interface Converter {
  convert(
    previous: string,
    code: string,
  ): { readonly declOutput?: string; readonly diagnostics: readonly Diagnostic[] };
  addModule(name: string, code: string, metadata: object): readonly Diagnostic[];
  close(): void;
}

export interface Converters {
  readonly node: Converter;
  readonly browser: Converter;
  close(): void;
}

export interface Tslab {
  readonly jupyter: {
    readonly ZmqServer: new (handler: Handler, connectionFile: string) => Server;
    readonly JupyterHandlerImpl: new (executor: Executor, javascript: boolean) => Handler;
    lastWriteDisplayData: ((content: object, update?: boolean) => void) | null;
  };
  readonly createExecutor: (root: string, converters: Converters, console: EngineConsole) => Executor;
  readonly createConverter: (options: { isJS: boolean; isBrowser: boolean }) => Converter;
  readonly getCodeMetadata: (code: string) => { readonly module?: string; readonly mode?: 'node' | 'browser' };
  /** The compiler that a notebook's cells go through. */
  readonly ts: typeof tsTypes;
}

/**
 * Loads tslab's inner modules.
 * @throws Error when tslab is missing or another version: its inner modules are no public API.
 */
export function loadTslab(from: string = __filename): Tslab {
  const load = createRequire(from);
  let found: string;
  try {
    found = (load('tslab/package.json') as { version: string }).version;
  } catch {
    throw new Error(`The notebook kernel needs tslab ${TSLAB_VERSION}, which is not installed: run npm run setup.`);
  }
  if (found !== TSLAB_VERSION) {
    throw new Error(`The notebook kernel needs tslab ${TSLAB_VERSION}, got ${found}: run npm run setup.`);
  }
  // the compiler must come from tslab's own folder: that is the copy its converter uses
  const fromTslab = createRequire(load.resolve('tslab/package.json'));
  const ts = fromTslab(COMPILER) as typeof tsTypes;
  const module = fromTslab.cache[fromTslab.resolve(COMPILER)];
  if (module) makeStrict(module);
  return {
    jupyter: load('tslab/dist/jupyter.js') as Tslab['jupyter'],
    createExecutor: (load('tslab/dist/executor.js') as Pick<Tslab, 'createExecutor'>).createExecutor,
    createConverter: (load('tslab/dist/converter.js') as Pick<Tslab, 'createConverter'>).createConverter,
    getCodeMetadata: (load('tslab/dist/metadata.js') as Pick<Tslab, 'getCodeMetadata'>).getCodeMetadata,
    ts,
  };
}
