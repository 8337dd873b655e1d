'use strict';
(() => {
  const byId = (id) => document.getElementById(id);
  const read = (id) => JSON.parse(byId(id).textContent);
  const words = read('words');
  const answers = read('answers');
  if (answers.length === 0) return;

  /* Places in the arrays that stand for tokens and for candidates. */
  const ID = 0, TEXT = 1, BYTES = 2, CHANCE = 3, AFTER = 4, RANK = 5, ENTROPY = 6, ORIGIN = 7, SPECIAL = 8, OTHERS = 9, REST = 10;
  const ALT = { id: 0, bytes: 1, chance: 2, after: 3, rank: 4, cut: 5 };
  /* Lower ends of the steps from expected to surprising. */
  const BOUNDS = [0.8, 0.5, 0.2, 0.05];

  const say = (name, values = {}) =>
    words[name].replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
  const number = (value, digits = 0) =>
    new Intl.NumberFormat(words.lang, { maximumFractionDigits: digits }).format(value);
  function percent(value) {
    if (value === null) return '–';
    const digits = value === 0 || value >= 0.1 ? 0 : value >= 0.001 ? 1 : 4;
    return new Intl.NumberFormat(words.lang, { style: 'percent', maximumFractionDigits: digits }).format(value);
  }
  function make(name, attributes = {}, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === 'class') node.className = value;
      else node.setAttribute(key, value);
    }
    node.append(...children);
    return node;
  }

  function textOf(hex) {
    const bytes = new Uint8Array(hex.length / 2);
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16);
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      return null;
    }
  }
  /* White space has a name; half a character has its bytes. */
  function shown(text, hex, special) {
    if (special) return text || words.control;
    if (text === null || text === '') return hex ? `${words.partial} ${hex}` : words.control;
    if (/^\s+$/.test(text)) {
      const name = text.includes('\n') ? words.line_end : text.includes('\t') ? words.tab : words.space;
      return text.length > 1 ? `${name} × ${text.length}` : name;
    }
    return text;
  }
  const nameOf = (token) => shown(token[TEXT] === '' ? textOf(token[BYTES]) : token[TEXT], token[BYTES], token[SPECIAL]);

  function share(token, layer) {
    if (layer !== 'surprise') return token[CHANCE];
    const best = token[OTHERS].length > 0 ? token[OTHERS][0][ALT.chance] : token[CHANCE];
    return best > 0 ? Math.min(1, token[CHANCE] / best) : 1;
  }
  function step(value) {
    const found = BOUNDS.findIndex((bound) => value >= bound);
    return found === -1 ? 4 : found;
  }

  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  let layer = 'probability';
  let chosen = null;

  /* One answer: its tokens as text, and below it the way through them. */
  class Answer {
    constructor(data) {
      this.data = data;
      this.tokens = data.tokens;
      this.plain = byId(`plain-${data.at}`);
      this.box = make('div', { class: 'tokens', role: 'group', 'aria-label': words.layer });
      this.spans = [];
      this.pieces();
      this.plain.after(this.box);
      this.at = this.tokens.length;
      this.timer = 0;
      this.wind();
      this.focusable = this.spans[0];
      if (this.focusable) this.focusable.tabIndex = 0;
      this.box.addEventListener('click', (event) => this.open(event.target.closest('.t')));
      this.box.addEventListener('keydown', (event) => this.key(event));
    }

    /* A character of several tokens is one piece; its last token stands for it. */
    pieces() {
      let from = 0;
      this.tokens.forEach((token, at) => {
        const last = at === this.tokens.length - 1;
        if (token[TEXT] === '' && !token[SPECIAL] && !last) return;
        const span = make('span', { class: 't', role: 'button', tabindex: '-1' });
        span.textContent = token[SPECIAL] ? nameOf(token) : token[TEXT] === '' ? '\ufffd' : token[TEXT];
        span.from = from;
        span.to = at;
        span.owner = this;
        this.spans.push(span);
        from = at + 1;
      });
      this.box.append(...this.spans);
      if (this.data.tail) this.box.append(this.data.tail);
    }

    paint() {
      this.plain.hidden = layer !== 'off';
      this.box.hidden = layer === 'off';
      this.row.hidden = layer === 'off';
      for (const span of this.spans) {
        let product = 1;
        for (let at = span.from; at <= span.to; at += 1) product *= share(this.tokens[at], layer);
        const special = this.tokens[span.to][SPECIAL] ? ' chip' : '';
        span.className = `t s${step(product)}${special}${span === chosen ? ' on' : ''}`;
      }
      this.draw();
    }

    /* The bars of the strip: the more surprising, the higher. */
    draw() {
      const path = this.tokens.map((token, at) => {
        const height = Math.max(0.04, 1 - share(token, layer));
        return `M${at} ${1 - height}h.8v${height}h-.8z`;
      });
      this.bars.setAttribute('d', path.join(''));
    }

    wind() {
      const count = this.tokens.length;
      this.range = make('input', { type: 'range', min: '1', max: String(count), value: String(count), 'aria-label': words.wind });
      const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
      svg.setAttribute('viewBox', `0 0 ${count} 1`);
      svg.setAttribute('preserveAspectRatio', 'none');
      svg.setAttribute('aria-hidden', 'true');
      this.bars = document.createElementNS('http://www.w3.org/2000/svg', 'path');
      svg.append(this.bars);
      this.place = make('output');
      this.playing = make('button', { type: 'button' }, words.play);
      this.all = make('button', { type: 'button' }, words.wind_all);
      this.row = make('div', { class: 'wind' }, this.playing, make('div', { class: 'strip' }, svg, this.range), this.place, this.all);
      this.box.after(this.row);
      this.range.addEventListener('input', () => {
        this.pause();
        this.go(Number(this.range.value));
      });
      this.range.addEventListener('keydown', (event) => {
        if (event.key === ' ') {
          event.preventDefault();
          this.toggle();
        }
      });
      this.playing.addEventListener('click', () => this.toggle());
      this.all.addEventListener('click', () => {
        this.pause();
        this.go(count);
      });
      this.go(count);
    }

    go(to) {
      const count = this.tokens.length;
      this.at = Math.max(1, Math.min(count, to));
      this.range.value = String(this.at);
      const token = this.tokens[this.at - 1];
      const text = say('token_at', { at: number(this.at), count: number(count), text: nameOf(token), chance: percent(token[CHANCE]) });
      this.range.setAttribute('aria-valuetext', text);
      this.place.textContent = `${number(this.at)} / ${number(count)}`;
      this.all.disabled = this.at === count;
      for (const span of this.spans) span.classList.toggle('later', span.to >= this.at && this.at < count);
      if (this.at < count && !byId('lens').hidden) this.open(this.spans.find((span) => span.to >= this.at - 1), false);
    }

    toggle() {
      if (this.timer) {
        this.pause();
        return;
      }
      if (this.at === this.tokens.length) this.go(1);
      this.playing.textContent = words.pause;
      this.timer = setInterval(() => {
        this.go(this.at + 1);
        if (this.at === this.tokens.length) this.pause();
      }, still ? 400 : 120);
    }

    pause() {
      clearInterval(this.timer);
      this.timer = 0;
      this.playing.textContent = words.play;
    }

    key(event) {
      const here = event.target.closest('.t');
      if (!here || event.altKey || event.ctrlKey || event.metaKey) return;
      const at = this.spans.indexOf(here);
      const to = { ArrowLeft: at - 1, ArrowUp: at - 1, ArrowRight: at + 1, ArrowDown: at + 1, Home: 0, End: this.spans.length - 1, PageUp: at - 20, PageDown: at + 20 }[event.key];
      if (to !== undefined) {
        event.preventDefault();
        const next = this.spans[Math.max(0, Math.min(this.spans.length - 1, to))];
        this.focus(next);
        if (!byId('lens').hidden) this.open(next, false);
      } else if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        this.open(here);
      }
    }

    focus(span) {
      this.focusable.tabIndex = -1;
      this.focusable = span;
      span.tabIndex = 0;
      const token = this.tokens[span.to];
      span.setAttribute('aria-label', say('token_at', { at: number(span.to + 1), count: number(this.tokens.length), text: nameOf(token), chance: percent(token[CHANCE]) }));
      span.focus({ preventScroll: false });
    }

    open(span, focus = true) {
      if (!span) return;
      if (chosen) chosen.classList.remove('on');
      chosen = span;
      span.classList.add('on');
      if (focus) this.focus(span);
      const parts = [];
      for (let at = span.from; at <= span.to; at += 1) parts.push(...this.explain(at));
      const close = make('button', { type: 'button' }, words.lens_close);
      close.addEventListener('click', shut);
      const lens = byId('lens');
      lens.setAttribute('aria-label', words.lens);
      lens.replaceChildren(...parts);
      lens.querySelector('header').append(close);
      lens.hidden = false;
      lens.scrollTop = 0;
      span.scrollIntoView({ block: 'nearest' });
      const token = this.tokens[span.to];
      byId('live').textContent = say('token_at', { at: number(span.to + 1), count: number(this.tokens.length), text: nameOf(token), chance: percent(token[CHANCE]) });
    }

    explain(at) {
      const token = this.tokens[at];
      const bits = token[CHANCE] > 0 ? -Math.log2(token[CHANCE]) : 149;
      const options = 2 ** token[ENTROPY];
      const sure = options < 1.1 ? 'certain' : options < 1.8 ? 'nearly_certain' : options < 20 ? 'torn' : 'open';
      const id = [say('lens_id', { id: token[ID] })];
      if (token[BYTES]) id.push(say('lens_bytes', { bytes: token[BYTES].replace(/(..)(?=.)/g, '$1 ') }));
      id.push(say('lens_place', { at: number(at + 1), count: number(this.tokens.length) }));
      const out = [
        make('header', {}, make('h2', {}, nameOf(token))),
        make('p', { class: 'quiet' }, id.join(' · ')),
        make('p', {}, `${say('lens_chance', { chance: percent(token[CHANCE]) })} · ${say('lens_rank', { rank: number(token[RANK]) })} · ${say('lens_bits', { bits: number(Math.abs(bits), 1) })}`),
        make('p', {}, say('lens_settings', { chance: percent(token[AFTER]) })),
        make('p', {}, say(sure, { options: number(options, options < 10 ? 1 : 0) })),
      ];
      if (token[ORIGIN] === 'chosen' || token[ORIGIN] === 'forced') out.push(make('p', {}, words[`origin_${token[ORIGIN]}`]));
      if (token[OTHERS].length > 0) out.push(this.table(token));
      return out;
    }

    table(token) {
      const head = make('tr', {}, make('th', { scope: 'col' }, words.candidate), make('th', { scope: 'col' }, make('span', { class: 'unseen' }, words.candidates)), make('th', { scope: 'col', class: 'number' }, words.model), make('th', { scope: 'col', class: 'number' }, words.after_settings));
      const rows = token[OTHERS].map((one) => {
        const what = make('span', { class: 'what' }, shown(textOf(one[ALT.bytes]), one[ALT.bytes], one[ALT.bytes] === ''));
        const taken = one[ALT.id] === token[ID];
        const cell = make('td', {}, what);
        const note = taken ? words.taken : one[ALT.cut] ? words[`cut_${one[ALT.cut]}`] : '';
        if (note) cell.append(' ', make('small', {}, note));
        return make('tr', { class: taken ? 'taken' : '' }, cell, make('td', {}, bar(one[ALT.chance], ''), bar(one[ALT.after], 'after')), make('td', { class: 'number' }, percent(one[ALT.chance])), make('td', { class: 'number' }, percent(one[ALT.after])));
      });
      const [chance, after, count] = token[REST];
      if (count > 0) rows.push(make('tr', {}, make('td', {}, make('small', {}, say('everything_else', { count: number(count) }))), make('td', {}, bar(chance, ''), bar(after, 'after')), make('td', { class: 'number' }, percent(chance)), make('td', { class: 'number' }, percent(after))));
      return make('table', {}, make('caption', {}, words.candidates), make('thead', {}, head), make('tbody', {}, ...rows));
    }
  }

  function bar(value, name) {
    const inside = make('i', { class: name });
    inside.style.width = `${Math.max(0, Math.min(1, value ?? 0)) * 100}%`;
    return make('div', { class: 'bar', 'aria-hidden': 'true' }, inside);
  }

  function shut() {
    byId('lens').hidden = true;
    if (!chosen) return;
    chosen.classList.remove('on');
    const last = chosen;
    chosen = null;
    if (layer !== 'off') last.focus();
  }

  const all = answers.map((data) => new Answer(data));

  function tools() {
    const box = make('fieldset', {}, make('legend', { class: 'unseen' }, words.layer));
    for (const name of ['probability', 'surprise', 'off']) {
      const input = make('input', { type: 'radio', name: 'layer', value: name });
      input.checked = name === layer;
      input.addEventListener('change', () => {
        layer = name;
        if (name === 'off') shut();
        paint();
      });
      box.append(make('label', { title: words[`layer_${name}_hint`] }, input, words[`layer_${name}`]));
    }
    const ramp = [0, 1, 2, 3, 4].map((at) => make('i', { class: `s${at}`, 'aria-hidden': 'true' }));
    const legend = make('span', { class: 'legend' }, words.expected, ...ramp, words.surprising);
    byId('tools').append(box, legend, make('p', { class: 'how' }, words.how));
    byId('tools').hidden = false;
    return legend;
  }
  const legend = tools();

  function paint() {
    legend.hidden = layer === 'off';
    for (const answer of all) answer.paint();
  }

  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !byId('lens').hidden) shut();
  });
  paint();
})();
