import { HOST_SLOT, type Comm, type CommData, type NotebookHost } from 'kernel-lib/display/notebook-host';

/** A comm whose far end is the test. */
export interface FakeComm {
  readonly id: string;
  readonly target: string;
  readonly opened: { readonly data?: CommData; readonly metadata?: CommData };
  readonly sent: CommData[];
  closed: boolean;
  /** A message from the page. */
  receive(data: CommData): void;
  /** The page goes. */
  leave(): void;
}

export interface FakeHost {
  readonly comms: FakeComm[];
  /** The comm of the model with this name. */
  model(name: string): FakeComm;
  /** The page opens a comm. */
  open(target: string): FakeComm;
  remove(): void;
}

/** Puts a host into the kernel's slot. */
export function fakeHost(): FakeHost {
  const comms: FakeComm[] = [];
  const targets = new Map<string, (comm: Comm, data: CommData, buffers: readonly Uint8Array[]) => void>();

  const make = (id: string, target: string, opened: FakeComm['opened']): { near: Comm; far: FakeComm } => {
    const heard: ((data: CommData, buffers: readonly Uint8Array[]) => void)[] = [];
    const ended: (() => void)[] = [];
    const far: FakeComm = {
      id,
      target,
      opened,
      sent: [],
      closed: false,
      receive: (data) => {
        for (const listener of heard) listener(data, []);
      },
      leave: () => {
        for (const listener of ended) listener();
      },
    };
    const near: Comm = {
      id,
      target,
      // as it travels: later changes of the objects do not show
      send: (data) => far.sent.push(structuredClone(data)),
      close: () => (far.closed = true),
      onMessage: (listener) => heard.push(listener),
      onClose: (listener) => ended.push(listener),
    };
    return { near, far };
  };

  const host: NotebookHost = {
    input: () => Promise.reject(new Error('nobody')),
    signal: () => new AbortController().signal,
    openComm: (target, { id = `comm-${comms.length}`, ...opened } = {}) => {
      const { near, far } = make(id, target, structuredClone(opened));
      comms.push(far);
      return near;
    },
    onComm: (target, listener) => targets.set(target, listener),
  };
  const slots = globalThis as { [HOST_SLOT]?: NotebookHost };
  slots[HOST_SLOT] = host;
  return {
    comms,
    model: (name) => {
      const found = comms.find(({ opened }) => (opened.data?.state as CommData)._model_name === name);
      if (found === undefined) throw new Error(`no ${name} was opened`);
      return found;
    },
    open: (target) => {
      const { near, far } = make('from-page', target, {});
      targets.get(target)?.(near, {}, []);
      return far;
    },
    remove: () => {
      Reflect.deleteProperty(slots, HOST_SLOT);
    },
  };
}
