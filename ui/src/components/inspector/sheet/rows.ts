/** The chips of a cut text in rows: how wide each is, and which row it stands in. Nothing is drawn for it. */
import { isNamed, kindOf, rangeOf, type CutView } from '../../../tokens/cut-view';
import { rem, type TextWidth } from '../../../tokens/text-width';
import { AT_ONCE, type Grown } from '../growth.svelte';
import type { BelowToken } from '../../../stores/inspector-cut.svelte';

/** Around the ink of a chip, and between chips. */
const PADDING = 18;
const GAP = 6;
const LEAST = 40;
/** Of a figure in the font of ids. */
const FIGURE = 0.48;
/** Characters of a chip that are measured. */
const MOST = 80;

export class SheetRows implements Grown {
  /** The first group of each row; when all are laid out, one more for the end. */
  readonly #starts: number[] = [];
  readonly #view: CutView;
  readonly #measure: Measure;
  /** As many figures of ids as stand beside a row. */
  readonly #idFigures: number;
  /** Groups that are laid out. */
  #done = 0;
  /** Of the row that is being filled: pixels, figures of ids; a line end breaks it. */
  #x = 0;
  #figures = 0;
  #broken = true;

  /** `noteWidth`: of what a chip says whose character has so many tokens. */
  constructor(
    view: CutView,
    below: BelowToken,
    room: number,
    idRoom: number,
    widths: TextWidth,
    noteWidth: (tokens: number) => number,
  ) {
    this.#view = view;
    this.#measure = new Measure(below, room, widths, noteWidth);
    this.#idFigures = Math.floor(idRoom / this.#measure.figure) * (below === 'nothing' ? 2 : 3);
    this.grow(AT_ONCE);
  }

  get complete(): boolean {
    return this.#done === this.#view.tokens.ends.length;
  }

  grow(groups: number): void {
    if (this.complete) return;
    const { tokens: row } = this.#view;
    const until = Math.min(this.#done + groups, row.ends.length);
    for (; this.#done < until; this.#done += 1) this.#place(this.#done);
    if (this.complete) this.#starts.push(row.ends.length);
  }

  #place(group: number): void {
    const { tokens: row, text } = this.#view;
    const width = this.#measure.chip(this.#view, group);
    let own = 0;
    for (let at = row.first[group] ?? 0; at < (row.first[group + 1] ?? 0); at += 1)
      own += digits(row.ids[at] ?? 0) + 2;
    const full = this.#x + width > this.#measure.room || this.#figures + own > this.#idFigures;
    if (this.#broken || full) {
      this.#starts.push(group);
      this.#x = this.#figures = 0;
    }
    this.#x += width + GAP;
    this.#figures += own;
    const [start, end] = rangeOf(row.ends, group);
    this.#broken = end > start && text.charCodeAt(end - 1) === 0x0a;
  }

  /** Rows that are laid out: the one that is being filled is none yet. */
  get length(): number {
    return Math.max(0, this.#starts.length - 1);
  }

  /** The groups in a row: `[first, last)`. */
  groups(row: number): readonly [number, number] {
    return [this.#starts[row] ?? 0, this.#starts[row + 1] ?? 0];
  }

  /** The row in which a group stands. */
  rowOf(group: number): number {
    while (!this.complete && (this.#starts.at(-1) ?? 0) <= group) this.grow(AT_ONCE);
    let [low, high] = [0, Math.max(0, this.length - 1)];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= group) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The group above or below one: as far from the left, in chips. */
  across(group: number, rows: number): number {
    const row = this.rowOf(group);
    const goal = Math.max(0, Math.min(this.length - 1, row + rows));
    const [first, last] = this.groups(goal);
    return Math.min(first + group - (this.#starts[row] ?? 0), Math.max(first, last - 1));
  }
}

/** How wide chips are. What is the same for all of them is worked out once. */
class Measure {
  readonly figure: number;
  readonly #rem = rem();
  readonly #notes: number[] = [];

  constructor(
    readonly below: BelowToken,
    readonly room: number,
    readonly widths: TextWidth,
    readonly noteWidth: (tokens: number) => number,
  ) {
    this.figure = FIGURE * this.#rem;
  }

  chip({ text, tokens: row }: CutView, group: number): number {
    const [start, end] = rangeOf(row.ends, group);
    const kind = kindOf(row, group);
    // A text as long as that is cut short anyway.
    const shown = text.slice(start, Math.min(end, start + MOST));
    let wanted = this.widths.sum(shown);
    if (kind === 'mark') wanted = 4 * this.#rem;
    if (isNamed(shown)) wanted += 9 * this.#rem;
    const first = row.first[group] ?? 0;
    if (kind === 'joined') {
      const last = row.first[group + 1] ?? 0;
      let each = 0;
      for (let at = first; at < last; at += 1) each += (digits(row.ids[at] ?? 0) + 5) * this.figure + 12;
      wanted = Math.max(wanted + 8 + this.#note(last - first), each);
    } else if (this.below === 'ids') {
      wanted = Math.max(wanted, digits(row.ids[first] ?? 0) * this.figure);
    } else if (this.below === 'bytes') {
      const [from, to] = rangeOf(row.byteEnds, group);
      wanted = Math.max(wanted, (to - from) * 3 * this.figure);
    }
    return Math.min(this.room, Math.max(LEAST, Math.ceil(wanted) + PADDING));
  }

  #note(tokens: number): number {
    return (this.#notes[tokens] ??= this.noteWidth(tokens));
  }
}

function digits(id: number): number {
  return id < 10 ? 1 : Math.floor(Math.log10(id)) + 1;
}
