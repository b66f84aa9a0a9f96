import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setSink } from 'kernel-lib/display/sink';
import { button, checkbox, dropdown, slider, text } from 'kernel-lib/widgets';
import { recorder } from '../display/recorder';
import { fakeHost, type FakeComm, type FakeHost } from './fake-host';

let host: FakeHost;
beforeEach(() => {
  host = fakeHost();
});
afterEach(() => {
  host.remove();
});

const stateOf = (comm: FakeComm): Record<string, unknown> => comm.opened.data?.state as Record<string, unknown>;
const update = (state: object): Record<string, unknown> => ({ method: 'update', state, buffer_paths: [] });

describe('a widget', () => {
  it('opens its layout, its style and itself as ipywidgets does', () => {
    slider({ min: 0, max: 10, value: 3, label: 'hidden units' });
    expect(host.comms.map((comm) => stateOf(comm)._model_name)).toEqual([
      'LayoutModel',
      'SliderStyleModel',
      'IntSliderModel',
    ]);
    for (const { target, opened, id } of host.comms) {
      expect([target, opened.metadata, opened.data?.buffer_paths]).toEqual([
        'jupyter.widget',
        { version: '2.1.0' },
        [],
      ]);
      expect(id).toMatch(/^[\da-f]{32}$/);
    }
    const [layout, style, model] = host.comms as [FakeComm, FakeComm, FakeComm];
    expect(stateOf(layout)).toMatchObject({ _model_module: '@jupyter-widgets/base', width: 'auto', max_width: '36em' });
    expect(stateOf(style)).toMatchObject({
      description_width: 'initial',
      _model_module: '@jupyter-widgets/controls',
      _view_module: '@jupyter-widgets/base',
      _view_name: 'StyleView',
    });
    expect(stateOf(model)).toEqual({
      _model_module: '@jupyter-widgets/controls',
      _model_module_version: '2.0.0',
      _model_name: 'IntSliderModel',
      _view_module: '@jupyter-widgets/controls',
      _view_module_version: '2.0.0',
      _view_name: 'IntSliderView',
      min: 0,
      max: 10,
      step: 1,
      value: 3,
      continuous_update: true,
      readout_format: 'd',
      description: 'hidden units',
      layout: `IPY_MODEL_${layout.id}`,
      style: `IPY_MODEL_${style.id}`,
    });
  });

  it('hears the page, echoes what it heard, and then tells its listeners', () => {
    const control = slider({ min: 0, max: 10 });
    const comm = host.model('IntSliderModel');
    const heard: unknown[] = [];
    const stop = control.onChange((value) => heard.push([value, control.value, comm.sent.length]));
    comm.receive(update({ value: 4 }));
    expect(heard).toEqual([[4, 4, 1]]);
    expect(comm.sent).toEqual([{ method: 'echo_update', state: { value: 4 }, buffer_paths: [] }]);
    comm.receive(update({ value: 4 }));
    comm.receive(update({ description: 'x' }));
    comm.receive(update({ value: 'five' }));
    comm.receive({ method: 'nonsense' });
    expect([heard.length, control.value]).toEqual([1, 4]);
    stop();
    comm.receive(update({ value: 5 }));
    expect([heard.length, control.value]).toEqual([1, 5]);
  });

  it('tells the page and its listeners when its value is set', () => {
    const control = slider({ min: 0, max: 10 });
    const heard: number[] = [];
    control.onChange((value) => heard.push(value));
    control.value = 7;
    control.value = 7;
    expect(host.model('IntSliderModel').sent).toEqual([update({ value: 7 })]);
    expect(heard).toEqual([7]);
  });

  it('gives its whole state to a page that asks for it, as it is now', () => {
    const control = slider({ min: 0, max: 10 });
    const comm = host.model('IntSliderModel');
    control.value = 2;
    comm.receive({ method: 'request_state' });
    expect(comm.sent.at(-1)).toMatchObject(update({ value: 2 }));
    comm.receive(update({ value: 9, orientation: 'vertical' }));
    comm.receive({ method: 'request_state' });
    expect(comm.sent.at(-1)).toMatchObject(update({ min: 0, max: 10, value: 9, orientation: 'vertical' }));
    const page = host.open('jupyter.widget.control');
    page.receive({ method: 'request_states' });
    const [{ method, states } = {}] = page.sent as { method?: string; states?: Record<string, object> }[];
    expect(method).toBe('update_states');
    expect(Object.keys(states ?? {})).toEqual(host.comms.map(({ id }) => id));
    expect(states?.[comm.id]).toMatchObject({
      model_name: 'IntSliderModel',
      model_module: '@jupyter-widgets/controls',
      model_module_version: '2.0.0',
      state: { value: 9, orientation: 'vertical' },
    });
  });

  it('is shown by its view, with words for who cannot draw it', () => {
    const { sink, shown } = recorder('notebook');
    setSink(sink);
    const control = slider({ min: 0, max: 1, step: 0.25, value: 0.5, label: 'dropout' });
    control.show();
    setSink(undefined);
    const model_id = host.model('FloatSliderModel').id;
    const view = { version_major: 2, version_minor: 0, model_id };
    expect(shown).toEqual([
      { bundle: { 'application/vnd.jupyter.widget-view+json': view, 'text/plain': 'dropout: 0.5 (0 to 1)' } },
    ]);
  });

  it('is gone once it is closed, whoever closes it', () => {
    const control = slider({ min: 0, max: 10 });
    control.close();
    control.close();
    expect(host.comms.map(({ closed }) => closed)).toEqual([true, true, true]);
    expect(control.toMimeBundle()).toEqual({ 'text/plain': '0 (0 to 10) (closed)' });
    expect(() => { control.value = 1; }).toThrow('widgets.slider: it was closed; make another one.'); // prettier-ignore
    slider({ min: 0, max: 10 });
    for (const comm of host.comms.slice(3)) comm.leave();
    const page = host.open('jupyter.widget.control');
    page.receive({ method: 'request_states' });
    expect(page.sent).toEqual([{ method: 'update_states', states: {}, buffer_paths: [] }]);
  });

  it('throws what a listener throws, after every listener was told', () => {
    const control = checkbox({ label: 'peepholes' });
    const heard: boolean[] = [];
    control.onChange(() => {
      throw new Error('of the listener');
    });
    control.onChange((value) => heard.push(value));
    expect(() => {
      host.model('CheckboxModel').receive(update({ value: true }));
    }).toThrow('of the listener');
    expect([heard, control.value]).toEqual([[true], true]);
  });
});

describe('the kinds of widgets', () => {
  it('a slider takes steps of any size, and shows as many digits', () => {
    slider({ min: 0, max: 1 });
    expect(stateOf(host.model('IntSliderModel'))).toMatchObject({ step: 1, value: 0 });
    slider({ min: 0.001, max: 0.1, step: 0.001, continuous: false });
    expect(stateOf(host.model('FloatSliderModel'))).toMatchObject({
      readout_format: '.3f',
      value: 0.001,
      continuous_update: false,
    });
    const formats = [0.1, 0.25, 1e-7, 1 / 3, 2].map((step) => {
      slider({ min: 0.5, max: 8, step });
      const comm = host.comms.at(-1);
      return comm && stateOf(comm).readout_format;
    });
    expect(formats).toEqual(['.1f', '.2f', '.7f', '.3f', '.0f']);
  });

  it('a dropdown gives back what was given to it', () => {
    const control = dropdown({ options: [8, 16, 32], value: 16, label: 'size' });
    const comm = host.model('DropdownModel');
    expect(stateOf(comm)).toMatchObject({ _options_labels: ['8', '16', '32'], index: 1 });
    comm.receive(update({ index: 2 }));
    expect(control.value).toBe(32);
    control.value = 8;
    expect(comm.sent.at(-1)).toEqual(update({ index: 0 }));
    expect(control.toMimeBundle()['text/plain']).toBe('size: 8');
  });

  it('a checkbox and a text field have their values', () => {
    const [tick, field] = [checkbox({ value: true }), text({ placeholder: 'a word' })];
    host.model('CheckboxModel').receive(update({ value: false }));
    host.model('TextModel').receive(update({ value: 'Zarathustra' }));
    expect([tick.value, field.value]).toEqual([false, 'Zarathustra']);
    expect(stateOf(host.model('TextModel'))).toMatchObject({ placeholder: 'a word', continuous_update: false });
  });

  it('a button counts how often it was pressed', () => {
    const control = button({ label: 'train' });
    const heard: number[] = [];
    control.onChange((count) => heard.push(count));
    const comm = host.model('ButtonModel');
    for (const event of ['click', 'click', 'other']) comm.receive({ method: 'custom', content: { event } });
    expect([heard, control.value]).toEqual([[1, 2], 2]);
    expect(stateOf(comm)).toMatchObject({ description: 'train' });
    expect(control.toMimeBundle()['text/plain']).toBe('train: pressed 2 times');
  });
});

describe('a widget that cannot be', () => {
  it.each([
    [() => slider({ min: 1, max: 0 }), 'widgets.slider: min is 1 and max is 0; expected min below max.'],
    [() => slider({ min: NaN, max: 0 }), 'widgets.slider: min is NaN; expected a finite number.'],
    [() => slider({ min: 0 } as never), 'widgets.slider: max is undefined; expected a finite number.'],
    [() => slider({ min: 0, max: 1, step: 0 }), 'widgets.slider: step is 0; expected a number above 0.'],
    [() => slider({ min: 0, max: 1, value: 2 }), 'widgets.slider: value is 2; expected a number from 0 to 1.'],
    [
      () => {
        slider({ min: 0, max: 9 }).value = 0.5;
      },
      'widgets.slider: value is 0.5; expected an integer, as min, max and step are.',
    ],
    [
      () => slider({ min: 0, max: 9, label: 3 as never }),
      'widgets.slider: label is no text; expected what to write beside it.',
    ],
    [
      () => dropdown({ options: [] }),
      'widgets.dropdown: options is empty or no array; expected at least one text or number.',
    ],
    [
      () => dropdown<string>({ options: ['a', 'b'], value: 'c' }),
      "widgets.dropdown: value is 'c'; expected one of 'a', 'b'.",
    ],
    [() => checkbox({ value: 1 as never }), 'widgets.checkbox: value is 1; expected true or false.'],
    [() => text({ value: 1 as never }), 'widgets.text: value is 1; expected a text.'],
    [() => button({ label: ' ' }), 'widgets.button: label is missing; expected what to write on it.'],
    [
      () => checkbox().onChange(3 as never),
      'widgets.checkbox: listener is number; expected a function of the new value.',
    ],
  ] as const)('says so in a sentence (%#)', (call, sentence) => {
    // prettier-ignore
    expect(call).toThrow(sentence);
  });

  it('for want of a page, too', () => {
    host.remove();
    expect(() => checkbox()).toThrow(
      "widgets.checkbox: there is no page to put it on; widgets work in a notebook that this project's kernel runs.",
    );
  });
});
