/** The chips of a cut text in rows: how wide each is, and which row it stands in. Nothing is drawn for it. */
import { idsIn, isNamed, kindOf, rangeOf, type CutView } from '../../../tokens/cut-view';
import { rem, type TextWidth } from '../../../tokens/text-width';
import type { BelowToken } from '../../../stores/inspector-cut.svelte';

/** Around the ink of a chip, and between chips. */
const PADDING = 18;
const GAP = 6;
const LEAST = 40;
/** Of a figure in the font of ids. */
const FIGURE = 0.48;

export class SheetRows {
  /** The first group of each row; one more for the end. */
  readonly starts: Uint32Array;

  /** `noteWidth`: of what a chip says whose character has so many tokens. */
  constructor(
    view: CutView,
    below: BelowToken,
    room: number,
    idRoom: number,
    widths: TextWidth,
    noteWidth: (tokens: number) => number,
  ) {
    const starts: number[] = [];
    const { tokens: row, text } = view;
    const figure = FIGURE * rem();
    /** As many figures of ids as stand beside a row. */
    const idFigures = Math.floor(idRoom / figure) * (below === 'nothing' ? 2 : 3);
    let [x, figures] = [0, 0];
    let broken = true;
    for (let group = 0; group < row.ends.length; group += 1) {
      const width = chipWidth(view, group, below, room, widths, figure, noteWidth);
      const own = idsIn(row, group).reduce((sum, id) => sum + digits(id) + 2, 0);
      if (broken || x + width > room || figures + own > idFigures) {
        starts.push(group);
        [x, figures] = [0, 0];
      }
      x += width + GAP;
      figures += own;
      const [start, end] = rangeOf(row.ends, group);
      broken = end > start && text.charCodeAt(end - 1) === 0x0a;
    }
    starts.push(row.ends.length);
    this.starts = Uint32Array.from(starts);
  }

  get length(): number {
    return Math.max(0, this.starts.length - 1);
  }

  /** The groups in a row: `[first, last)`. */
  groups(row: number): readonly [number, number] {
    return [this.starts[row] ?? 0, this.starts[row + 1] ?? 0];
  }

  /** The row in which a group stands. */
  rowOf(group: number): number {
    let [low, high] = [0, Math.max(0, this.length - 1)];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= group) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The group above or below one: as far from the left, in chips. */
  across(group: number, rows: number): number {
    const row = this.rowOf(group);
    const goal = Math.max(0, Math.min(this.length - 1, row + rows));
    const [first, last] = this.groups(goal);
    return Math.min(first + group - (this.starts[row] ?? 0), Math.max(first, last - 1));
  }
}

function chipWidth(
  { text, tokens: row }: CutView,
  group: number,
  below: BelowToken,
  room: number,
  widths: TextWidth,
  figure: number,
  noteWidth: (tokens: number) => number,
): number {
  const [start, end] = rangeOf(row.ends, group);
  const kind = kindOf(row, group);
  // A text as long as that is cut short anyway.
  const shown = text.slice(start, Math.min(end, start + 80));
  let wanted = widths.sum(shown);
  if (kind === 'mark') wanted = 4 * rem();
  if (isNamed(shown)) wanted += 9 * rem();
  if (kind === 'joined') {
    const parts = idsIn(row, group);
    const each = parts.reduce((sum, id) => sum + (digits(id) + 5) * figure + 12, 0);
    wanted = Math.max(wanted + 8 + noteWidth(parts.length), each);
  } else if (below === 'ids') {
    wanted = Math.max(wanted, digits(row.ids[row.first[group] ?? 0] ?? 0) * figure);
  } else if (below === 'bytes') {
    wanted = Math.max(
      wanted,
      ((row.byteEnds[group] ?? 0) - (group > 0 ? (row.byteEnds[group - 1] ?? 0) : 0)) * 3 * figure,
    );
  }
  return Math.min(room, Math.max(LEAST, Math.ceil(wanted) + PADDING));
}

function digits(id: number): number {
  return id < 10 ? 1 : Math.floor(Math.log10(id)) + 1;
}
