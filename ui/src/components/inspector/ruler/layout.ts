/**
 * The ruler: rows of one text, cut in different ways, one below the other, so that what stands at the same place
 * stands in the same column. Every character has a width of its own, the same in all rows; the text is broken into
 * lines where all rows have a cut, if there is such a place. Only the lines in sight are laid out in full.
 */
import {
  firstPartFrom,
  kindOf,
  partAt,
  rangeOf,
  tokensIn,
  type Ends,
  type GroupKind,
  type TokenRow,
} from '../../../tokens/cut-view';
import { AT_ONCE, type Grown } from '../growth.svelte';
import type { TextWidth } from '../../../tokens/text-width';

/** One row of the ruler; characters have theirs anyway. */
export type RulerRow =
  { kind: 'words'; name: string; ends: Ends } | { kind: 'tokens'; name: string; ends: Ends; row: TokenRow };

/** One part of a row within a line. */
export interface RulerPart {
  /** Place among the row's parts: words, characters, groups of tokens. */
  index: number;
  text: string;
  /** Pixels. */
  width: number;
  /** Of a row of tokens. */
  group: GroupKind | null;
  tokens: number;
  /** It began in the line before, goes on in the next. */
  from: 'here' | 'before';
  to: 'here' | 'after';
}

export interface RulerLine {
  characters: RulerPart[];
  /** As many as there are rows. A gap is a part with index -1. */
  rows: RulerPart[][];
}

/** Pixels around the ink of a character, at least so many in all. */
const AROUND = 5;
const LEAST = 13;
/** Of each UTF-16 unit of a character: one that is put together of many may be cut within. */
const SHARE = 6;
/** A token that stands for no text has a place of its own. */
const MARK = 34;

/** A character after which a line could end, and how far the line was then. */
interface Stop {
  after: number;
  x: number;
}

const NOWHERE: Stop = { after: -1, x: 0 };

export class RulerLayout implements Grown {
  readonly #text: string;
  readonly #characters: Ends;
  readonly #rows: readonly RulerRow[];
  readonly #widths: TextWidth;
  /** Pixels of a line. */
  readonly #room: number;
  /** The first character of each line; when all are laid out, one more for the end. */
  readonly #starts: number[] = [];
  /** Characters that are laid out, and parts of each row. */
  #done = 0;
  readonly #passed: number[];
  /** Of the line that is being filled: its first character, its pixels, and where it could end: where all rows have a cut, where tokens have one. */
  #begin = 0;
  #x = 0;
  #best = NOWHERE;
  #good = NOWHERE;

  constructor(text: string, characters: Ends, rows: readonly RulerRow[], widths: TextWidth, room: number) {
    this.#text = text;
    this.#characters = characters;
    this.#rows = rows;
    this.#widths = widths;
    this.#room = Math.max(60, room);
    this.#passed = rows.map(() => 0);
    if (characters.length > 0) this.#starts.push(0);
    this.grow(AT_ONCE);
  }

  get complete(): boolean {
    return this.#done === this.#characters.length;
  }

  /** Lines that are laid out: the one that is being filled is none yet. */
  get length(): number {
    return Math.max(0, this.#starts.length - 1);
  }

  /** The line in which this place of the string stands. */
  lineAt(index: number): number {
    while (!this.complete && this.#charStart(this.#starts.at(-1) ?? 0) <= index) this.grow(AT_ONCE);
    let [low, high] = [0, this.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#charStart(this.#starts[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return Math.max(0, low);
  }

  line(number: number): RulerLine {
    const [first, last] = [this.#starts[number] ?? 0, this.#starts[number + 1] ?? 0];
    const [from, to] = [this.#charStart(first), this.#charStart(last)];
    const isLast = this.complete && number === this.length - 1;
    // Tokens without text take room in every row, at the place where they stand.
    const marks = this.#marksBetween(from, to, isLast);
    const lineUp = (
      ends: Ends,
      make: (index: number) => Partial<RulerPart>,
      own: TokenRow | null,
    ): RulerPart[] => {
      const parts: RulerPart[] = [];
      const others = marks.filter(({ row }) => row !== own);
      let passed = 0;
      const gap = (until: number): void => {
        for (; (others[passed]?.at ?? Infinity) <= until; passed += 1) parts.push(blank());
      };
      let index = firstPartFrom(ends, from);
      // A part that began before the line goes on in it.
      if (index > 0 && rangeOf(ends, index - 1)[1] > from) index -= 1;
      for (; index < ends.length; index += 1) {
        const [start, end] = rangeOf(ends, index);
        if (start >= to && !(isLast && start === end)) break;
        const [left, right] = [Math.max(start, from), Math.min(end, to)];
        gap(left);
        let inside = 0;
        for (; (others[passed]?.at ?? Infinity) < right; passed += 1) inside += 1;
        parts.push({
          index,
          text: this.#text.slice(left, right),
          width: start === end ? MARK : this.#widthBetween(left, right) + inside * MARK,
          group: null,
          tokens: 0,
          from: start < from ? 'before' : 'here',
          to: end > to ? 'after' : 'here',
          ...make(index),
        });
      }
      gap(to);
      return parts;
    };
    return {
      characters: lineUp(this.#characters, () => ({}), null),
      rows: this.#rows.map((row) =>
        row.kind === 'words'
          ? lineUp(row.ends, () => ({}), null)
          : lineUp(
              row.ends,
              (index) => ({ group: kindOf(row.row, index), tokens: tokensIn(row.row, index) }),
              row.row,
            ),
      ),
    };
  }

  #charStart(character: number): number {
    return rangeOf(this.#characters, character)[0];
  }

  /** A cut within a character, between the faces of a family, takes its share of the character's width. */
  #widthBetween(from: number, to: number): number {
    let width = 0;
    const first = partAt(this.#characters, from);
    for (let at = first; at >= 0 && at < this.#characters.length; at += 1) {
      const [start, end] = rangeOf(this.#characters, at);
      if (start >= to) break;
      const share = (Math.min(end, to) - Math.max(start, from)) / (end - start);
      width += this.#width(start, end) * share;
    }
    return width;
  }

  #width(start: number, end: number): number {
    const drawn = Math.ceil(this.#widths.of(this.#text, start, end)) + AROUND;
    return Math.max(LEAST, drawn, (end - start) * SHARE);
  }

  /** Groups without text that stand in a line. */
  #marksBetween(from: number, to: number, isLast: boolean): { at: number; row: TokenRow }[] {
    const marks: { at: number; row: TokenRow }[] = [];
    for (const one of this.#rows) {
      if (one.kind !== 'tokens') continue;
      for (let group = firstPartFrom(one.ends, from); group < one.ends.length; group += 1) {
        const [start, end] = rangeOf(one.ends, group);
        if (start > to || (start === to && !isLast)) break;
        if (start === end) marks.push({ at: start, row: one.row });
      }
    }
    return marks.sort((a, b) => a.at - b.at);
  }

  grow(characters: number): void {
    if (this.complete) return;
    const until = Math.min(this.#done + characters, this.#characters.length);
    for (; this.#done < until; this.#done += 1) this.#place(this.#done);
    if (this.complete) this.#starts.push(this.#characters.length);
  }

  #place(character: number): void {
    const [start, end] = rangeOf(this.#characters, character);
    let width = this.#width(start, end);
    let [all, tokens] = [true, true];
    for (let row = 0; row < this.#rows.length; row += 1) {
      const { ends, kind } = this.#rows[row] ?? { ends: this.#characters, kind: 'words' };
      let part = this.#passed[row] ?? 0;
      let last = part > 0 ? (ends[part - 1] ?? 0) : 0;
      while (part < ends.length && (ends[part] ?? 0) <= end) {
        const next = ends[part] ?? 0;
        if (next === last && kind === 'tokens') width += MARK;
        last = next;
        part += 1;
      }
      this.#passed[row] = part;
      if (last === end) continue;
      all = false;
      if (kind === 'tokens') tokens = false;
    }
    if (this.#x + width > this.#room && character > this.#begin) {
      const half = this.#begin + (character - this.#begin) / 2;
      const { after, x } = [this.#best, this.#good].find((one) => one.after > half) ?? {
        after: character,
        x: this.#x,
      };
      this.#newLine(after, this.#x - x);
    }
    this.#x += width;
    if (all) this.#best = { after: character + 1, x: this.#x };
    if (tokens) this.#good = { after: character + 1, x: this.#x };
    const code = this.#text.charCodeAt(end - 1);
    const ends = code === 0x0a || code === 0x0d;
    if (ends && character + 1 < this.#characters.length) this.#newLine(character + 1, 0);
  }

  /** `x`: what stands in it already. */
  #newLine(character: number, x: number): void {
    this.#starts.push(character);
    this.#begin = character;
    this.#x = x;
    this.#best = this.#good = NOWHERE;
  }
}

function blank(): RulerPart {
  return { index: -1, text: '', width: MARK, group: null, tokens: 0, from: 'here', to: 'here' };
}
