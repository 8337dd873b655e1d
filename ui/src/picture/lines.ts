/**
 * An answer's pieces put into lines of a given width, for a picture: like a page would, but with every place known. A line
 * breaks at spaces, and between Chinese characters; no line begins with a closing mark or ends with an opening one
 * (the strict rules of https://www.w3.org/TR/clreq/#prohibition_rules_for_line_start_end).
 */
import type { TokenLike, Piece } from '../tokens/pieces';

/** How wide a text is in pixels, in the font of the answer or in that of chips. */
export type Ruler = (text: string, font: 'text' | 'chip') => number;

/** What a line holds of one piece. */
export interface Run<T extends TokenLike> {
  piece: Piece<T>;
  /** What is written there; of a chip, what stands in it. */
  text: string;
  /** Pixels from the beginning of the line. */
  x: number;
  width: number;
  kind: 'text' | 'chip';
  /** Is the piece's end in this run? */
  ends: boolean;
}

export interface Line<T extends TokenLike> {
  runs: Run<T>[];
  /** Tokens up to the end of this line. */
  tokens: number;
}

/** Space around a chip's text and between it and its neighbours, pixels. */
export const CHIP = { inside: 5, outside: 3 } as const;

const NO_START = /^[，。、；：？！）」』》】〉〕…—·％’”,.;:?!)\]}%~]/u;
const NO_END = /[（「『《【〈〔‘“([{]$/u;
/** Characters between which a line may break without a space. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uff60]/u;

/** A character as a reader sees it, and the piece that it belongs to. */
interface Atom<T extends TokenLike> {
  piece: Piece<T>;
  text: string;
  chip: boolean;
  ends: boolean;
}

let segmenter: Intl.Segmenter | undefined;

function characters(text: string): string[] {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function atomsOf<T extends TokenLike>(piece: Piece<T>, chipText: (piece: Piece<T>) => string): Atom<T>[] {
  if (piece.text === null) return [{ piece, text: chipText(piece), chip: true, ends: true }];
  const parts = characters(piece.text.replaceAll('\r', '').replaceAll('\t', '    '));
  return parts.map((text, at) => ({ piece, text, chip: false, ends: at === parts.length - 1 }));
}

const isSpace = (text: string): boolean => /^\s+$/u.test(text);

/** May a line end between these two? */
export function mayBreak(before: string, after: string): boolean {
  if (isSpace(after)) return false;
  if (isSpace(before)) return true;
  if (NO_START.test(after) || NO_END.test(before)) return false;
  return WIDE.test(before.slice(-1)) || WIDE.test(after);
}

/** `chipText`: what is written for a piece that is no text. */
export function linesOf<T extends TokenLike>(
  pieces: readonly Piece<T>[],
  width: number,
  ruler: Ruler,
  chipText: (piece: Piece<T>) => string,
): Line<T>[] {
  const lines: Line<T>[] = [];
  let line: Atom<T>[] = [];
  /** Of `line`, with the spaces at its end. */
  let taken = 0;
  const widths = new Map<string, number>();
  const widthOf = (atom: Atom<T>): number => {
    if (atom.chip) return ruler(atom.text, 'chip') + 2 * (CHIP.inside + CHIP.outside);
    let known = widths.get(atom.text);
    if (known === undefined) widths.set(atom.text, (known = ruler(atom.text, 'text')));
    return known;
  };
  const end = (atoms: Atom<T>[]): void => void lines.push(lineOf(atoms, ruler));
  const fits = (atoms: readonly Atom<T>[]): number => atoms.reduce((sum, atom) => sum + widthOf(atom), 0);

  for (const piece of pieces) {
    for (const atom of atomsOf(piece, chipText)) {
      if (!atom.chip && atom.text === '\n') {
        end([...line, { ...atom, text: '' }]);
        [line, taken] = [[], 0];
        continue;
      }
      const wide = widthOf(atom);
      // A space at the end of a line hangs over it.
      if (taken + wide > width && line.length > 0 && !isSpace(atom.text)) {
        let at = line.length;
        while (at > 0 && !breaks(line[at - 1], line[at] ?? atom)) at -= 1;
        // A word longer than a line is broken where the line is full.
        if (at === 0) at = line.length;
        end(line.slice(0, at));
        line = line.slice(at);
        taken = fits(line);
      }
      line.push(atom);
      taken += wide;
    }
  }
  if (line.length > 0) end(line);
  return lines;
}

function breaks<T extends TokenLike>(before: Atom<T> | undefined, after: Atom<T>): boolean {
  if (!before) return false;
  return before.chip || after.chip || mayBreak(before.text, after.text);
}

/** Neighbouring characters of a piece are one run; spaces at the end of the line are not drawn. */
function lineOf<T extends TokenLike>(atoms: readonly Atom<T>[], ruler: Ruler): Line<T> {
  const runs: Run<T>[] = [];
  let tokens = 0;
  let text = '';
  let x = 0;
  const put = (piece: Piece<T>, ends: boolean): void => {
    const width = text === '' ? 0 : ruler(text, 'text');
    if (text !== '') runs.push({ piece, text, x, width, kind: 'text', ends });
    x += width;
    text = '';
  };
  for (const [at, atom] of atoms.entries()) {
    if (atom.ends) tokens = atom.piece.start + atom.piece.tokens.length;
    if (atom.chip) {
      const width = ruler(atom.text, 'chip') + 2 * CHIP.inside;
      runs.push({ piece: atom.piece, text: atom.text, x: x + CHIP.outside, width, kind: 'chip', ends: true });
      x += width + 2 * CHIP.outside;
      continue;
    }
    text += atom.text;
    if (atoms[at + 1]?.piece !== atom.piece) put(atom.piece, atom.ends);
  }
  const last = runs.at(-1);
  if (last?.kind === 'text') {
    const trimmed = last.text.trimEnd();
    if (trimmed !== last.text) {
      last.text = trimmed;
      last.width = trimmed === '' ? 0 : ruler(trimmed, 'text');
    }
  }
  return { runs: runs.filter((run) => run.text !== ''), tokens };
}
