/**
 * The ruler: rows of one text, cut in different ways, one below the other, so that what stands at the same place
 * stands in the same column. Every character has a width of its own, the same in all rows; the text is broken into
 * lines where all rows have a cut, if there is such a place. Only the lines in sight are laid out in full.
 */
import {
  firstPartFrom,
  kindOf,
  rangeOf,
  tokensIn,
  type Ends,
  type GroupKind,
  type TokenRow,
} from '../../../tokens/cut-view';
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
/** A token that stands for no text has a place of its own. */
const MARK = 34;

export class RulerLayout {
  readonly #text: string;
  readonly #characters: Ends;
  readonly #rows: readonly RulerRow[];
  readonly #widths: TextWidth;
  /** The first character of each line; one more for the end. */
  readonly #starts: Uint32Array;

  constructor(text: string, characters: Ends, rows: readonly RulerRow[], widths: TextWidth, room: number) {
    this.#text = text;
    this.#characters = characters;
    this.#rows = rows;
    this.#widths = widths;
    this.#starts = this.#break(Math.max(60, room));
  }

  get length(): number {
    return Math.max(0, this.#starts.length - 1);
  }

  /** The line in which this place of the string stands. */
  lineAt(index: number): number {
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
    const isLast = number === this.length - 1;
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

  #widthBetween(from: number, to: number): number {
    let width = 0;
    for (let at = firstPartFrom(this.#characters, from); at < this.#characters.length; at += 1) {
      const [start, end] = rangeOf(this.#characters, at);
      if (start >= to) break;
      width += this.#width(start, end);
    }
    return width;
  }

  #width(start: number, end: number): number {
    return Math.max(LEAST, Math.ceil(this.#widths.of(this.#text, start, end)) + AROUND);
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

  /** Where lines begin, by character. */
  #break(room: number): Uint32Array {
    const characters = this.#characters;
    const starts: number[] = [];
    if (characters.length === 0) return new Uint32Array(0);
    const at = this.#rows.map(() => 0);
    let [begin, x] = [0, 0];
    /** After which character a line could end, and how far the line was then: where all rows have a cut, where tokens have. */
    let best = { after: -1, x: 0 };
    let good = { after: -1, x: 0 };
    starts.push(0);
    for (let character = 0; character < characters.length; character += 1) {
      const start = character > 0 ? (characters[character - 1] ?? 0) : 0;
      const end = characters[character] ?? 0;
      let width = this.#width(start, end);
      let [all, tokens] = [true, true];
      for (let row = 0; row < this.#rows.length; row += 1) {
        const { ends, kind } = this.#rows[row] ?? { ends: characters, kind: 'words' };
        let part = at[row] ?? 0;
        let last = part > 0 ? (ends[part - 1] ?? 0) : 0;
        while (part < ends.length && (ends[part] ?? 0) <= end) {
          const next = ends[part] ?? 0;
          if (next === last && kind === 'tokens') width += MARK;
          last = next;
          part += 1;
        }
        at[row] = part;
        if (last !== end) {
          all = false;
          if (kind === 'tokens') tokens = false;
        }
      }
      if (x + width > room && character > begin) {
        const half = begin + (character - begin) / 2;
        const cut = best.after > half ? best : good.after > half ? good : { after: character, x };
        starts.push(cut.after);
        x -= cut.x;
        begin = cut.after;
        best = good = { after: -1, x: 0 };
      }
      x += width;
      if (all) best = { after: character + 1, x };
      if (tokens) good = { after: character + 1, x };
      const code = this.#text.charCodeAt(end - 1);
      if ((code === 0x0a || code === 0x0d) && character + 1 < characters.length) {
        starts.push(character + 1);
        [begin, x] = [character + 1, 0];
        best = good = { after: -1, x: 0 };
      }
    }
    starts.push(characters.length);
    return Uint32Array.from(starts);
  }
}

function blank(): RulerPart {
  return { index: -1, text: '', width: MARK, group: null, tokens: 0, from: 'here', to: 'here' };
}
