import { randomUUID } from 'node:crypto';
import type { Comm, CommData, NotebookHost } from '../display';

/** Versions of ipywidgets' messages and of the front end's packages, as its widget manager checks them. */
const PROTOCOL = '2.1.0';
const PACKAGE = '2.0.0';
const TARGET = 'jupyter.widget';
const CONTROL_TARGET = 'jupyter.widget.control';

export type State = Readonly<Record<string, unknown>>;

/** Which model and view of the front end a model here has for a counterpart. */
export interface Kind {
  readonly package: 'base' | 'controls';
  readonly model: string;
  readonly view: string;
  /** Where the view is, when not where the model is. */
  readonly viewPackage?: 'base';
}

export interface ModelEvents {
  /** The front end has changed these. */
  readonly onUpdate?: (changes: State) => void;
  /** The front end has sent a message of the widget's own. */
  readonly onCustom?: (content: CommData) => void;
}

/** The models that are open at a host: what a page that comes back asks for. */
const open = new WeakMap<NotebookHost, Map<string, Model>>();

/** One state that the kernel and the front end hold in common, kept equal over a comm by ipywidgets' messages. */
export class Model {
  private readonly comm: Comm;
  private readonly siblings: Map<string, Model>;
  private state: State;

  constructor(host: NotebookHost, kind: Kind, state: State, events: ModelEvents = {}) {
    const view = kind.viewPackage ?? kind.package;
    this.state = {
      _model_module: `@jupyter-widgets/${kind.package}`,
      _model_module_version: PACKAGE,
      _model_name: kind.model,
      _view_module: `@jupyter-widgets/${view}`,
      _view_module_version: PACKAGE,
      _view_name: kind.view,
      ...state,
    };
    this.siblings = modelsOf(host);
    this.comm = host.openComm(TARGET, {
      id: randomUUID().replaceAll('-', ''),
      data: { state: this.state, buffer_paths: [] },
      metadata: { version: PROTOCOL },
    });
    this.siblings.set(this.comm.id, this);
    this.comm.onMessage((data) => {
      this.receive(data, events);
    });
    this.comm.onClose(() => {
      this.siblings.delete(this.id);
    });
  }

  get id(): string {
    return this.comm.id;
  }

  /** How other models name this one in their state. */
  get reference(): string {
    return `IPY_MODEL_${this.id}`;
  }

  /** Changes the state here and in the front end. */
  update(changes: State): void {
    this.state = { ...this.state, ...changes };
    this.comm.send({ method: 'update', state: changes, buffer_paths: [] });
  }

  /** The front end drops the model, and every view of it goes. */
  close(): void {
    this.siblings.delete(this.id);
    this.comm.close();
  }

  /** The state with the model's name, as a page that comes back reads it. */
  describe(): State {
    const { _model_name, _model_module, _model_module_version } = this.state;
    return {
      model_name: _model_name,
      model_module: _model_module,
      model_module_version: _model_module_version,
      state: this.state,
    };
  }

  private receive(data: CommData, { onUpdate, onCustom }: ModelEvents): void {
    const { method, state, content } = data;
    if (method === 'request_state') {
      this.comm.send({ method: 'update', state: this.state, buffer_paths: [] });
    } else if (method === 'update' && isState(state)) {
      this.state = { ...this.state, ...state };
      // other pages on this notebook learn of the change by its echo; the page that made it waits for it
      this.comm.send({ method: 'echo_update', state, buffer_paths: [] });
      onUpdate?.(state);
    } else if (method === 'custom' && isState(content)) {
      onCustom?.(content);
    }
  }
}

function isState(value: unknown): value is State {
  return typeof value === 'object' && value !== null;
}

/** The host's open models. The first time, also answers pages that ask for all of them when they open anew. */
function modelsOf(host: NotebookHost): Map<string, Model> {
  const known = open.get(host);
  if (known !== undefined) return known;
  const models = new Map<string, Model>();
  open.set(host, models);
  host.onComm(CONTROL_TARGET, (comm) => {
    comm.onMessage(({ method }) => {
      if (method !== 'request_states') return;
      const states = Object.fromEntries([...models].map(([id, model]) => [id, model.describe()]));
      comm.send({ method: 'update_states', states, buffer_paths: [] });
    });
  });
  return models;
}
