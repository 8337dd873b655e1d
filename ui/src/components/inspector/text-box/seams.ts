/**
 * A web view lays a paragraph out as a whole, whatever part of it is in sight: about 1 µs a character, for every key. So
 * a line of text that is very long is drawn as several blocks below each other, and a key touches one of them. The text
 * has no part in it: seams are places in it, and nothing else.
 *
 * Where a seam lies the drawn line ends. `settling.ts` moves it to where the text wraps anyway.
 */
import {
  findClusterBreak,
  StateEffect,
  StateField,
  type ChangeSet,
  type EditorState,
  type Line,
  type Range,
  type Text,
} from '@codemirror/state';
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view';

/** Shorter lines are one block. */
export const LONG_LINE = 2000;
/** What a block is meant to hold, in units of the string; it may come to hold twice that, or a third. */
export const BLOCK = 1000;
/** A word at the beginning of a block may go back to the block before it, if it is no longer than this. */
const WORD = 200;

/** A block of a long line begins at `at`. */
export interface Seam {
  readonly at: number;
  /** The block before it ends where the text wraps: the seam can't be seen. */
  readonly settled: boolean;
  /** How the block is drawn that begins here. Each has one of its own, by which it is known again. */
  readonly block: Decoration;
}

interface Seams {
  /** In order of place. None lies at the beginning or the end of a line. */
  readonly list: readonly Seam[];
  readonly drawn: DecorationSet;
}

interface Move {
  readonly from: number;
  readonly to: number;
  readonly settled: boolean;
  /** The block that begins here is another than before: the seam after it has to be looked at. */
  readonly changed: boolean;
}

export const moveSeam = StateEffect.define<Move>();
/** Lines have become wider or narrower. */
export const unsettle = StateEffect.define<null>();

let blocks = 0;

function newBlock(): Decoration {
  blocks += 1;
  return Decoration.mark({ class: 'text-block', attributes: { 'data-block': String(blocks) } });
}

const FIRST_BLOCK = newBlock();

function seamAt(at: number): Seam {
  return { at, settled: false, block: newBlock() };
}

/** Between two characters of Chinese or Japanese a line may end, after a space too. */
const IDEOGRAPH = /[\u3041-\u3096\u30a1-\u30fa\u3400-\u9fff]/;

/** A place near `near` where the text can be cut without another look: never within a character. */
export function cutNear(text: string, near: number): number {
  const end = Math.min(text.length - 1, near + WORD);
  for (let at = near; at < end; at += 1) {
    const [before, after] = [text.charAt(at - 1), text.charAt(at)];
    if (before === ' ' && after !== ' ') return at;
    if (IDEOGRAPH.test(before) && IDEOGRAPH.test(after)) return at;
  }
  // No character that is drawn is as long as a word.
  let at = near - WORD;
  const low = text.charCodeAt(at);
  if (low >= 0xdc00 && low < 0xe000) at += 1;
  while (at < near) at = findClusterBreak(text, at);
  return at;
}

/** Seams for a line: those it has, where its blocks still have a fit size, and new ones where not. */
function recut(line: Line, had: readonly Seam[]): Seam[] {
  if (line.length <= LONG_LINE) return [];
  const seams: Seam[] = [];
  let start = line.from;
  // Whether the block before a kept seam begins where it began.
  let same = true;
  const fill = (end: number): void => {
    while (end - start > 2 * BLOCK) {
      start = line.from + cutNear(line.text, start - line.from + BLOCK);
      seams.push(seamAt(start));
      same = false;
    }
  };
  for (const seam of had) {
    fill(seam.at);
    const tooNear = seam.at - start < BLOCK / 3 || line.to - seam.at < BLOCK / 3;
    if (!tooNear) {
      seams.push(same ? seam : { ...seam, settled: false });
      start = seam.at;
    }
    same = !tooNear;
  }
  fill(line.to);
  return seams;
}

function lowerBound(list: readonly Seam[], at: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.at ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function afterChanges(list: readonly Seam[], changes: ChangeSet, doc: Text): readonly Seam[] {
  let mapped = list.map((seam, index): Seam => {
    const at = changes.mapPos(seam.at, 1);
    const touched = changes.touchesRange(list[index - 1]?.at ?? 0, seam.at + WORD) !== false;
    if (at === seam.at && !touched) return seam;
    return { at, settled: seam.settled && !touched, block: seam.block };
  });
  let done = -1;
  changes.iterChangedRanges((_fromA, _toA, from, to) => {
    for (let at = Math.max(from, done + 1); at <= to; at = done + 1) {
      const line = doc.lineAt(at);
      const [first, last] = [lowerBound(mapped, line.from), lowerBound(mapped, line.to + 1)];
      if (first < last || line.length > LONG_LINE) {
        const seams = recut(line, mapped.slice(first, last));
        mapped = [...mapped.slice(0, first), ...seams, ...mapped.slice(last)];
      }
      done = line.to;
    }
  });
  return mapped;
}

function afterMove(list: readonly Seam[], { from, to, settled, changed }: Move): readonly Seam[] {
  return list.map((seam, index): Seam => {
    if (seam.at === from) return { ...seam, at: to, settled };
    return changed && list[index - 1]?.at === from ? { ...seam, settled: false } : seam;
  });
}

function drawn(list: readonly Seam[], doc: Text): DecorationSet {
  const ranges: Range<Decoration>[] = [];
  for (let index = 0; index < list.length;) {
    const line = doc.lineAt(list[index]?.at ?? 0);
    let [start, block] = [line.from, FIRST_BLOCK];
    for (let seam = list[index]; seam && seam.at <= line.to; seam = list[(index += 1)]) {
      ranges.push(block.range(start, seam.at));
      [start, block] = [seam.at, seam.block];
    }
    ranges.push(block.range(start, line.to));
  }
  return Decoration.set(ranges);
}

function seamsOf(list: readonly Seam[], doc: Text): Seams {
  return { list, drawn: drawn(list, doc) };
}

export const seams = StateField.define<Seams>({
  create({ doc }) {
    const list: Seam[] = [];
    for (let number = 1; number <= doc.lines; number += 1) list.push(...recut(doc.line(number), []));
    return seamsOf(list, doc);
  },
  update(before, { changes, docChanged, effects, state: { doc } }) {
    let list = docChanged ? afterChanges(before.list, changes, doc) : before.list;
    for (const effect of effects) {
      if (effect.is(moveSeam)) list = afterMove(list, effect.value);
      else if (effect.is(unsettle)) list = list.map((seam) => ({ ...seam, settled: false }));
    }
    const none = list.length === 0 && before.list.length === 0;
    return list === before.list || none ? before : seamsOf(list, doc);
  },
  provide: (self) => EditorView.decorations.from(self, ({ drawn: set }) => set),
});

export function seamsIn(state: EditorState): readonly Seam[] {
  return state.field(seams).list;
}
