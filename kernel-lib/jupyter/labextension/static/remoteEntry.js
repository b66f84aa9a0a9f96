/**
 * A JupyterLab 4 mime extension without a build: what JupyterLab loads at start is this file as it stands.
 * It speaks the protocol of webpack's module federation by hand: a container with `init` and `get`.
 */
(() => {
  'use strict';

  const NAME = 'unrolled-plotly';
  const MIME = 'application/vnd.plotly.v1+json';
  // `currentScript` is known only while the script first runs: afterwards nothing tells where its neighbours lie.
  const folder = new URL('.', document.currentScript.src);

  function loadScript(file) {
    return new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = new URL(file, folder).href;
      script.onload = () => resolve(script);
      script.onerror = () =>
        reject(new Error(`${file} of the extension ${NAME} could not be loaded: run the set-up again`));
      document.head.append(script);
    });
  }

  /** plotly.js is 4.8 MB: it comes with the first figure, once. After a failure the next figure tries again. */
  let library;
  function loadLibrary() {
    library ??= loadPlotly().catch((error) => {
      library = undefined;
      throw error;
    });
    return library;
  }

  async function loadPlotly() {
    const { drawFigure } = await loadScript('draw-figure.js');
    // plotly.js names itself `Plotly` and, by its wrapper, `moduleName` on the window: give both names back.
    const names = ['Plotly', 'moduleName'];
    const before = names.map((name) => Object.getOwnPropertyDescriptor(window, name));
    await loadScript('plotly.min.js');
    const { Plotly } = window;
    names.forEach((name, index) => {
      delete window[name];
      if (before[index]) Object.defineProperty(window, name, before[index]);
    });
    return { Plotly, drawFigure };
  }

  function createRenderer(Widget) {
    const widget = new Widget();
    widget.addClass('jp-RenderedPlotly');
    const { node } = widget;
    const picture = document.createElement('div');
    picture.setAttribute('role', 'img');
    node.append(picture);
    let figure;
    let plotly;
    // Updates of a live figure may come faster than they are drawn: one at a time, and only the latest waits.
    let drawing;
    let again = false;

    function draw() {
      if (drawing) {
        again = true;
        return drawing;
      }
      drawing = drawOnce().finally(() => {
        drawing = undefined;
        if (again && !widget.isDisposed) {
          again = false;
          void draw();
        }
      });
      return drawing;
    }

    async function drawOnce() {
      try {
        const { Plotly, drawFigure } = await loadLibrary();
        if (widget.isDisposed) return;
        plotly = Plotly;
        node.querySelector('pre')?.remove();
        await drawFigure(Plotly, picture, figure);
      } catch (error) {
        showError(error);
      }
    }

    /** In the figure's place: a reader who sees nothing at all cannot tell what is missing. */
    function showError(error) {
      plotly?.purge(picture);
      const text = node.querySelector('pre') ?? document.createElement('pre');
      text.textContent = `This figure cannot be drawn: ${error instanceof Error ? error.message : String(error)}.`;
      node.append(text);
    }

    // A figure drawn in a hidden tab, or scrolled out of a long notebook, has no width yet: it gets one when it is shown.
    let width = 0;
    const resized = new ResizeObserver(() => {
      const now = node.clientWidth;
      if (now === 0 || now === width) return;
      width = now;
      if (plotly && picture.layout && !drawing) void plotly.Plots.resize(picture);
    });
    resized.observe(node);

    // JupyterLab names the theme on the body when its style sheet is there.
    const themed = new MutationObserver(() => {
      if (figure !== undefined) requestAnimationFrame(() => void draw());
    });
    themed.observe(document.body, { attributeFilter: ['data-jp-theme-name'] });

    widget.disposed.connect(() => {
      resized.disconnect();
      themed.disconnect();
      plotly?.purge(picture);
    });

    // JupyterLab calls this again on the same widget when `update_display_data` replaces the figure.
    widget.renderModel = (model) => {
      figure = model.data[MIME];
      const description = model.data['text/plain'];
      picture.setAttribute('aria-label', typeof description === 'string' ? description : 'Figure');
      return draw();
    };
    return widget;
  }

  async function mimeExtension(sharedModules) {
    // Shared modules are listed by version, and each version is a promise of a function that returns the module.
    const [lumino] = Object.values(sharedModules['@lumino/widgets']);
    const { Widget } = (await lumino.get())();
    const rendererFactory = {
      // A figure is data and runs nothing, so an untrusted notebook shows it too.
      safe: true,
      mimeTypes: [MIME],
      // Before the picture and the text in the same bundle.
      defaultRank: 0,
      createRenderer: () => createRenderer(Widget),
    };
    const extension = { id: `${NAME}:factory`, rendererFactory, rank: 0, dataType: 'json' };
    return { __esModule: true, default: [extension] };
  }

  let shared;
  window._JUPYTERLAB ??= {};
  window._JUPYTERLAB[NAME] = {
    init: (sharedModules) => {
      shared = sharedModules;
    },
    get: async (module) => {
      if (module !== './mimeExtension') throw new Error(`${NAME} has no module ${module}`);
      const exports = await mimeExtension(shared);
      return () => exports;
    },
  };
})();
