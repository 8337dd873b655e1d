/**
 * Moves seams to where the text wraps anyway, so that a line in blocks looks like a line. Only the web view knows where
 * that is: the block before a seam is given the next drawn line too, and then ends where its last drawn line begins.
 */
import type { Extension } from '@codemirror/state';
import { ViewPlugin, type EditorView, type ViewUpdate } from '@codemirror/view';

import { moveSeam, seamsIn, unsettle, type Seam } from './seams';

/** After a key; the next may be on its way. */
const PAUSE_MS = 250;
/** What one frame may give to it; each seam is laid out twice. */
const BUDGET_MS = 6;

/** Where the drawn line begins in which the last character of `[from, end)` stands. */
function lastDrawnLine(view: EditorView, from: number, end: number): number | null {
  const middle = (at: number): number | null => {
    const box = view.coordsAtPos(at, 1);
    return box && (box.top + box.bottom) / 2;
  };
  const last = middle(end - 1);
  if (last === null) return null;
  // Characters of several fonts are not of one height.
  const above = last - view.defaultLineHeight / 2;
  let [low, high] = [from, end - 1];
  while (low < high) {
    const at = (low + high) >> 1;
    const here = middle(at);
    if (here === null) return null;
    if (here > above) high = at;
    else low = at + 1;
  }
  return low;
}

/** Where the second drawn line begins of a block `[from, end)`; its end where it has one only. */
function secondDrawnLine(view: EditorView, from: number, end: number): number | null {
  const first = view.coordsAtPos(from, 1);
  if (!first) return null;
  const below = (first.top + first.bottom) / 2 + view.defaultLineHeight / 2;
  let [low, high] = [from, end];
  while (low < high) {
    const at = (low + high) >> 1;
    const box = view.coordsAtPos(at, 1);
    if (!box) return null;
    if ((box.top + box.bottom) / 2 > below) high = at;
    else low = at + 1;
  }
  return low;
}

class Settling {
  readonly #view: EditorView;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #width = 0;

  constructor(view: EditorView) {
    this.#view = view;
    view.scrollDOM.addEventListener('scroll', this.#scrolled, { passive: true });
    this.#soon(0);
  }

  readonly #scrolled = (): void => this.#soon(0);

  update(update: ViewUpdate): void {
    if (update.docChanged) this.#soon(PAUSE_MS);
    else if (update.geometryChanged || update.viewportChanged) this.#soon(0);
  }

  destroy(): void {
    this.#view.scrollDOM.removeEventListener('scroll', this.#scrolled);
    clearTimeout(this.#timer);
  }

  #soon(pause: number): void {
    if (seamsIn(this.#view.state).length === 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#settle(), pause);
  }

  #settle(): void {
    const view = this.#view;
    // What an input method writes into must not be drawn anew.
    if (view.compositionStarted) return this.#soon(PAUSE_MS);
    const width = view.contentDOM.clientWidth;
    if (width === 0) return;
    if (width !== this.#width) {
      if (this.#width !== 0) view.dispatch({ effects: unsettle.of(null) });
      this.#width = width;
    }
    const until = performance.now() + BUDGET_MS;
    while (performance.now() < until) {
      const seam = this.#next();
      if (!seam) return;
      this.#fit(seam);
    }
    this.#soon(0);
  }

  /**
   * The first that has to be looked at and is in sight, or will be soon. Those far away wait: a word that goes to the next
   * drawn line moves all that follow.
   */
  #next(): Seam | undefined {
    const view = this.#view;
    const drawn = view.visibleRanges;
    const { top, bottom, height } = view.scrollDOM.getBoundingClientRect();
    return seamsIn(view.state).find(({ at, settled }) => {
      if (settled || !drawn.some(({ from, to }) => from < at && at < to)) return false;
      const box = view.coordsAtPos(at, 1);
      return box !== null && box.bottom > top - height && box.top < bottom + height;
    });
  }

  #fit({ at }: Seam): void {
    const view = this.#view;
    const list = seamsIn(view.state);
    const index = list.findIndex((seam) => seam.at === at);
    const line = view.state.doc.lineAt(at);
    const [before, after] = [list[index - 1]?.at ?? 0, list[index + 1]?.at ?? line.to];
    const [start, end] = [Math.max(before, line.from), Math.min(after, line.to)];
    const given = secondDrawnLine(view, at, end);
    // What is not drawn can't be looked at; it is when it comes into sight.
    const can = given !== null && given < end;
    const to = can ? given : at;
    view.dispatch({ effects: moveSeam.of({ from: at, to, settled: !can, changed: false }) });
    if (!can) return;
    const wrapped = lastDrawnLine(view, start, to);
    const place = wrapped === null || wrapped <= start ? at : wrapped;
    const move = { from: to, to: place, settled: true, changed: place !== at };
    view.dispatch({ effects: moveSeam.of(move) });
  }
}

export const settling: Extension = ViewPlugin.fromClass(Settling);
