/** What a page needs to look: it lies in the page as text, for no kernel is there to ask. */
export const SPAN_STYLE: string = [
  '.unrolled-spans{margin:.6em 0;font-size:13px;line-height:1.6;max-width:60em}',
  '.unrolled-spans figcaption{font-family:Helvetica,Arial,sans-serif;margin-bottom:.3em}',
  '.unrolled-spans .body,.unrolled-spans code{font-family:Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre-wrap;overflow-wrap:anywhere}',
  '.unrolled-spans .body{max-height:24em;overflow-y:auto;border:1px solid rgba(128,128,128,.5);padding:.4em}',
  '.unrolled-spans mark{color:inherit;background:rgba(0,114,178,.3);text-decoration:underline dotted 2px}',
  '.unrolled-spans mark::before{content:attr(data-n);font-size:9px;vertical-align:super;padding-right:1px}',
  '.unrolled-spans mark.asked{background:rgba(213,94,0,.4);text-decoration:underline solid 3px}',
].join('');

/**
 * The spans most like one, from centred states as bytes: what `analysis.similarSpans` finds by the cosine of mean states.
 * JavaScript, as `search(states, width, from, to, count)`.
 */
export const SEARCH_SCRIPT = `function search(states, width, from, to, count) {
  var time = states.length / width, length = to - from, vectors = [], sum = new Float64Array(width);
  for (var t = 0; t < time; t++) {
    for (var i = 0; i < width; i++) sum[i] += states[t * width + i] - (t < length ? 0 : states[(t - length) * width + i]);
    if (t >= length - 1) vectors.push(sum.slice());
  }
  function dot(a, b) { for (var s = 0, i = 0; i < width; i++) s += a[i] * b[i]; return s; }
  var asked = vectors[from], size = Math.sqrt(dot(asked, asked));
  var all = vectors.map(function (v, at) { return { from: at, to: at + length, score: dot(v, asked) / (size * Math.sqrt(dot(v, v)) || 1) }; });
  all.sort(function (a, b) { return b.score - a.score || a.from - b.from; });
  var found = [], taken = [{ from: from, to: to }];
  for (var k = 0; k < all.length && found.length < count; k++) {
    var span = all[k];
    if (taken.every(function (o) { return span.to <= o.from || span.from >= o.to; })) { found.push(span); taken.push(span); }
  }
  return found;
}`;

/** Makes every figure of its kind on the page answer to a selection and to typed words. */
export const PAGE_SCRIPT: string = [
  '(function () {',
  SEARCH_SCRIPT,
  `
  document.querySelectorAll('.unrolled-spans:not([data-ready])').forEach(function (figure) {
    figure.setAttribute('data-ready', '');
    var body = figure.querySelector('.body'), list = figure.querySelector('ol'), input = figure.querySelector('input');
    var symbols = Array.from(body.textContent), width = Number(figure.dataset.width), bytes = atob(figure.dataset.states);
    var states = Int8Array.from(bytes, function (c) { return (c.charCodeAt(0) << 24) >> 24; });
    function show(from, to) {
      to = Math.min(to, symbols.length, from + 200);
      if (!(to > from)) return;
      var found = search(states, width, from, to, Number(figure.dataset.count));
      var marks = found.map(function (s, k) { return { from: s.from, to: s.to, n: String(k + 1) }; });
      marks.push({ from: from, to: to, n: '' });
      marks.sort(function (a, b) { return a.from - b.from; });
      body.textContent = '';
      var at = 0;
      marks.forEach(function (m) {
        body.append(symbols.slice(at, m.from).join(''));
        var mark = document.createElement('mark');
        if (m.n) mark.dataset.n = m.n; else mark.className = 'asked';
        mark.textContent = symbols.slice(m.from, m.to).join('');
        body.append(mark);
        at = m.to;
      });
      body.append(symbols.slice(at).join(''));
      list.textContent = '';
      found.forEach(function (s) {
        var item = document.createElement('li'), code = document.createElement('code');
        code.textContent = symbols.slice(s.from, s.to).join('').replace(/\\n/g, '↵');
        item.append(s.score.toFixed(2) + '  ', code);
        list.append(item);
      });
    }
    function selected() {
      var chosen = document.getSelection();
      if (!chosen.rangeCount || chosen.isCollapsed) return;
      var range = chosen.getRangeAt(0);
      if (!body.contains(range.startContainer) || !body.contains(range.endContainer)) return;
      var before = document.createRange();
      before.setStart(body, 0);
      before.setEnd(range.startContainer, range.startOffset);
      var from = Array.from(before.toString()).length;
      show(from, from + Array.from(range.toString()).length);
    }
    body.addEventListener('mouseup', selected);
    body.addEventListener('keyup', selected);
    body.addEventListener('touchend', selected);
    input.addEventListener('change', function () {
      var text = symbols.join(''), at = input.value === '' ? -1 : text.indexOf(input.value);
      input.setCustomValidity(at < 0 && input.value !== '' ? 'The text has no such words.' : '');
      input.reportValidity();
      if (at >= 0) { var from = Array.from(text.slice(0, at)).length; show(from, from + Array.from(input.value).length); }
    });
  });
})();`,
].join('\n');
