/**
 * Draws a figure with plotly.js into an element: `drawFigure(Plotly, element, figure)`, a promise.
 * JupyterLab's extension and the exported page load the same file. It hangs on its own script element
 * and puts no name on the page.
 */
document.currentScript.drawFigure = (() => {
  'use strict';

  /** Rejects with a sentence for the reader when the figure is none. */
  async function drawFigure(Plotly, element, figure) {
    const problem = problemOf(figure);
    if (problem) throw new Error(problem);
    const layout = { ...figure.layout };
    // A figure without a template leaves its colours to the page, so that it is legible in a dark theme too.
    layout.template ??= themeOf(element);
    // plotly.js writes into what it is given; the notebook must stay as it was saved.
    const { data } = structuredClone({ data: figure.data });
    await Plotly.react(element, data, structuredClone(layout), CONFIG);
  }

  // The figure's own `config` is ignored: it could send the data to a server, from an untrusted notebook too.
  // Titles are never typeset: a symbol `$` among the labels is no formula.
  const CONFIG = { displaylogo: false, typesetMath: false, showSendToCloud: false, showTips: false };

  function problemOf(figure) {
    if (!isObject(figure)) return `got ${nameOf(figure)} instead of an object with data and layout`;
    if (!Array.isArray(figure.data)) return `its data is ${nameOf(figure.data)} instead of an array of traces`;
    const bad = figure.data.findIndex((trace) => !isObject(trace));
    if (bad !== -1) return `its data[${bad}] is ${nameOf(figure.data[bad])} instead of a trace`;
    if (figure.layout !== undefined && !isObject(figure.layout)) {
      return `its layout is ${nameOf(figure.layout)} instead of an object`;
    }
    return undefined;
  }

  function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  }

  function nameOf(value) {
    if (value === undefined || value === null) return 'missing';
    return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
  }

  /** JupyterLab's and nbconvert's themes are the same CSS variables. */
  function themeOf(element) {
    const style = getComputedStyle(element);
    const colour = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
    const ink = colour('--jp-content-font-color1', '#333');
    const grid = colour('--jp-border-color2', '#ddd');
    const axis = { gridcolor: grid, zerolinecolor: grid, linecolor: ink, tickcolor: grid };
    return {
      layout: {
        paper_bgcolor: 'rgba(0, 0, 0, 0)',
        plot_bgcolor: 'rgba(0, 0, 0, 0)',
        font: { color: ink },
        xaxis: axis,
        yaxis: axis,
        modebar: { color: colour('--jp-ui-font-color2', '#777'), activecolor: ink, bgcolor: 'rgba(0, 0, 0, 0)' },
      },
    };
  }

  return drawFigure;
})();
