/** Plain data that a comm message carries. */
export type CommData = Readonly<Record<string, unknown>>;

/** What a comm message carries beside its data. */
export interface CommMessageOptions {
  readonly metadata?: CommData;
  readonly buffers?: readonly Uint8Array[];
}

/** A line between a value in the kernel and its counterpart in the front end. */
export interface Comm {
  readonly id: string;
  readonly target: string;
  /** Sends data to the other end. Throws when the comm is closed. */
  send(data: CommData, options?: CommMessageOptions): void;
  /** Ends the comm, and tells the other end. */
  close(data?: CommData): void;
  /** Called for each message from the other end; a listener may be async. */
  onMessage(listener: (data: CommData, buffers: readonly Uint8Array[]) => void): void;
  /** Called when the other end closes the comm. */
  onClose(listener: () => void): void;
}

/** What a kernel offers to the code in its cells beyond output. */
export interface NotebookHost {
  /** Asks whoever sits at the notebook. Rejects where nobody does. */
  input(prompt: string, options?: { readonly password?: boolean }): Promise<string>;
  /** Opens a comm to what the front end knows as `target`. */
  openComm(target: string, options?: CommMessageOptions & { readonly data?: CommData; readonly id?: string }): Comm;
  /** Called for each comm that a front end opens for `target`. */
  onComm(target: string, listener: (comm: Comm, data: CommData, buffers: readonly Uint8Array[]) => void): void;
  /** Aborted when the running cell is interrupted; undefined outside any cell. */
  signal(): AbortSignal | undefined;
}

/** The global slot in which a kernel puts its host. */
export const HOST_SLOT: unique symbol = Symbol.for('kernel-lib.notebook-host');

/** The kernel's host; undefined outside a notebook. Read at each use, as the sink is. */
export function notebookHost(): NotebookHost | undefined {
  return (globalThis as { [HOST_SLOT]?: NotebookHost })[HOST_SLOT];
}
