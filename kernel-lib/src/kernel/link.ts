import type { MessagePort } from 'node:worker_threads';

/**
 * What the kernel's three threads say to each other, and all that they share: the messaging thread knows sockets and the Jupyter
 * protocol and no TypeScript; the language thread knows TypeScript and runs nothing; the main thread runs cells and knows neither.
 */

/** The content of a Jupyter message: a JSON object. */
export type Content = Readonly<Record<string, unknown>>;

/** Messages that a cell sends to whoever watches; `comm_*` go from the kernel to the front end here. */
export type OutputType =
  | 'stream'
  | 'display_data'
  | 'update_display_data'
  | 'execute_result'
  | 'clear_output'
  | 'error'
  | 'comm_open'
  | 'comm_msg'
  | 'comm_close';

/** Why a cell failed, in the protocol's words: fields of `error` on iopub and of `execute_reply`. */
export interface Failure {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** Messaging thread to main thread. `id` is the request's `msg_id`: what comes back under it goes to that request's parent. */
export type ToExecution =
  | {
      readonly type: 'execute';
      readonly id: string;
      readonly code: string;
      /** The execution count, already counted up where this request counts. */
      readonly count: number;
      readonly silent: boolean;
      readonly allowStdin: boolean;
      /** Name to expression, evaluated after a cell that did not fail. */
      readonly userExpressions: Readonly<Record<string, string>>;
    }
  | {
      readonly type: 'comm';
      readonly id: string;
      readonly message: 'comm_open' | 'comm_msg' | 'comm_close';
      readonly content: Content;
      readonly buffers: readonly Uint8Array[];
    }
  /** What the person typed, for the `execute` request that asked; undefined where the front end answered with nothing. */
  | { readonly type: 'input'; readonly id: string; readonly value: string }
  /** Stop what runs now. Answered by `interrupted` with the same serial, unless the thread is too busy to hear it. */
  | { readonly type: 'interrupt'; readonly serial: number }
  /** End: the reply is sent, the sockets are closed. The main thread ends the children that cells started, and the process. */
  | { readonly type: 'shutdown'; readonly restart: boolean };

/** Main thread to messaging thread. */
export type FromExecution =
  /** The first message: cells can be run from now on. */
  | { readonly type: 'ready' }
  /** Sent on iopub with the request `id` as its parent, also when that request has long ended. In the order given, none lost. */
  | {
      readonly type: 'output';
      readonly id: string;
      readonly message: OutputType;
      readonly content: Content;
      readonly metadata?: Content;
      readonly buffers?: readonly Uint8Array[];
      /** What was added to `OUTSTANDING` for this message, and is to be taken off once zeromq has it. */
      readonly bytes: number;
    }
  /** The end of an `execute`. A failure was NOT published: messaging publishes `error` when the waiting cells are settled. */
  | {
      readonly type: 'executed';
      readonly id: string;
      readonly failure?: Failure;
      readonly userExpressions: Content;
      readonly payload: readonly Content[];
    }
  /** The end of a `comm`. */
  | { readonly type: 'comm-handled'; readonly id: string }
  /** Ask the person; the answer comes back as `input`. */
  | { readonly type: 'input-request'; readonly id: string; readonly prompt: string; readonly password: boolean }
  /** Nobody waits for the answer any more (the cell was interrupted). */
  | { readonly type: 'input-dropped'; readonly id: string }
  | { readonly type: 'interrupted'; readonly serial: number }
  /** Comms that are open, for `comm_info_request`: sent anew at each change. */
  | { readonly type: 'comms'; readonly targets: Readonly<Record<string, string>> };

/** To the language thread, from either of the others, each over a port of its own; answered under the same `serial`. */
export type ToLanguage =
  /** A cell: checked, emitted, and its declarations remembered unless it is `transient` (a user expression). */
  | { readonly type: 'convert'; readonly serial: number; readonly code: string; readonly transient: boolean }
  /** The content of a request of the protocol; the answer is the content of the reply. */
  | {
      readonly type: 'complete' | 'inspect' | 'is_complete';
      readonly serial: number;
      readonly content: Content;
    };

export type FromLanguage =
  | { readonly type: 'converted'; readonly serial: number; readonly conversion: Conversion }
  | { readonly type: 'answer'; readonly serial: number; readonly content: Content };

/** A cell as it can be run, or why it cannot. */
export type Conversion =
  | {
      readonly ok: true;
      /**
       * Strict-mode script for V8's REPL mode. Top-level declarations are `let` and `class` only, so that any of them can be
       * declared again as any other; imports stand first, as `let { a } = await __kernel.module('specifier')`, where the specifier
       * of a local TypeScript file is its absolute path; the value of the last expression, unless a `;` hides it, goes to
       * `__kernel.result(value)`; `import(x)` became `__kernel.import(x)`.
       */
      readonly script: string;
      /** Source map (version 3, JSON) from `script` to the cell's code. */
      readonly map: string;
      /** Local TypeScript files that are new or have changed since the last conversion: absolute path of the source, CommonJS. */
      readonly files: readonly LocalFile[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface LocalFile {
  readonly path: string;
  /** The TypeScript that the person wrote: what a failure quotes. */
  readonly source: string;
  readonly script: string;
  readonly map: string;
}

/** A type or syntax error. Line and column count from 1; without a `file` they are the cell's. */
export interface Problem {
  readonly file?: string;
  readonly line: number;
  readonly column: number;
  /** Columns marked, at least 1. */
  readonly length: number;
  readonly message: string;
  /** TypeScript's number, 2307 for instance. */
  readonly code: number;
}

/** Shared memory of the messaging and the main thread, an Int32Array: */
export const SHARED_WORDS = 2;
/** - bytes of output posted by the main thread that zeromq has not taken yet: above a limit, the cell waits. */
export const OUTSTANDING = 0;
/** - serial of the newest interrupt that the messaging thread has asked for; a waiting cell looks here. */
export const INTERRUPT = 1;

/** The messaging thread's `workerData`. */
export interface MessagingData {
  /** The content of `kernel_info_reply`. */
  readonly kernelInfo: Content;
  /** The path of the connection file that Jupyter wrote. */
  readonly connectionFile: string;
  readonly shared: SharedArrayBuffer;
  /** To the language thread. */
  readonly language: MessagePort;
}

/** The language thread's `workerData`. */
export interface LanguageData {
  /** The notebook's folder: packages and relative imports resolve from here. */
  readonly folder: string;
  /** To the messaging thread; the main thread uses the worker's own port. */
  readonly messaging: MessagePort;
}
