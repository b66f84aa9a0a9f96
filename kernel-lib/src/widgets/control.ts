import { notebookHost, show, type Displayable, type MimeBundle, type NotebookHost } from '../display';
import { latest } from './latest';
import { Model, type State } from './model';

/** An input element on the page, with a value that the kernel and the page hold in common. */
export interface Control<T> extends Displayable {
  /** Set it, and the page follows. */
  value: T;
  /**
   * Calls `listener` with each new value, whoever changed it. While an async listener works, only the newest value waits for it.
   * What it throws fails loudly. Returns a function that ends it.
   */
  onChange(listener: (value: T) => unknown): () => void;
  /** Shows it under the cell; as the last value of a cell it is shown by itself. */
  show(): void;
  /** Takes it off the page. */
  close(): void;
}

/** What makes one kind of control out of the rest. */
export interface Element<T> {
  /** The function that the user called, for messages: "widgets.slider". */
  readonly caller: string;
  /** The front end's name: "IntSlider" for IntSliderModel and IntSliderView. */
  readonly name: string;
  readonly style: string;
  readonly label: string | undefined;
  /** Whether it has use for more than the front end's usual width. */
  readonly wide?: boolean;
  readonly state: State;
  readonly initial: T;
  /** The part of the state that holds the value. */
  write(value: T): State;
  /** The value in changes from the page; undefined when they do not touch it. */
  read(changes: State): T | undefined;
  /** @throws TypeError or RangeError in one sentence for a value that the element cannot have */
  check(value: T): void;
  /** The control in words. */
  describe(value: T): string;
}

/** @throws Error outside a notebook, whatever check throws for the initial value */
export function createControl<T>(element: Element<T>): Control<T> {
  checkLabel(element);
  element.check(element.initial);
  return new ModelControl(element, needHost(element.caller));
}

/** @throws Error, one sentence, where there is no page to put an element on. */
export function needHost(caller: string): NotebookHost {
  const host = notebookHost();
  if (host !== undefined) return host;
  throw new Error(
    `${caller}: there is no page to put it on; widgets work in a notebook that this project's kernel runs.`,
  );
}

function checkLabel({ caller, label }: { readonly caller: string; readonly label: unknown }): void {
  if (label === undefined || typeof label === 'string') return;
  throw new TypeError(`${caller}: label is no text; expected what to write beside it.`);
}

class ModelControl<T> implements Control<T> {
  private readonly listeners = new Set<(value: T) => void>();
  private readonly models: readonly [Model, ...Model[]];
  private current: T;
  private closed = false;

  constructor(
    private readonly element: Element<T>,
    host: NotebookHost,
  ) {
    const { name, style, label = '', state, initial, wide = false } = element;
    this.current = initial;
    const layout = new Model(
      host,
      { package: 'base', model: 'LayoutModel', view: 'LayoutView' },
      // by default label, slider and number share 300 pixels
      wide ? { width: 'auto', max_width: '36em' } : {},
    );
    const look = new Model(
      host,
      { package: 'controls', model: `${style}Model`, view: 'StyleView', viewPackage: 'base' },
      // by default a label is cut at 80 pixels
      style === 'ButtonStyle' ? {} : { description_width: 'initial' },
    );
    const model = new Model(
      host,
      { package: 'controls', model: `${name}Model`, view: `${name}View` },
      { ...state, description: label, layout: layout.reference, style: look.reference, ...element.write(initial) },
      {
        onUpdate: (changes) => {
          this.adopt(element.read(changes));
        },
        onCustom: (content) => {
          this.adopt(element.read(content));
        },
      },
    );
    this.models = [model, look, layout];
  }

  get value(): T {
    return this.current;
  }

  set value(value: T) {
    this.element.check(value);
    if (this.closed) throw new Error(`${this.element.caller}: it was closed; make another one.`);
    if (Object.is(value, this.current)) return;
    this.models[0].update(this.element.write(value));
    this.adopt(value);
  }

  onChange(listener: (value: T) => unknown): () => void {
    if (typeof listener !== 'function') {
      throw new TypeError(
        `${this.element.caller}: listener is ${typeof listener}; expected a function of the new value.`,
      );
    }
    const call = latest(listener);
    this.listeners.add(call);
    return () => {
      this.listeners.delete(call);
    };
  }

  show(): void {
    show(this);
  }

  toMimeBundle(): MimeBundle {
    const { label = '' } = this.element;
    const words = `${label === '' ? '' : `${label}: `}${this.element.describe(this.current)}`;
    if (this.closed) return { 'text/plain': `${words} (closed)` };
    return {
      'application/vnd.jupyter.widget-view+json': { version_major: 2, version_minor: 0, model_id: this.models[0].id },
      'text/plain': words,
    };
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const model of this.models) model.close();
  }

  /** Takes a new value and tells every listener, also those after one that throws. */
  private adopt(value: T | undefined): void {
    if (value === undefined || Object.is(value, this.current)) return;
    this.current = value;
    const errors: unknown[] = [];
    for (const call of [...this.listeners]) {
      try {
        call(value);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
